import Core
import Foundation
import REPL
import Testing

@Suite struct HistoryFileTests {
  @Test func keepsEachInputOnceWhereItWasLastUsed() throws {
    let file = HistoryFile(path: try Product.folder() + "/new/history", limit: 3)
    #expect(file.entries() == [])
    for input in ["a", "b", "a", "c"] { try file.append(input) }
    #expect(file.entries() == ["b", "a", "c"])
    #expect(try file.append("d") == ["a", "c", "d"])
  }

  @Test func keepsInputsOfSeveralLines() throws {
    let file = HistoryFile(path: try Product.folder() + "/history")
    let input = "fn f(a) {\n  print(\"\\n{a}\\\\\")\n}"
    try file.append(input)
    try file.append("x\\n")
    #expect(file.entries() == [input, "x\\n"])
  }

  @Test func promptsSideBySideKeepEachOthersInputs() throws {
    let path = try Product.folder() + "/history"
    Parallel.forEach(8) { i in
      for j in 0..<10 { _ = try? HistoryFile(path: path).append("input \(i) \(j)") }
    }
    let entries = HistoryFile(path: path).entries()
    #expect(Set(entries).count == 80 && entries.count == 80)
  }

  @Test func isForItsUserOnly() throws {
    let path = try Product.folder() + "/history"
    try HistoryFile(path: path).append("secret")
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test func standsWhereTheSystemWantsIt() {
    #expect(
      HistoryFile.standardPath(environment: ["XDG_STATE_HOME": "/s", "HOME": "/h"])
        == "/s/lbo/history")
    #expect(
      HistoryFile.standardPath(environment: ["HOME": "/h"]) == "/h/.local/state/lbo/history")
    #expect(HistoryFile.standardPath(environment: [:]) == nil)
  }

  @Test func tellsThatItCannotBeKept() throws {
    let folder = try Product.folder()
    try "".write(toFile: folder + "/file", atomically: false, encoding: .utf8)
    let file = HistoryFile(path: folder + "/file/history")
    #expect(throws: Failure.self) { try file.append("x") }
  }
}
