import Engine
import Foundation
import Testing

/// The transform against values of the method's published program (PyTorch, Float32).
@Suite struct NLSqFixtureTests {
  /// Float32 tensors of a safetensors file, read plainly: the engine does not know the format.
  private static func tensors(_ url: URL) throws -> [String: (shape: [Int], entries: [Float])] {
    let data = try Data(contentsOf: url)
    let length = Int(data.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
    let header = try #require(
      try JSONSerialization.jsonObject(with: data[8..<8 + length]) as? [String: [String: Any]])
    var result: [String: (shape: [Int], entries: [Float])] = [:]
    for (name, entry) in header where name != "__metadata__" {
      let shape = try #require(entry["shape"] as? [Int])
      let offsets = try #require(entry["data_offsets"] as? [Int])
      let count = shape.reduce(1, *)
      try #require(entry["dtype"] as? String == "F32" && offsets[1] - offsets[0] == 4 * count)
      let entries = data.withUnsafeBytes { bytes in
        (0..<count).map {
          bytes.loadUnaligned(fromByteOffset: 8 + length + offsets[0] + 4 * $0, as: Float.self)
        }
      }
      result[name] = (shape, entries)
    }
    return result
  }

  @Test func valuesAgreeWithThePublishedProgram() throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../FlowsTests/Fixtures/nlsq.safetensors").standardizedFileURL
    let all = try Self.tensors(url)
    let (shape, parameters) = try #require(all["params"])
    let (n, features) = (shape[0], shape[1])
    /// From n x features to the kernel's features x n.
    func planes(_ entries: [Float], _ stride: Int = 1, _ offset: Int = 0) -> [Float] {
      (0..<features).flatMap { f in (0..<n).map { entries[($0 * features + f) * stride + offset] } }
    }
    let p = (0..<5).flatMap { planes(parameters, 5, $0) }
    let y = planes(try #require(all["y"]).entries)
    let x = planes(try #require(all["x"]).entries)

    var got = [Float](repeating: 0, count: features * n)
    var logDet = [Float](repeating: 0, count: n)
    Float.kernels.nlsq(features, n, p, y, &got, &logDet)
    #expect(Self.difference(got, x) <= 1e-5)
    // log|dy/dx|, which the program computes in both directions.
    let slopes = try #require(all["logdet_dy_dx"]).entries
    #expect(Self.difference(logDet.map { -$0 }, slopes) <= 1e-4)

    var back = [Float](repeating: 0, count: features * n)
    var backLogDet = [Float](repeating: 0, count: n)
    Float.kernels.nlsqInverse(features, n, p, x, &back, &backLogDet)
    #expect(Self.difference(back, y) <= 1e-4)
    #expect(Self.difference(backLogDet, try #require(all["logdet_inverse"]).entries) <= 1e-4)
  }

  /// The largest difference, relative to entries above 1.
  private static func difference(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1) / max(1, abs($1.1))) }
  }
}
