import Language
import Testing

@Suite struct CoreFunctionTests {
  private static let functions = CoreFunctions.families.flatMap(\.functions).map(\.name)

  @Test(arguments: functions) func exampleRuns(_ name: String) throws {
    let session = Session(functions: [StandIns.family])
    let function = try #require(session.catalog[name])
    #expect(!function.example.isEmpty)
    let outcome = session.evaluate(source: function.example)
    if name == "fail" {
      #expect(outcome.diagnostics.map(\.code) == [.failedOnPurpose])
    } else {
      #expect(outcome.diagnostics.isEmpty, "\(outcome.diagnostics.map(\.message))")
    }
  }

  @Test(arguments: functions) func helpIsWhole(_ name: String) throws {
    let session = Session()
    let page = try #require(session.help(name))
    #expect(page.doc.hasSuffix("."))
    #expect(page.parameters.allSatisfy { !$0.type.isEmpty && !$0.doc.isEmpty })
    #expect(page.text.contains(name))
  }

  /// No argument of any type may do more than give an error.
  @Test(arguments: functions) func wrongTypesAreErrors(_ name: String) throws {
    let values = [
      "none", "true", "-1", "1e300", "nan", "\"\"", "\"a\"", "[]", "[none]", "{}", "0...5", "3s",
      "vector([])", "table({a: [1]})", "table({})", "x -> x", "() -> 1", "0.5...2", "0...1e15",
      "-1e300", "inf",
    ]
    let session = Session()
    for a in values {
      _ = session.evaluate(source: "\(name)(\(a));")
      for b in values {
        let outcome = session.evaluate(source: "\(name)(\(a), \(b));")
        #expect(!outcome.diagnostics.contains { $0.isInternal }, "\(name)(\(a), \(b))")
      }
    }
  }
}
