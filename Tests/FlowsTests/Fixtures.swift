import Engine
import Foundation
import Neural

/// The published programs' own numbers: this target's copies, or those of the folder that
/// LBO_FIXTURES names (other sizes may be dropped in there).
enum Fixtures {
  /// Files whose name starts with `kind`.
  static func files(_ kind: String) -> [URL] {
    let own = Bundle.module.resourceURL?.appendingPathComponent("Fixtures")
    let named = ProcessInfo.processInfo.environment["LBO_FIXTURES"].map(URL.init(fileURLWithPath:))
    guard let folder = named ?? own else { return [] }
    let all = try? FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    return (all ?? [])
      .filter { $0.pathExtension == "safetensors" && $0.lastPathComponent.hasPrefix(kind) }
      .sorted { $0.path < $1.path }
  }
}

/// The largest difference, relative to the largest entry of the reference.
func relativeError<A: TensorScalar, B: TensorScalar>(_ a: Tensor<A>, _ b: Tensor<B>) -> Double {
  precondition(a.count == b.count, "\(a.shape) against \(b.shape)")
  var difference = 0.0
  var scale = 1e-12
  for (x, y) in zip(a.entries, b.entries) {
    difference = max(difference, abs(Double(x) - Double(y)))
    scale = max(scale, abs(Double(y)))
    if !(Double(x).isFinite) { return .infinity }
  }
  return difference / scale
}
