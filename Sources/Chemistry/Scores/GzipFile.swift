import CZlib
import Core

/// Reads whole files, gzip or plain.
enum GzipFile {
  /// The uncompressed bytes.
  /// - Throws: `.badFile` if the file is missing, unreadable or truncated.
  static func contents(_ path: String) throws(Failure) -> [UInt8] {
    guard let file = gzopen(path, "rb") else {
      throw Failure(.badFile, "\(path) cannot be opened")
    }
    defer { gzclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 17)
    while true {
      let count = gzread(file, &buffer, UInt32(buffer.count))
      if count == 0 { break }
      guard count > 0 else { throw Failure(.badFile, "\(path) is damaged or truncated") }
      bytes.append(contentsOf: buffer[0..<Int(count)])
    }
    var code: Int32 = 0
    _ = gzerror(file, &code)
    if code != Z_OK && code != Z_STREAM_END {
      throw Failure(.badFile, "\(path) is damaged or truncated")
    }
    return bytes
  }
}
