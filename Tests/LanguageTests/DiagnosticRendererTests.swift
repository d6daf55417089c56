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
}
