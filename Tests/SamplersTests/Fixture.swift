import Core
import Engine
import Foundation
import Neural
import Samplers

/// The published sampler's own numbers: `cibo.safetensors`, whose copy is among the fixtures of the
/// flows' tests.
struct Fixture {
  let file: SafeTensors
  let sampler: DiffusionSampler

  init() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder =
      ProcessInfo.processInfo.environment["LBO_FIXTURES"].map { URL(fileURLWithPath: $0) }
      ?? tests.appendingPathComponent("FlowsTests/Fixtures")
    file = try SafeTensors(contentsOf: folder.appendingPathComponent("cibo.safetensors").path)
    let wide: Tensor<Float> = try file.tensor("param.s_model.x_model.weight")
    let phase: Tensor<Float> = try file.tensor("param.t_model.timestep_phase")
    var random = RandomStream(seed: 0)
    var policy = DiffusionPolicy(
      dimension: wide.columns, width: wide.rows, hidden: 2, harmonics: phase.count,
      using: &random)
    var values: [String: Tensor<Float>] = [:]
    for (path, value) in policy.parameters {
      // Their last layer has as many rows again for variances that are not learned.
      values[path] = try file.tensor("param." + Fixture.theirName(path), of: Float.self)
        .firstRows(of: value.shape)
    }
    try policy.load(values, from: "the fixture")
    let start: Tensor<Float> = try file.tensor("param.flow_model")
    sampler = DiffusionSampler(
      policy, reference: BrownianReference(steps: 10), initialLogZ: Double(start.item))
  }

  static func theirName(_ path: String) -> String {
    let parts = path.split(separator: ".").map(String.init)
    return switch parts[0] {
    case "phase": "t_model.timestep_phase"
    case "time": "t_model.t_model.\(2 * Int(parts[1])!).\(parts[2])"
    case "state": "s_model.x_model.\(parts[1])"
    case "hidden": "joint_model.model.\(Int(parts[1])! + 1).0.\(parts[2])"
    default: "joint_model.model.3.\(parts[1])"
    }
  }

  func tensor(_ name: String) throws -> Tensor<Float> { try file.tensor(name) }

  /// -|s - 1|^2 / 2, the fixture's log reward.
  static func logReward(_ x: Tensor<Float>) -> [Double] {
    (0..<x.rows).map { row in
      -0.5 * (0..<x.columns).reduce(0) { $0 + pow(Double(x[row, $1]) - 1, 2) }
    }
  }
}

extension Tensor {
  /// The first rows, as many as fill this shape.
  func firstRows(of shape: Shape) -> Tensor {
    rows == 1 ? reshaped(shape) : rows(0..<shape[0]).reshaped(shape)
  }
}

/// The largest difference, relative to the largest entry of the reference.
func relativeError<A: TensorScalar, B: TensorScalar>(_ a: Tensor<A>, _ b: Tensor<B>) -> Double {
  precondition(a.count == b.count, "\(a.shape) against \(b.shape)")
  let scale = b.entries.reduce(1e-12) { max($0, abs(Double($1))) }
  return zip(a.entries, b.entries).reduce(0) { worst, pair in
    let difference = abs(Double(pair.0) - Double(pair.1))
    return difference.isFinite ? max(worst, difference / scale) : .infinity
  }
}
