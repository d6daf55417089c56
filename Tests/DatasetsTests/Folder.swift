import CZlib
import Foundation

/// A folder for one test, removed when it ends.
final class Folder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "lbo-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file of these bytes and returns its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = self.path + "/" + name
    try Data(bytes).write(to: URL(filePath: path))
    return path
  }

  func file(_ name: String, _ text: String) throws -> String { try file(name, Array(text.utf8)) }
}

/// The gzip form of `bytes`, by zlib itself.
func gzipped(_ bytes: [UInt8]) throws -> [UInt8] {
  let folder = try Folder()
  let path = folder.path + "/x.gz"
  let file = gzopen(path, "wb")
  bytes.withUnsafeBytes { _ = gzwrite(file, $0.baseAddress, UInt32($0.count)) }
  gzclose(file)
  return try Array(Data(contentsOf: URL(filePath: path)))
}
