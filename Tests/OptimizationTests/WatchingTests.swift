import Core
import Optimization
import Oracles
import Synchronization
import Testing

struct WatchingTests {
  private func trial(_ i: Int, _ x: [Double], _ violations: [(String, Double)], iteration: Int = 1)
    -> Trial
  {
    Trial(
      index: i, iteration: iteration, candidate: .vector(x),
      evaluation: Evaluation(
        objective: 1,
        constraints: violations.map { .init(name: $0.0, violation: $0.1, isIndicator: false) }),
      seconds: 0)
  }

  private func report(
    _ iteration: Int, share: Double = 0.5, best: Double? = 1, failed: Int = 0, added: Int = 10,
    _ measures: [(String, Double)] = []
  ) -> IterationReport {
    IterationReport(
      iteration: iteration, evaluations: 10 * (iteration + 1), added: added, best: best,
      feasibleShare: share, failed: failed, measures: measures.map { .init($0.0, $0.1) },
      seconds: [])
  }

  private func told(_ reports: [IterationReport], gap: FeasibilityGap? = nil) -> [[String]] {
    var warnings = SearchWarnings()
    return reports.indices.map { i in
      warnings.after(
        Array(reports[...i]), hasConstraints: true,
        remedies: Remedies(infeasibility: "raise `penalty`", priorMismatch: "raise `sharpness`"),
        gap: { gap }, failure: { "no mesh" })
    }
  }

  @Test func aBatchIsMeasured() throws {
    let box = try BoxSpace(low: [0, 0], high: [2, 4])
    let trials = [
      trial(0, [0, 0], [("a", -1), ("b[0]", 1), ("b[1]", 2)]),
      trial(1, [2, 4], [("a", 3), ("b[0]", -5), ("b[1]", 0)]),
    ]
    let measures = BatchMeasures.of(trials, space: box)
    #expect(measures.map(\.name) == ["batch_spread", "violation_a", "violation_b"])
    #expect(abs(measures[0].value - 2.0.squareRoot()) < 1e-12)
    #expect(measures[1].value == 1.5)
    #expect(measures[2].value == 1.5)
    #expect(
      BatchMeasures.of([trials[0]], space: box).map(\.name) == ["violation_a", "violation_b"])
    #expect(BatchMeasures.spread([trials[0], trials[0]], box) == 0)
  }

  /// Single points just beyond an active border are no loop, until there are many.
  @Test func fewPointsAreNoLoop() {
    let start = report(0, added: 10)
    let single = (1...20).map { report($0, share: 0, added: 1) }
    let texts = told([start] + single)
    #expect(texts.prefix(15).joined().isEmpty)
    #expect(texts[15].first?.hasPrefix("no feasible candidate in 15 iterations") == true)
    #expect(texts.dropFirst(16).joined().isEmpty)
  }

  @Test func theGapNamesWhatBinds() throws {
    let trials = [
      trial(0, [0], [("a", 5), ("b", -1)]), trial(1, [0], [("a", 0.25), ("b", 0.5)]),
      trial(2, [0], [("a", -1), ("b", 9)]),
    ]
    let gap = try #require(FeasibilityGap(trials))
    #expect(gap.trial == 1)
    #expect(gap.violations.map(\.name) == ["b", "a"])
    #expect(gap.rarest.name == "a")
    #expect(gap.phrase.contains("trial 1") && gap.phrase.contains("`b` by 0.5"))
    #expect(gap.phrase.contains("`a` binds most: it holds in 33.3% of 3 evaluations"))
    #expect(FeasibilityGap(trials + [trial(3, [0], [("a", 0), ("b", 0)])]) == nil)
    #expect(FeasibilityGap([]) == nil)
  }

  /// Tables of Student's distribution.
  @Test(arguments: [(1, 6.314), (2, 2.920), (3, 2.353), (4, 2.132), (9, 1.833), (120, 1.658)])
  func quantilesOfStudent(_ degrees: Int, _ expected: Double) {
    #expect(abs(StudentT.quantile95(degrees: degrees) - expected) < 0.01)
    #expect(StudentT.quantile95(degrees: 0) == .infinity)
  }

  /// A constraint in thousands does not decide alone which trial comes nearest.
  @Test func violationsCountInUnitsOfTheirSpread() throws {
    let trials = [
      trial(0, [0], [("grams", 2000), ("share", 0.01)]),
      trial(1, [0], [("grams", 1000), ("share", 0.9)]),
      trial(2, [0], [("grams", 9000), ("share", 0.5)]),
    ]
    #expect(FeasibilityGap(trials)?.trial == 0)
  }

  @Test func anInfeasibilityLoopIsToldOnceAnEpisode() {
    let shares = [0.5, 0.2, 0, 0, 0, 0, 0.1, 0, 0, 0]
    let texts = told(shares.enumerated().map { report($0, share: $1) })
    #expect(texts.map(\.count) == [0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
    #expect(texts[4][0].contains("raise `penalty`, or give more feasible points"))
  }

  @Test func evaluationsThatMostlyFailAreTold() {
    let failed = [3, 2, 6, 10, 10, 1, 0, 9, 9]
    let texts = told(failed.enumerated().map { report($0, failed: $1) })
    #expect(texts.map(\.count) == [0, 0, 0, 1, 0, 0, 0, 0, 1])
    #expect(
      texts[3][0].hasPrefix("16 of the last 20 evaluations failed, the last of them: no mesh"))
    #expect(texts[3][0].contains("`require`"))
  }

  @Test func theStartSetIsNoChoiceOfTheMethod() {
    #expect(told((0..<3).map { report($0, share: 0) }).map(\.count) == [0, 0, 0])
  }

  @Test func nothingFeasibleIsTold() throws {
    let gap = FeasibilityGap([trial(0, [0], [("ball", 5)])])
    let texts = told((0..<8).map { report($0, share: 0, best: nil) }, gap: gap)
    #expect(texts.map(\.count) == [0, 0, 0, 0, 0, 1, 0, 0])
    #expect(texts[5][0].contains("`ball` by 5"))
  }

  @Test func collapseIsTold() {
    let spreads = [2.0, 1, 1.2, 0.8, 0.5, 0.002, 0.0009, 0.0001, 0.5]
    let texts = told(spreads.enumerated().map { report($0, [("batch_spread", $1)]) })
    #expect(texts.map(\.count) == [0, 0, 0, 0, 0, 0, 1, 0, 0])
    #expect(texts[6][0].contains("collapsed"))
    let early = told(
      [2.0, 0.001, 0.001, 0.5].enumerated().map { report($0, [("batch_spread", $1)]) })
    #expect(early.map(\.count) == [0, 1, 0, 0])
    // A start set of one place tells nothing of what is usual.
    let near = told(
      [0, 0.001, 0.001, 0.001].enumerated().map { report($0, [("batch_spread", $1)]) })
    #expect(near.map(\.count) == [0, 0, 0, 0])
  }

  @Test func priorMismatchIsTold() {
    let texts = told((0..<5).map { report($0, [("prior_feasible", $0 < 1 ? 0.5 : 0.01)]) })
    #expect(texts.map(\.count) == [0, 0, 0, 1, 0])
    #expect(texts[3][0].contains("`sharpness`"))
    let unknown = told((0..<5).map { report($0, best: nil, [("prior_feasible", 0)]) })
    #expect(unknown == [[], [], [], [], []])
  }

  @Test func aStudyWithoutAFeasiblePointEndsWithWhy() throws {
    let box = try BoxSpace(low: [0], high: [1])
    let options = try Options(["batch": .integer(4)], specs: BoxDraws.options)
    let method = BoxDraws(kind: .sobol, space: box, start: [[0.5]], options: options)
    let study = Study(
      oracle: NeverFeasible(), method: method, budget: 6, random: RandomStream(seed: 1), space: box)
    let events = Mutex<[String]>([])
    let context = RunContext(random: RandomStream(seed: 1)) { event in
      if case .warning(let text) = event { events.withLock { $0.append(text) } }
    }
    try study.run(context: context)
    #expect(study.trials.count == 7)
    let told = events.withLock { $0 }
    #expect(told.count == 1)
    #expect(told.first?.contains("nothing feasible was found") == true)
    #expect(told.first?.contains("`far`") == true)
    #expect(study.history[1].measures.map(\.name) == ["batch_spread", "violation_far"])
  }
}

private struct NeverFeasible: Oracle {
  let statement = ProblemStatement(
    name: "never", goal: "g", isMinimized: false, constraints: ["far"])

  func evaluate(
    _ candidates: [Candidate], firstTrial: Int, context: RunContext,
    ahead: (Int, Evaluation) throws -> Void, completed: (Int, Evaluation) throws -> Void
  ) throws {
    for i in candidates.indices {
      try completed(
        i,
        Evaluation(
          objective: 1, constraints: [.init(name: "far", violation: 2, isIndicator: false)]))
    }
  }
}
