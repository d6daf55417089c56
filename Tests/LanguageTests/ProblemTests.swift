import Core
import Language
import Testing

@Suite struct ProblemTests {
  @Test func directionsAreTurnedAtTheBorder() throws {
    let text = """
      problem p(x in -5...5) {
          half = x / 2
          minimize cost: x^2
          subject to low: x >= 1
          subject to high: x <= 3
          subject to both: half in 0...1
          subject to same: x == 2
          subject to quiet: x != 7
      }
      """
    let problem = try declaredProblem(text)
    let record = try problem.evaluate(.number(4), random: RandomStream(seed: 0))
    #expect(record.objective == -16)
    #expect(record.goal == 16)
    #expect(
      record.constraints.map(\.name) == ["low", "high", "both_low", "both_high", "same", "quiet"])
    #expect(record.constraints.map(\.label) == ["low", "high", "both", "both", "same", "quiet"])
    #expect(record.constraints.map(\.violation) == [-3, 1, -2, 1, 2, 0])
    #expect(record.constraints.last?.kind == .indicator)
    #expect(record.recorded.keys == ["half"])
    #expect(!record.isFeasible)
    #expect(problem.goal.name == "cost" && problem.goal.sense == .minimize)
    #expect(
      problem.subjects.map(\.kind) == [.violation, .violation, .violation, .violation, .indicator])
  }

  @Test func measurementsComeFromOutside() throws {
    let text = """
      fn strength(x) = measured("strength") - x
      problem p(x in 0...5) {
          subject to tough: measured("tough")
          maximize strength(x)
          subject to pure: measured(name: "purity") >= 95
      }
      """
    let problem = try declaredProblem(text)
    #expect(problem.measuredNames == ["tough", "purity", "strength"])
    #expect(problem.isParallelSafe)
    let record = try problem.evaluate(
      .number(2), random: RandomStream(seed: 0),
      measurements: ["tough": .bool(true), "purity": .number(96), "strength": .number(7)])
    #expect(record.objective == 5)
    #expect(record.constraints.map(\.violation) == [0, -1])
    // What nobody has told is no failure of the candidate.
    do {
      _ = try problem.evaluate(
        .number(2), random: RandomStream(seed: 0), measurements: ["tough": .bool(true)])
      Issue.record("evaluated without what is measured")
    } catch let diagnostic as Diagnostic {
      #expect(diagnostic.message == "`strength` is measured, and nobody has told it yet")
      #expect(diagnostic.code == .waiting)
    }
  }

  /// What a closure has captured is looked into, also where its code was met without it.
  @Test func capturedFunctionsAreLookedInto() throws {
    let text = """
      fn made(f) = x -> f(x)
      quiet = made(x -> x)
      loud  = made(x -> measured("loudness") * uniform() * x)
      problem p(x in 0...5) { maximize quiet(x) + loud(x) }
      """
    let problem = try declaredProblem(text)
    #expect(problem.measuredNames == ["loudness"])
    #expect(!problem.isParallelSafe)
  }

  @Test func evaluationsOnSeveralThreadsAgree() throws {
    let text = """
      scale = 2
      fn cost(x, k) {
          total = 0
          for v in x { total += k * v^2 }
          return total
      }
      problem p(x in -5...5) {
          noise = 0
          for i in 0..<50 { noise += i }
          minimize cost(x, scale) + noise
          subject to norm(x) <= 3
      }
      """
    let problem = try declaredProblem(text)
    #expect(problem.isParallelSafe)
    let candidates = (0..<200).map { i in [Double(i), 1, -2] }
    let root = RandomStream(seed: 3)
    let one = try candidates.enumerated().map {
      try problem.evaluate(.vector($1), random: root.stream("trial", $0)).objective
    }
    let many = try Parallel.map(200) { i in
      try problem.evaluate(.vector(candidates[i]), random: root.stream("trial", i)).objective
    }
    #expect(one == many)
    let expected: Double = -2.0 * 14.0 - 1225.0
    #expect(one[3] == expected)
  }

  @Test func randomNumbersComeFromTheTrialsStream() throws {
    let problem = try declaredProblem("problem p(x in 0...1) { maximize x + uniform() }")
    #expect(!problem.isParallelSafe)
    let stream = RandomStream(seed: 5)
    let a = try problem.evaluate(.number(1), random: stream.stream("trial", 1)).objective
    let b = try problem.evaluate(.number(1), random: stream.stream("trial", 1)).objective
    let c = try problem.evaluate(.number(1), random: stream.stream("trial", 2)).objective
    #expect(a == b)
    #expect(a != c)
  }

  @Test func aFailureKeepsWhatWasRecordedAndItsPlace() throws {
    let text = "fn bad(x) = x.nope\nproblem p(x in 0...1) {\n  a = 1\n  b = bad(x)\n  maximize b\n}"
    let record = try declaredProblem(text).evaluate(.number(1), random: RandomStream(seed: 0))
    #expect(record.objective == nil)
    #expect(record.recorded.keys == ["a"])
    #expect(record.diagnostic?.code == .noMember)
    #expect(record.diagnostic?.trace.map(\.function) == ["bad"])
    #expect(record.constraints.isEmpty)
  }

  @Test func nanConstraintsFailTheTrial() throws {
    let text = "problem p(x in 0...1) { maximize x; subject to c: log(x) <= 1 }"
    let record = try declaredProblem(text).evaluate(.number(-1), random: RandomStream(seed: 0))
    #expect(record.failure == "the constraint `c` came out as nan")
  }

  private func diagnostics(_ text: String, _ session: Session = Session()) -> [Diagnostic] {
    session.check(SourceFile(name: "test", text: text))
  }

  /// Sizes that `and` hides are told of once; what reveals only yes or no by itself is not.
  @Test(arguments: [
    ("sum(x) <= -8 and norm(x) <= 4", true), ("(sum(x) <= 1) and (x[0] in 0...1 and true)", true),
    ("x[0] != 1 and x[1] > 0", true), ("sum(x) == 2 and all(x > 0)", true),
    ("limit <= x[0] and x[0] <= limit + 1", true), ("all(x > 0) and norm(x) < 2", true),
    ("indicator(sum(x) <= -8 and norm(x) <= 4)", false), ("sum(x) <= -8", false),
    ("sum(x) <= 1 or norm(x) <= 4", false), ("all(x > 0) and any(x > 1)", false),
    ("not all(x > 0) and name == \"a\"", false), ("name < \"b\" and \"{x}\" >= name", false),
    ("name == other and name != other", false), ("x[0] in [1, 2] and x[1] not in 0...1", false),
  ])
  func joinedComparisonsAreToldOf(constraint: String, isToldOf: Bool) throws {
    let text = """
      limit = 1
      name = "a"
      other = "b"
      problem p(x in 0...1) {
          maximize sum(x)
          subject to c: \(constraint)
      }
      """
    let found = diagnostics(text)
    #expect(found.map(\.code) == (isToldOf ? [.joinedComparisons] : []), "\(constraint)")
    #expect(found.allSatisfy { $0.severity == .warning && $0.span?.text == constraint })
    let parts = constraint.contains("true") ? "3" : "two"
    #expect(found.allSatisfy { $0.advice?.hasPrefix("\(parts) `subject to` lines") == true })
    // The problem is made all the same, and told of once.
    let outcome = Session().evaluate(source: text)
    #expect(outcome.status == .completed && outcome.diagnostics.count == found.count)
  }

  /// The advice on a chain must not lead to a constraint that hides its size.
  @Test func chainsInConstraintsAreRanges() {
    func advice(_ line: String) -> String? {
      diagnostics("problem p(x in 0...1) {\n  maximize x[0]\n  \(line)\n}").first?.advice
    }
    #expect(advice("subject to 0.1 <= x[0] <= 0.5") == "write `b in a...c` for a range")
    #expect(advice("subject to c: indicator(1 < x[0] < 2)") == "write `b in a...c` for a range")
    #expect(
      advice("subject to x[0] <= 1\n  y = 1 < x[0] < 2")
        == "write `a < b and b < c`, or `b in a...c` for a range")
  }

  /// What is measured differs by candidate.
  @Test func measuringUsesTheCandidate() {
    let session = Session()
    _ = session.evaluate(source: "fn earlier() = measured(\"a\")\nfn constant() = 1")
    for body in [
      "measured(\"yield\")", "earlier()", "later()", "(() -> measured(\"b\"))()", "through()",
    ] {
      let text = """
        problem p(x in 0...1) { maximize \(body) }
        fn later() = measured("c")
        fn through() = later() + 1
        """
      #expect(diagnostics(text, session).isEmpty, "\(body)")
    }
    for body in ["constant()", "quiet()", "3"] {
      let text = """
        fn unrelated() = measured("c")
        fn quiet() = constant()
        problem p(x in 0...1) { maximize \(body) }
        """
      #expect(diagnostics(text, session).map(\.code) == [.unusedCandidate], "\(body)")
    }
  }

  /// A slip of the finger is one error, which names the word that is meant.
  @Test(arguments: [
    ("minimze norm(x)", "minimize"), ("minimze (x[0] - 1)^2", "minimize"),
    ("Minimize cost: norm(x)", "minimize"), ("maximise norm(x)", "maximize"),
    ("maximze -norm(x)", "maximize"), ("minimze 3 +* 4", "minimize"),
    ("minimze if a then b else c", "minimize"),
    ("maximize x[0]\n  subjct to c: norm(x) <= 1", "subject to"),
    ("maximize x[0]\n  subject_to c: norm(x) <= 1", "subject to"),
    ("maximize 1\n  subjectto norm(x) <= 1", "subject to"),
  ])
  func aMisspeltGoalIsOneError(lines: String, meant: String) throws {
    let found = diagnostics("problem p(x in 0...1) {\n  \(lines)\n}")
    #expect(found.first { $0.code == .misspeltGoal }?.advice == "did you mean `\(meant)`?")
    #expect(found.count == (lines.contains("+*") ? 2 : 1), "\(found.map(\.message))")
  }

  @Test func namesLikeAGoalsAreNotMisspelt() {
    let text = """
      fn minimise(x) = x
      problem p(x in 0...1) {
          maximizer = 2
          minimise(x)
          maximizer - 1
          minimize maximizer * x[0]
          subject to x[0] <= 1
      }
      """
    #expect(diagnostics(text).isEmpty)
    // A wrong call that is no near miss stays what it is.
    let found = diagnostics("problem p(x in 0...1) {\n  sqroot(2)\n  minimize x\n}")
    #expect(found.map(\.code) == [.unknownFunction])
  }
}
