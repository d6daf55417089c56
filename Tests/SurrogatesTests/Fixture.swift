import Core
import Engine
import Foundation
import Neural
import Surrogates
import Testing

/// A state of a deep-kernel sparse GP as gpytorch computed it: inputs, parameters, values and
/// gradients. Sizes are read from the file.
struct Fixture: CustomTestStringConvertible {
  let name: String
  let file: SafeTensors
  let model: DeepKernelGP
  let x: Tensor<Double>
  let y: Tensor<Double>

  var testDescription: String { name }

  /// All files svgp*.safetensors of the folder named by LBO_FIXTURES, or of the tests' own.
  static var all: [Fixture] {
    get throws {
      let folder =
        ProcessInfo.processInfo.environment["LBO_FIXTURES"].map { URL(fileURLWithPath: $0) }
        ?? Bundle.module.resourceURL!.appendingPathComponent("Fixtures")
      let files = try FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: nil)
      return
        try files
        .filter { $0.lastPathComponent.hasPrefix("svgp") && $0.pathExtension == "safetensors" }
        .sorted { $0.path < $1.path }.map(Fixture.init)
    }
  }

  init(_ url: URL) throws {
    name = url.lastPathComponent
    file = try SafeTensors(contentsOf: url.path)
    x = try file.double("x")
    y = try file.double("y")
    var random = RandomStream(seed: 0)
    var widths = [x.columns]
    var layer = 1
    while let shape = file.shape("param.feature_extractor.hidden\(layer).fc.weight") {
      widths.append(shape[0])
      layer += 1
    }
    let features = MLP<Double>(
      widths, activation: .swish, outputActivation: .swish, using: &random)
    let inducing = try file.double(
      "param.variational_strategy.inducing_points")
    var configuration = DeepKernelGP.Configuration()
    configuration.hidden = Array(widths.dropFirst())
    // gpytorch's jitter: 1e-4 in Float32, 1e-6 in Float64.
    configuration.jitter =
      file.type("param.variational_strategy.inducing_points") == .float64 ? 1e-6 : 1e-4
    let ladder = JitterLadder(base: configuration.jitter) { _, _ in }
    var model = try DeepKernelGP(
      configuration, features: features, heads: [VariationalGPHead(inducingPoints: inducing)],
      scalers: [TargetScaler()], ladder: ladder)
    let source = file
    var missing: Failure?
    model.forEachParameter { path, parameter in
      do throws(Failure) {
        let theirs = try source.double("param." + Fixture.theirName(path))
        parameter.value = theirs.reshaped(parameter.value.shape)
      } catch { missing = error }
    }
    if let missing { throw missing }
    try model.refreshFactors(ladder)
    self.model = model
  }

  /// gpytorch's name of a parameter.
  static func theirName(_ path: String) -> String {
    let parts = path.split(separator: ".").map(String.init)
    if parts[0] == "features", let layer = Int(parts[2]) {
      return "feature_extractor.hidden\(layer + 1).fc.\(parts[3])"
    }
    return switch parts[2] {
    case "inducing_points": "variational_strategy.inducing_points"
    case "raw_lengthscale": "covar_module.base_kernel.raw_lengthscale"
    case "raw_output_scale": "covar_module.raw_outputscale"
    case "constant": "mean_module.raw_constant"
    case "variational_mean":
      "variational_strategy._variational_distribution.variational_mean"
    case "variational_root":
      "variational_strategy._variational_distribution.chol_variational_covar"
    default: "likelihood.noise_covar.raw_noise"
    }
  }

  func tensor(_ name: String) throws(Failure) -> Tensor<Double> { try file.double(name) }

  /// |a - b| / |b| over all entries.
  static func relativeError(_ a: Tensor<Double>, _ b: Tensor<Double>) -> Double {
    precondition(a.count == b.count)
    let b = b.reshaped(a.shape)
    return ((a - b).sumOfSquares / max(b.sumOfSquares, 1e-300)).squareRoot()
  }
}

extension SafeTensors {
  /// A tensor of either width of number.
  func double(_ name: String) throws(Failure) -> Tensor<Double> {
    if type(name) == .float64 { return try tensor(name) }
    return try tensor(name, of: Float.self).converted()
  }
}
