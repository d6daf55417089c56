import Core
import Language
import Testing

/// Problems over several settings, each a number under its own name.
@Suite struct SettingsTests {
  private let text = """
    scale = 2
    problem p(warmth in 20...120, hours in [1, 2, 4]) {
        heat = (warmth - 20) * hours
        total = map([1, 2], k -> k * hours)[1]
        minimize cost: scale * hours + warmth / 10
        require gentle: heat <= 100
        subject to long: total >= 4
    }

    """

  @Test func settingsAreNumbersInTheBody() throws {
    let problem = try declaredProblem(text)
    #expect(problem.parameterNames == ["warmth", "hours"])
    #expect(problem.recordedNames == ["heat", "total"])
    let record = try problem.evaluate(.vector([60, 4]), random: RandomStream(seed: 0))
    #expect(record.goal == 14)
    #expect(record.constraints.map(\.violation) == [60, -4])
    #expect(try problem.requirement(of: .vector([30, 2])).constraints.map(\.violation) == [-80])
    guard case .record(let space) = problem.space else {
      Issue.record("the space is no record")
      return
    }
    #expect(space.keys == ["warmth", "hours"])
    #expect(try problem.evaluate(.number(3), random: RandomStream(seed: 0)).failure != nil)
  }

  @Test(arguments: [
    "p(60, 4)", "p(60, hours: 4)", "p(warmth: 60, hours: 4)", "p(vector([60, 4]))",
    "p({hours: 4, warmth: 60, other: 3})",
  ]) func aCallTakesThemInAnyForm(_ call: String) {
    let outcome = Session().evaluate(source: text + "assert(\(call).cost == 14)")
    #expect(outcome.diagnostics.isEmpty, "\(outcome.diagnostics.map(\.message))")
  }

  @Test(arguments: [
    ("p(60)", "`hours` of `p` is missing"), ("p({warmth: 60})", "`hours` of `p` is missing"),
    ("p(60, \"4\")", "`hours` of `p` is a number, not \"4\""),
    ("p(vector([60, 4, 1]))", "`warmth` of `p` is a number, not a vector"),
    ("p(1, 2, 3)", "takes"), ("p(60, days: 4)", "days"),
  ]) func mistakesAreTold(_ call: String, _ part: String) {
    let messages = Session().evaluate(source: text + call).diagnostics.map(\.message)
    #expect(messages.count == 1 && messages[0].contains(part), "\(messages)")
  }

  @Test func declarationsAreChecked() {
    func codes(_ text: String) -> [DiagnosticCode] {
      Session().evaluate(source: text).diagnostics.map(\.code)
    }
    #expect(codes("problem p(a in 0...1, a in 0...2) { minimize a }") == [.duplicateName])
    #expect(codes("problem p(a in 0...1, b) { minimize a }") == [.unexpectedToken])
    #expect(codes("problem p(a in 0...1, b in 0...2) { minimize 3 }") == [.unusedCandidate])
    #expect(codes("problem p(a in 0...1, b in 0...2,) { minimize a }") == [])
  }
}
