import Core
import Language
import Testing

@Suite struct ProblemTests {
  private func problem(_ text: String, _ name: String) throws -> ProblemValue {
    let session = Session()
    let outcome = session.evaluate(source: text)
    try #require(outcome.diagnostics.filter { $0.severity == .error }.isEmpty)
    guard case .problem(let problem)? = session[name] else {
      throw Failure(.badData, "no problem \(name)")
    }
    return problem
  }

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
    let problem = try problem(text, "p")
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
    let problem = try problem(text, "p")
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
    let problem = try problem(text, "p")
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
    let problem = try problem(text, "p")
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
    let problem = try problem("problem p(x in 0...1) { maximize x + uniform() }", "p")
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
    let record = try problem(text, "p").evaluate(.number(1), random: RandomStream(seed: 0))
    #expect(record.objective == nil)
    #expect(record.recorded.keys == ["a"])
    #expect(record.diagnostic?.code == .noMember)
    #expect(record.diagnostic?.trace.map(\.function) == ["bad"])
    #expect(record.constraints.isEmpty)
  }

  @Test func nanConstraintsFailTheTrial() throws {
    let text = "problem p(x in 0...1) { maximize x; subject to c: log(x) <= 1 }"
    let record = try problem(text, "p").evaluate(.number(-1), random: RandomStream(seed: 0))
    #expect(record.failure == "the constraint `c` came out as nan")
  }

  private func diagnostics(_ text: String, _ session: Session = Session()) -> [Diagnostic] {
    session.check(SourceFile(name: "test", text: text))
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
