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
