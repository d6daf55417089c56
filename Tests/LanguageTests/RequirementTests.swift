import Core
import Language
import Testing

/// `require`: what is computed from a candidate alone.
@Suite struct RequirementTests {
  private func evaluated(_ problem: ProblemValue, _ x: [Double]) throws -> ProblemRecord {
    try problem.evaluate(.vector(x), random: RandomStream(seed: 0))
  }

  @Test func requirementsAreConstraintsToo() throws {
    let problem = try declaredProblem(
      """
      problem p(x in -5...5) {
          require low: x[0] >= 1
          maximize sum(x)
          subject to high: x <= 3
          require x[1] in 0...2
      }
      """)
    #expect(problem.subjects.map(\.name) == ["low", "high", "constraint_3"])
    #expect(problem.subjects.map(\.isRequired) == [true, false, true])
    let record = try evaluated(problem, [0, 4])
    #expect(record.constraints.map(\.violation) == [1, -3, 1, -4, 2])
    let required = try problem.requirement(of: .vector([0, 4]))
    #expect(required.constraints.map(\.name) == ["low", "constraint_3_low", "constraint_3_high"])
    #expect(required.constraints.map(\.violation) == [1, -4, 2])
    #expect(required.failure == nil && !required.isFeasible)
    #expect(
      problem.summary.hasSuffix("maximize objective, subject to high, require low, constraint_3"))
  }

  /// What has to be less is violated where it is equal.
  @Test func strictComparisonsAreStrict() throws {
    let problem = try declaredProblem(
      "problem p(x in -5...5) { maximize x; require a: x < 2; require b: x > 0; require c: x <= 2 }"
    )
    func holds(_ x: Double) throws -> [Bool] {
      try problem.requirement(of: .number(x)).constraints.map { $0.violation <= 0 }
    }
    #expect(try holds(1) == [true, true, true])
    #expect(try holds(2) == [false, true, true])
    #expect(try holds(0) == [true, false, true])
  }

  @Test func nothingIsRequiredWithoutALineThatSaysSo() throws {
    let problem = try declaredProblem("problem p(x in -5...5) { maximize x; subject to x <= 1 }")
    #expect(try problem.requirement(of: .number(3)).isFeasible)
  }

  /// Only the lines that the requirement needs are run: not those that measure, fail, print or run for ever,
  /// wherever they stand.
  @Test func otherLinesAreNotRun() throws {
    let problem = try declaredProblem(
      """
      fn weighted(x, w) = sum(x * w)
      w = vector([1, 2])
      made = x -> measured("made")
      problem p(x in -5...5) {
          dock = measured("dock") + made(x)
          print("evaluated")
          total = 0
          for i in 0..<2 { total += w[i] * x[i] }
          if dock > 1 { fail("no") }
          half = total / 2
          noise = uniform()
          half -= if total > 4 then 1 else 0
          require enough: half >= weighted(x, w) / 4
          maximize dock + noise
      }
      """)
    #expect(problem.reachesOutside)
    #expect(try problem.requirement(of: .vector([1, 1])).constraints.map(\.violation) == [-0.75])
    #expect(try problem.requirement(of: .vector([2, 2])).constraints.map(\.violation) == [-0.5])
    #expect(problem.measuredNames == ["made", "dock"])
  }

  @Test func anErrorIsAReason() throws {
    let problem = try declaredProblem(
      "problem p(x in \"a line\") { maximize x[0]; require x[3] <= 1 }")
    let record = try problem.requirement(of: .vector([1]))
    #expect(record.failure?.contains("element 3") == true)
    #expect(!record.isFeasible)
  }

  @Test(arguments: [
    ("require pure: measured(\"purity\") >= 90", "measured(\"purity\")"),
    (
      "y = measured(\"purity\")\n  if x > 2 { y = 3 }\n  require pure: 2 * y >= 90",
      "measured(\"purity\")"
    ),
    ("require lucky: uniform() < x", "`uniform`"),
    ("require late: asked(x) < 1", "measured(\"q\")"),
    ("f = v -> asked(v)\n  require late: f(x) < 1", "measured(\"q\")"),
  ]) func whatIsNotComputedIsRefused(_ lines: String, _ what: String) {
    let text = """
      fn asked(v) = v + measured("q")
      problem p(x in -5...5) {
        maximize x
        \(lines)
      }
      """
    let diagnostics = Session().evaluate(source: text).diagnostics
    #expect(diagnostics.map(\.code) == [.requirementNotComputed])
    #expect(
      diagnostics.first?.message
        == "what `p` requires needs \(what), which has to wait for an evaluation")
  }

  @Test func constraintsThatCouldBeRequiredAreFound() throws {
    let problem = try declaredProblem(
      """
      limit = 3
      problem p(x in -5...5) {
          rise = measured("rise")
          both = rise + x
          subject to a: rise <= 1
          subject to b: x <= limit
          subject to c: both <= 3
          require d: x >= 0
          subject to e: uniform() <= x
          minimize both
      }
      """)
    #expect(problem.computedSubjects.map(\.name) == ["b"])
  }

  @Test(arguments: [
    ("require a: 3 < 2", DiagnosticCode.statementOutOfPlace),
    (
      "problem p(x in -5...5) {\n  maximize x\n  if x > 1 { require a: x < 2 }\n}",
      .statementOutOfPlace
    ),
    ("problem p(x in -5...5) {\n  maximize x\n  requires a: x < 2\n}", .misspeltGoal),
    (
      "problem p(x in -5...5) {\n  maximize x\n  require a: x < 2\n  subject to a: x > 1\n}",
      .duplicateSubject
    ),
  ]) func slipsAreTold(_ text: String, _ code: DiagnosticCode) {
    #expect(Session().evaluate(source: text).diagnostics.map(\.code) == [code])
  }

  /// A name is still a name where it is given a value.
  @Test func requireIsAName() throws {
    let session = Session()
    let outcome = session.evaluate(source: "require = 3\nrequire += 1\nprint(require)")
    #expect(outcome.diagnostics.isEmpty)
  }
}
