import Engine
import Flows
import Foundation
import Neural
import Testing

/// The transform against the authors' program, for every fixture there is.
struct NLSqFixtureTests {
  static let files = Fixtures.files("nlsq")

  @Test func thereIsAFixture() { #expect(!Self.files.isEmpty) }

  @Test(arguments: files) func valuesDerivativesAndInverse(_ url: URL) throws {
    let file = try SafeTensors(contentsOf: url.path)
    let y = try file.tensor("y", of: Float.self)
    let x = try file.tensor("x", of: Float.self)
    let (rows, features) = (y.shape[0], y.shape[1])
    let n = rows * features
    // Theirs are rows x features x 5; ours five planes of one feature each.
    let planes = try file.tensor("params", of: Float.self).reshaped([n, 5]).transposed
    var ours = Tensor<Float>(uninitialized: [n])
    var logDet = Tensor<Float>.zeros([n])
    Float.kernels.nlsq(1, n, planes.pointer, y.pointer, ours.mutablePointer, logDet.mutablePointer)
    #expect(relativeError(ours, x) < 1e-6)
    let perRow = (0..<rows).map { r in
      (0..<features).reduce(Float(0)) { $0 + logDet[r * features + $1] }
    }
    // Both of the file's log-dets are log|dy/dx|, the negative of ours.
    for name in ["logdet_inverse", "logdet_dy_dx"] {
      let theirs = try file.tensor(name, of: Float.self)
      #expect(relativeError(Tensor([rows], perRow.map { -$0 }), theirs) < 1e-4)
    }
    var back = Tensor<Float>(uninitialized: [n])
    Float.kernels.nlsqInverse(1, n, planes.pointer, x.pointer, back.mutablePointer, nil)
    #expect(relativeError(back, y) < 1e-5)
  }
}
