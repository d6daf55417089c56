import Core
import Engine
import Flows
import Foundation
import Neural
import Testing

/// The published program's flow matching: loss, gradients, integration both ways.
struct FlowMatchingParityTests {
  static let files = Fixtures.files("cibo")

  private struct Case {
    let file: SafeTensors
    var flow: FlowMatching

    init(_ url: URL) throws {
      file = try SafeTensors(contentsOf: url.path)
      let shape = try #require(file.shape("fm.param.0.weight"))
      var random = RandomStream(seed: 0)
      flow = FlowMatching(
        dimension: shape[1] - 1, hidden: Array(repeating: shape[0], count: 3), using: &random)
      var values: [String: Tensor<Float>] = [:]
      for (path, _) in flow.velocity.parameters {
        values[path] = try file.tensor("fm.param." + Case.theirName(path))
      }
      try flow.velocity.load(values, from: "the fixture")
    }

    /// "layers.1.weight" is theirs as "2.weight": activations count.
    static func theirName(_ path: String) -> String {
      let parts = path.split(separator: ".")
      return "\(2 * Int(parts[1])!).\(parts[2])"
    }

    func tensor(_ name: String) throws -> Tensor<Float> { try file.tensor("fm." + name) }
  }

  @Test func thereIsAFixture() { #expect(!Self.files.isEmpty) }

  @Test(arguments: files) func lossAndGradients(_ url: URL) throws {
    let c = try Case(url)
    let batch = FlowMatching.Batch(
      noise: try c.tensor("x0"), data: try c.tensor("x1"), times: try c.tensor("t").entries)
    let (loss, gradients) = try c.flow.loss(of: batch)
    #expect(abs(loss / Double(try c.tensor("loss").item) - 1) < 1e-5)
    var velocity = c.flow.velocity
    var checked = 0
    var errors: [Double] = []
    velocity.forEachParameter { path, parameter in
      guard let mine = gradients[parameter],
        let theirs = try? c.tensor("grad." + Case.theirName(path))
      else { return }
      errors.append(relativeError(mine, theirs))
      checked += 1
    }
    #expect(checked == 8)
    #expect(errors.max()! < 1e-5)
  }

  @Test(arguments: files) func integrationBothWays(_ url: URL) throws {
    let c = try Case(url)
    let solver = ODESolver(.rungeKutta38, steps: 20)
    let x = try c.flow.forward(try c.tensor("z"), by: solver)
    #expect(relativeError(x, try c.tensor("rk4_20steps")) < 1e-5)
    let z = try c.flow.inverse(try c.tensor("rk4_20steps"), by: solver)
    #expect(relativeError(z, try c.tensor("inverse_rk4_20steps")) < 1e-5)
  }
}
