import Core
import Foundation
import Language
import Testing

/// Scripts that say what they expect: `# expect: 3` on the line of an expression, `# expect error:
/// LBO0104` on the line an error points at, `# expect print: text` for what a line prints.
/// Each `#%%` cell runs on its own, in the session of its script.
@Suite struct GoldenScriptTests {
  static let folder = Bundle.module.resourceURL!.appendingPathComponent("Scripts")
  static let scripts: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".lbo") }.sorted()

  @Test func thereAreScripts() { #expect(GoldenScriptTests.scripts.count >= 8) }

  @Test(arguments: scripts) func script(_ name: String) throws {
    let text = try String(
      contentsOf: GoldenScriptTests.folder.appendingPathComponent(name), encoding: .utf8)
    let printed = Printed()
    let session = Session(
      environment: ScriptEnvironment(output: { printed.append($0) }), seed: 1)
    var cell: [String] = []
    var start = 0
    let lines = text.components(separatedBy: "\n")
    for (i, line) in lines.enumerated() {
      if line.hasPrefix("#%%") {
        run(cell, from: start, in: session, printed, name)
        cell = []
        start = i
      }
      cell.append(line)
    }
    run(cell, from: start, in: session, printed, name)
  }

  private func run(
    _ lines: [String], from start: Int, in session: Session, _ printed: Printed, _ name: String
  ) {
    // Empty lines in front keep the line numbers of the whole script.
    let text = String(repeating: "\n", count: start) + lines.joined(separator: "\n")
    var found: [Int: [String]] = [:]
    let formatter = ValueFormatter(width: 100)
    let outcome = session.evaluate(SourceFile(name: name, text: text)) { value, span in
      let line = span.source.location(span.range.upperBound).line
      found[line, default: []].append(": \(formatter.shown(value))")
    }
    for diagnostic in outcome.diagnostics {
      let kind = diagnostic.severity == .error ? "error" : "warning"
      found[diagnostic.span?.start.line ?? 0, default: []].append(
        " \(kind): \(diagnostic.code.rawValue)")
    }
    let output = printed.take()
    var expectedOutput = ""
    for (i, line) in lines.enumerated() {
      let number = start + i + 1
      guard let mark = line.range(of: "# expect") else {
        let problems = (found[number] ?? []).filter { !$0.hasPrefix(":") }
        #expect(problems.isEmpty, "\(name):\(number) \(problems)")
        continue
      }
      let expected = line[mark.upperBound...]
      if expected.hasPrefix(" print: ") {
        expectedOutput += expected.dropFirst(" print: ".count) + "\n"
      } else {
        #expect(
          (found[number] ?? []).contains(String(expected)),
          "\(name):\(number) expected\(expected) but got \(found[number] ?? [])")
      }
    }
    if !expectedOutput.isEmpty { #expect(output == expectedOutput, "\(name)") }
  }
}

/// Output of a script.
final class Printed: @unchecked Sendable {
  private let lock = NSLock()
  private var text = ""

  func append(_ more: String) { lock.withLock { text += more } }

  func take() -> String {
    lock.withLock {
      defer { text = "" }
      return text
    }
  }
}
