import Core
import Foundation
import Testing

@Suite struct AtomicFileTests {
  private func folder() throws -> String {
    let path = NSTemporaryDirectory() + "lbo-atomic-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  @Test func replacesAndKeepsPermissions() throws {
    let path = try folder() + "/a.txt"
    try AtomicFile.write("one", to: path)
    chmod(path, 0o640)
    try AtomicFile.write("two", to: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "two")
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
    let folder = (path as NSString).deletingLastPathComponent
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.txt"])
  }

  @Test func followsLinks() throws {
    let folder = try folder()
    try AtomicFile.write("one", to: folder + "/real")
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/link", withDestinationPath: folder + "/real")
    try AtomicFile.write("two", to: folder + "/link")
    #expect(try String(contentsOfFile: folder + "/real", encoding: .utf8) == "two")
  }

  @Test func tellsWhyItCannot() throws {
    let folder = try folder()
    func reason(_ path: String) -> Failure? {
      do throws(Failure) { try AtomicFile.write("x", to: path) } catch { return error }
      return nil
    }
    #expect(reason(folder)?.message == "cannot write \"\(folder)\": it is a folder")
    #expect(reason(folder + "/no/a.txt")?.message.hasSuffix("its folder does not exist") == true)
    #expect(reason(folder + "/no/a.txt")?.kind == .cannotWrite)
    #if os(Linux)
      #expect(reason("/dev/full")?.message == "cannot write \"/dev/full\": the disk is full")
    #endif
  }
}
