import CZlib
import Foundation
import Testing

/// A file of expected values: tab-separated, one header line.
///
/// `Vectors` holds samples; a folder named by the environment variable `LBO_VECTORS` may hold the
/// full files (`name.tsv.gz` or `name.tsv`), which are then read instead.
struct VectorTable {
  let header: [String]
  let rows: [[String]]

  init(_ name: String) throws {
    let text = try VectorTable.text(name, ["\(name).tsv.gz", "\(name).tsv"])
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    if lines.last == [""] { lines.removeLast() }
    header = try #require(lines.first)
    rows = Array(lines.dropFirst())
    try #require(!rows.isEmpty)
    try #require(rows.allSatisfy { $0.count == lines[0].count })
  }

  func column(_ name: String) throws -> Int { try #require(header.firstIndex(of: name)) }

  static func text(_ name: String, _ files: [String]) throws -> String {
    var folders: [URL] = []
    if let full = ProcessInfo.processInfo.environment["LBO_VECTORS"] {
      folders.append(URL(filePath: full, directoryHint: .isDirectory))
    }
    folders.append(try #require(Bundle.module.resourceURL).appending(path: "Vectors"))
    for folder in folders {
      for file in files {
        let path = folder.appending(path: file).path
        if FileManager.default.fileExists(atPath: path) { return try contents(path) }
      }
    }
    Issue.record("no vectors named \(name)")
    return ""
  }

  /// The text of a file, plain or gzip.
  private static func contents(_ path: String) throws -> String {
    let file = try #require(gzopen(path, "rb"))
    defer { gzclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = gzread(file, &buffer, UInt32(buffer.count))
      try #require(count >= 0)
      if count == 0 { break }
      bytes.append(contentsOf: buffer[0..<Int(count)])
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
