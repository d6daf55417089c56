import Core
import Foundation
import Language
import Testing

/// The whole text of diagnostics: `name.lbo` gives `name.txt`. A missing text is written beside the
/// script and fails the test.
@Suite struct DiagnosticRendererTests {
  static let folder = Bundle.module.resourceURL!.appendingPathComponent("Diagnostics")
  static let scripts: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".lbo") }.sorted()

  @Test func thereAreScripts() { #expect(DiagnosticRendererTests.scripts.count >= 4) }

  @Test(arguments: scripts) func text(_ name: String) throws {
    let file = DiagnosticRendererTests.folder.appendingPathComponent(name)
    let source = SourceFile(
      name: "examples/\(name)", text: try String(contentsOf: file, encoding: .utf8))
    let outcome = Session().evaluate(source)
    let text = DiagnosticRenderer().text(outcome.diagnostics) + "\n"
    let golden = file.deletingPathExtension().appendingPathExtension("txt")
    guard let expected = try? String(contentsOf: golden, encoding: .utf8) else {
      let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Diagnostics/\(golden.lastPathComponent)")
      try text.write(to: beside, atomically: true, encoding: .utf8)
      Issue.record("wrote \(golden.lastPathComponent); look at it and run again")
      return
    }
    #expect(text == expected)
  }

  @Test func coloursOnlyWhenAsked() {
    let outcome = Session().evaluate(source: "x")
    #expect(!DiagnosticRenderer().text(outcome.diagnostics).contains("\u{1B}"))
    #expect(DiagnosticRenderer(isColored: true).text(outcome.diagnostics).contains("\u{1B}[1;31m"))
  }

  @Test func longLinesAreShownAroundTheError() {
    let text = String(repeating: "[1], ", count: 200)
    let outcome = Session().evaluate(source: "x = [\(text)nosuch, \(text)]")
    let lines = DiagnosticRenderer().text(outcome.diagnostics).components(separatedBy: "\n")
    #expect(lines.allSatisfy { $0.count < 260 })
    let marked = zip(lines[3], lines[4]).filter { $0.1 == "^" }.map { String($0.0) }.joined()
    #expect(marked == "nosuch")
  }

  /// On a terminal nothing is broken in mid-word, and marks stay under what they mark.
  @Test(arguments: [40, 60, 80, 100]) func linesFitTheTerminal(columns: Int) throws {
    let call =
      "fn wanted(name) = name\nresult = wanted(\"\(String(repeating: "long ", count: 40))\", nme: 3) + 1"
    let problem =
      "problem p(x in 0...1) {\n  maximize x[0]\n  subject to both: sum(x) <= -8 and norm(x) <= 4\n}"
    let failing =
      "fn f(x) = fail(\"\(String(repeating: "reason ", count: 30))\")\nfn g(x) = f(x)\ng(1)"
    for text in [call, problem, failing] {
      let outcome = Session().evaluate(source: text)
      #expect(outcome.diagnostics.count == 1)
      let whole = DiagnosticRenderer().text(outcome.diagnostics)
      let shown = DiagnosticRenderer(columns: columns).text(outcome.diagnostics)
      let lines = shown.components(separatedBy: "\n")
      #expect(lines.allSatisfy { DisplayWidth.of($0) <= columns }, "\(shown)")
      // The same words, but for the part of the source line that is shown.
      func words(_ text: String) -> [Substring] {
        text.components(separatedBy: "\n").filter { $0.firstMatch(of: /^ *\d+ \|/) == nil }
          .joined(separator: " ").split(separator: " ")
          .filter { $0 != "|" && !$0.hasPrefix("^") }
      }
      #expect(words(shown) == words(whole))
    }
  }

  @Test func aCutLineShowsWhereItWasCut() throws {
    let before = String(repeating: "[1], ", count: 30)
    let outcome = Session().evaluate(source: "x = [\(before)\"äöü漢字\", nosuch, \(before)]")
    let lines = DiagnosticRenderer(columns: 60).text(outcome.diagnostics)
      .components(separatedBy: "\n")
    #expect(lines[3].hasPrefix(" 1 | …") && lines[3].hasSuffix("…"))
    #expect(DisplayWidth.of(lines[3]) <= 60)
    let start = try #require(lines[3].range(of: "nosuch")?.lowerBound)
    let marks = try #require(lines[4].range(of: "^^^^^^")?.lowerBound)
    #expect(DisplayWidth.of(lines[3][..<start]) == DisplayWidth.of(lines[4][..<marks]))
    #expect(lines[4].filter { $0 == "^" }.count == 6)
    // A mark that begins near the end or goes on beyond it stays in the line.
    let open = Session().evaluate(source: "x = [\(before)nosuch(\(before))]")
    for columns in 20...130 {
      let text = DiagnosticRenderer(columns: columns).text(open.diagnostics)
      let marked = text.components(separatedBy: "\n").filter { $0.contains("^") }
      #expect(marked.count == 1 && marked.allSatisfy { $0.count <= columns }, "\(text)")
    }
  }

  @Test func anErrorAtTheEndOfTheTextIsMarkedBehindIt() {
    for count in [3, 300] {
      let text = "x = 1" + String(repeating: " + 1", count: count) + " +"
      let outcome = Session().evaluate(source: text)
      let lines = DiagnosticRenderer(columns: 50).text(outcome.diagnostics)
        .components(separatedBy: "\n")
      let marks = lines.first { $0.contains("^") } ?? ""
      #expect(lines.contains { $0.hasSuffix("+ 1 +") })
      #expect(marks.filter { $0 == "^" }.count == 1 && marks.count <= 50, "\(lines)")
    }
  }
}
