import Language
import Testing

@Suite struct ExplanationTests {
  @Test(arguments: DiagnosticCode.allCases) func everyCodeHasAPage(_ code: DiagnosticCode) {
    let page = code.explanation
    #expect(page.title != "no page")
    #expect(page.text.count > 30)
    #expect(page.page.hasPrefix(code.rawValue))
    #expect(DiagnosticCode(text: code.rawValue.lowercased()) == code)
  }

  @Test(arguments: DiagnosticCode.allCases) func examplesAreTrue(_ code: DiagnosticCode) {
    let page = code.explanation
    if !page.wrong.isEmpty {
      let outcome = Session(functions: [StandIns.family]).evaluate(source: page.wrong)
      #expect(outcome.diagnostics.map(\.code) == [code])
    }
    if !page.right.isEmpty {
      let outcome = Session(functions: [StandIns.family]).evaluate(source: page.right)
      #expect(outcome.diagnostics.isEmpty, "\(outcome.diagnostics.map(\.message))")
    }
  }
}
