import Core
import Foundation
import Testing

@Suite struct AtomicFileTests {
  private func folder() throws -> String {
    let url = FileManager.default.temporaryDirectory.appending(path: "lbo-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url.path
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test func writesAndReplacesWithoutLeavingTemporaries() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/a.txt"
    try AtomicFile.write("one", to: path)
    try AtomicFile.write(String(repeating: "x", count: 300_000), to: path)
    #expect(try text(path).count == 300_000)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.txt"])
  }

  @Test func aFailingWriterLeavesTheOlderFile() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/a.txt"
    try AtomicFile.write("older", to: path)
    #expect(throws: Failure(.cancelled, "stopped")) {
      try AtomicFile.write(to: path) { file throws(Failure) in
        try file.write("half of the newer")
        throw Failure(.cancelled, "stopped")
      }
    }
    #expect(try text(path) == "older")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.txt"])
  }

  @Test func keepsLinksAndPermissions() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try AtomicFile.write("one", to: folder + "/real")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: folder + "/real")
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/link", withDestinationPath: "real")
    try AtomicFile.write("two", to: folder + "/link")
    #expect(try text(folder + "/real") == "two")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link") == "real")
    let mode = try FileManager.default.attributesOfItem(atPath: folder + "/real")
    #expect(mode[.posixPermissions] as? Int == 0o600)
  }

  @Test func badPlacesAreClearFailures() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func message(_ path: String) -> String {
      do throws(Failure) {
        try AtomicFile.write("text", to: path)
        return "written"
      } catch {
        #expect(error.kind == .cannotWrite && error.advice != nil)
        return error.message
      }
    }
    #expect(message(folder) == "\(folder) is a folder, not a file")
    #expect(
      message(folder + "/no/a.txt") == "cannot write \(folder)/no/a.txt: its folder does not exist")
    #expect(message("") == "an empty text is no file name")
    #if os(Linux)
      #expect(message("/dev/full") == "cannot write /dev/full: the disk is full")
    #endif
  }
}
