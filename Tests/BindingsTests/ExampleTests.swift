import Bindings
import Core
import Foundation
import Language
import Testing

/// Examples in help are run, so that what users copy works.
struct ExampleTests {
  /// What examples take for granted: names of a user's own work.
  private static let placeholders: Set<String> = [
    "study", "data", "flow", "library", "tokens", "goal", "t", "f", "x", "p", "m",
  ]

  /// Whether an example names a file, which is not there or should not be written.
  private static func namesFile(_ example: String) -> Bool {
    example.contains(/"[^"{}]*\.(csv|smi|txt|fasta|safetensors|lbo|png|svg|pdf|scale)(\.gz)?"/)
  }

  @Test func examplesOfFunctionsRun() throws {
    let functions = Session(functions: StandardCatalog.families).catalog.families
      .flatMap(\.functions)
    var ran = 0
    for function in functions where !function.example.isEmpty {
      if Self.namesFile(function.example) { continue }
      let r = run(function.example)
      if function.name == "fail" {
        #expect(r.errors.count == 1)
        continue
      }
      let unknown = r.errors.compactMap {
        $0.firstMatch(of: /no (?:variable or function|function|variable) named `(\w+)`/)
          .map { String($0.1) }
      }
      if unknown.isEmpty {
        #expect(r.errors == [], "the example of \(function.name)")
        ran += 1
      } else {
        #expect(
          Set(unknown).isSubset(of: Self.placeholders),
          "the example of \(function.name) uses \(unknown)")
      }
    }
    #expect(ran > 100, "\(ran) examples ran")
  }

  /// Of the words of the language: each example runs with all functions, and what is a problem can be
  /// searched.
  @Test func examplesOfWordsRun() throws {
    let words = [
      "fn", "problem", "maximize", "minimize", "subject", "use", "if", "for", "while", "return",
      "in",
      "none",
    ]
    let session = Session(functions: StandardCatalog.families)
    for word in words {
      let page = try #require(session.help(word))
      #expect(page.family == "language")
      // Lines of a problem stand in one.
      let goal = word == "subject" ? "minimize sum(x)\n" : ""
      let isLine = ["maximize", "minimize", "subject"].contains(word)
      let text =
        isLine
        ? "problem line(x in box(-5, 5, dim: 2)) {\n\(goal)\(page.example)\n}" : page.example
      #expect(run(text).errors == [], "the example of \(word)")
      guard let name = text.firstMatch(of: /problem (\w+)/)?.1 else { continue }
      let r = run("\(text)\ns = run(megs(\(name), initial: 5, budget: 5))\nbest(s)")
      #expect(r.errors == [], "searching the example of \(word)")
    }
  }

  /// The manual's first problem runs as it stands, can be searched, and has the columns the text names.
  @Test func theManualsProblemRuns() throws {
    let manual = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../docs/language.md")
    let text = try String(contentsOf: manual, encoding: .utf8)
    let section = try #require(text.range(of: "## Problems\n"))
    let script = try #require(
      text[section.upperBound...].firstMatch(of: /```\n((?s).*?)```/)?.1)
    let r = run(
      "\(script)\ns = run(megs(sphere, initial: 5, budget: 5))\nprint(columns(trials(s)))")
    #expect(r.errors == [])
    let named = text[section.upperBound...].matches(of: /`(\w+_(?:low|high)\[0\])`/).map(\.1)
    #expect(named.count == 2 && named.allSatisfy { r.output.contains("\"\($0)\"") }, "\(r.output)")
  }

  /// Spaces of the examples of problems are ones that a method can search.
  @Test func examplesOfProblemsHaveSpaces() {
    let functions = Session(functions: StandardCatalog.families).catalog.families
      .flatMap(\.functions)
    let examples = functions.map(\.example) + DiagnosticCode.allCases.map(\.explanation.right)
    var found = 0
    for example in examples {
      for match in example.matches(of: /problem \w+\(\w+ in ([^)]*)/) {
        found += 1
        let space = match.1
        #expect(
          space.hasPrefix("box(") || space.hasPrefix("flow") || space.hasPrefix("any_molecule("),
          "\(example)")
      }
    }
    #expect(found > 8)
  }

  @Test(arguments: [
    "ehrlich", "guacamol", "lasso", "library", "mopta", "pmo", "rover", "synthetic",
  ])
  func examplesOfModulesRun(_ module: String) throws {
    let library = StandardCatalog.library(folder: FileManager.default.temporaryDirectory.path)
    let source = try #require(library.source(module))
    let examples = Self.examples(in: source.text)
    #expect(!examples.isEmpty)
    for example in examples {
      #expect(run(example).errors == [], "\(example)")
    }
  }

  /// The indented lines after "Example:" in `##` comments.
  static func examples(in text: String) -> [String] {
    var examples: [String] = []
    var current: [Substring]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("## Example:") {
        current = []
      } else if line.hasPrefix("##     "), current != nil {
        current?.append(line.dropFirst(7))
      } else if let lines = current {
        examples.append(lines.joined(separator: "\n"))
        current = nil
      }
    }
    return examples
  }
}
