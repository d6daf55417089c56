import Core
import Datasets
import Foundation
import Testing

@Suite struct LineSourceTests {
  private let folder: Folder
  init() throws { folder = try Folder() }

  private func lines(_ path: String, limit: Int = 1 << 24) throws(Failure) -> [String] {
    let source = try LineSource(path: path, limit: limit)
    var result: [String] = []
    while let line = try source.next() { result.append(line) }
    #expect(source.lineNumber == result.count)
    return result
  }

  private func failure(_ path: String, limit: Int = 1 << 24) -> Failure? {
    do throws(Failure) {
      _ = try lines(path, limit: limit)
      return nil
    } catch {
      return error
    }
  }

  @Test func lineEndsMarksAndTheLastLine() throws {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let path = try folder.file("a", mark + Array("CCO\r\n\nC\u{E4}\nlast".utf8))
    #expect(try lines(path) == ["CCO", "", "C\u{E4}", "last"])
    #expect(try lines(folder.file("b", "a\nb\n")) == ["a", "b"])
    #expect(try lines(folder.file("c", "\n")) == [""])
  }

  @Test func plainAndGzipGiveTheSame() throws {
    // Longer than the source's chunk, lines of many lengths.
    let texts = (0..<30_000).map { "\($0) " + String(repeating: "x", count: $0 % 97) }
    let bytes = Array((texts.joined(separator: "\n") + "\n").utf8)
    #expect(try lines(folder.file("plain", bytes)) == texts)
    // The name says nothing.
    #expect(try lines(folder.file("plain.txt", gzipped(bytes))) == texts)
    let twoMembers = try gzipped(Array("a\n".utf8)) + gzipped(Array("b\n".utf8))
    #expect(try lines(folder.file("members.gz", twoMembers)) == ["a", "b"])
  }

  @Test func missingFoldersAndEmptyFiles() throws {
    let missing = folder.path + "/none.smi"
    #expect(failure(missing)?.message == "there is no file \(missing)")
    #expect(failure(folder.path)?.message == "\(folder.path) is a folder, not a file")
    let empty = try folder.file("empty", "")
    #expect(failure(empty)?.message == "\(empty) is empty")
    let emptyGzip = try folder.file("empty.gz", gzipped([]))
    #expect(failure(emptyGzip)?.message == "\(emptyGzip) is empty")
  }

  @Test(.enabled(if: getuid() != 0)) func unreadable() throws {
    let path = try folder.file("secret", "C\n")
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    #expect(failure(path)?.message == "\(path) may not be read")
  }

  @Test func truncatedAndDamagedGzip() throws {
    var random = RandomStream(seed: 1)
    let bytes = (0..<50_000).map { _ in UInt8(97 + random.integer(below: 20)) }
    let packed = try gzipped(bytes)
    for length in [3, 9, 12, packed.count / 2, packed.count - 1] {
      let path = try folder.file("cut\(length)", Array(packed[..<length]))
      #expect(
        failure(path)?.message == "\(path) is a gzip file that ends too early", "\(length) bytes")
    }
    var damaged = packed
    damaged[packed.count / 2] ^= 0xFF
    let path = try folder.file("damaged", damaged)
    let found = try #require(failure(path))
    #expect(found.kind == .badFile && found.message.hasPrefix("\(path) is a damaged gzip file"))
  }

  @Test func binaryAndOtherEncodings() throws {
    let binary = try folder.file("binary", [0x43, 0x0A, 0x00, 0x01, 0x0A])
    #expect(
      failure(binary)?.message
        == "line 2 of \(binary) holds a zero byte: this is not a text file")
    let latin = try folder.file("latin", [0x43, 0x0A, 0x43, 0x0A, 0x43, 0xE9, 0x0A])
    #expect(failure(latin)?.message == "line 3 of \(latin) is not UTF-8 text")
    let wide = try folder.file("wide", [0xFF, 0xFE, 0x43, 0x00])
    #expect(failure(wide)?.message == "\(wide) is UTF-16 text")
    let zip = try folder.file("zip", [0x50, 0x4B, 0x03, 0x04, 0x14])
    #expect(failure(zip)?.message == "\(zip) is a zip archive")
  }

  @Test func hugeLinesAreRefused() throws {
    let path = try folder.file("huge", "ok\n" + String(repeating: "C", count: 600_000))
    #expect(try lines(path).map(\.count) == [2, 600_000])
    #expect(
      failure(path, limit: 100_000)?.message == "line 2 of \(path) is longer than 100000 bytes")
  }
}
