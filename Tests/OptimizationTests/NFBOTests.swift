import Core
import Optimization
import Oracles
import Testing

struct NFBOTests {
  @Test func beatsDrawsFromTheFlow() throws {
    let study = try Toy.study(budget: 120)
    try study.run(context: RunContext(seed: 0))
    let draws = Study(
      oracle: study.oracle,
      method: RandomDraws(
        space: try Toy.space(), start: Toy.start(30),
        options: try Options([:], specs: RandomDraws.options)),
      budget: 120, random: RandomStream(seed: 1))
    try draws.run(context: RunContext(seed: 0))
    let (ours, theirs) = (
      try #require(study.best?.feasibleObjective), try #require(draws.best?.feasibleObjective)
    )
    #expect(ours > theirs)
  }

  @Test func budgetIsKeptAndNothingIsAskedTwice() throws {
    let study = try Toy.study(budget: 37)
    try study.run(context: RunContext(seed: 0))
    #expect(study.trials.count == 30 + 37)
    #expect(Set(study.trials.map(\.candidate)).count == study.trials.count)
    #expect(try study.step(RunContext(seed: 0)) == nil)
    #expect(study.finished?.contains("budget") == true)
    #expect(study.history.allSatisfy { $0.seconds.last?.name == "evaluate" })
  }

  @Test func sameTrialsOnAnyNumberOfWorkers() throws {
    let before = Parallel.workers
    defer { Parallel.workers = before }
    var runs: [[Candidate]] = []
    for workers in [1, 4] {
      Parallel.workers = workers
      let study = try Toy.study(budget: 40)
      try study.run(context: RunContext(seed: 0))
      runs.append(study.trials.map(\.candidate))
    }
    #expect(runs[0] == runs[1])
    let other = try Toy.study(budget: 40, seed: 2)
    try other.run(context: RunContext(seed: 0))
    #expect(other.trials.map(\.candidate) != runs[0])
  }

  @Test(arguments: ["published", "default"]) func everySwitchRuns(_ preset: String) throws {
    for switches: [String: OptionValue] in [
      ["tacs": .flag(false)], ["acquisition": .text("random")], ["restarts": .flag(true)],
      ["scale": .text("published")], ["draws": .integer(2), "temperature": .real(10)],
    ] {
      var options = switches
      options["preset"] = .text(preset)
      let study = try Toy.study(options, budget: 20)
      try study.run(iterations: 3, context: RunContext(seed: 0))
      #expect(study.trials.count > 30)
    }
  }

  @Test func constraintsAreLearned() throws {
    // a is wanted, but at most three of them: the best feasible word has exactly three.
    let oracle = WordOracle(constraints: ["few"]) { text in
      let count = Double(text.count { $0 == "a" })
      return Evaluation(
        objective: count / 10,
        constraints: [.init(name: "few", violation: count - 3, isIndicator: false)])
    }
    let study = try Toy.study(budget: 60, oracle: oracle)
    try study.run(context: RunContext(seed: 0))
    let best = try #require(study.best)
    #expect(best.evaluation.isFeasible)
    #expect(best.feasibleObjective == 0.3)
    #expect(study.history.dropFirst().reduce(0) { $0 + $1.feasibleShare } > 0)
  }

  @Test(arguments: ["thompson", "random"], ["sequences", "points"])
  func eitherCanBeScored(_ acquisition: String, _ score: String) throws {
    let before = Parallel.workers
    defer { Parallel.workers = before }
    var runs: [[Candidate]] = []
    for workers in [1, 3] {
      Parallel.workers = workers
      let study = try Toy.study(
        ["score": .text(score), "acquisition": .text(acquisition)], budget: 45,
        oracle: ConstrainedNFBOTests.oracle())
      try study.run(context: RunContext(seed: 0))
      #expect(study.trials.count == 30 + 45)
      #expect(Set(study.trials.map(\.candidate)).count == study.trials.count)
      runs.append(study.trials.map(\.candidate))
    }
    #expect(runs[0] == runs[1])
  }

  @Test func failedEvaluationsAreKeptAndPassedOver() throws {
    let oracle = WordOracle { text in
      text.hasPrefix("b")
        ? Evaluation(objective: nil, failure: "the assay failed")
        : Evaluation(objective: text.contains("c") ? .nan : Toy.score(text))
    }
    let study = try Toy.study(budget: 30, oracle: oracle)
    try study.run(context: RunContext(seed: 0))
    #expect(study.trials.count == 60)
    #expect(study.trials.contains { $0.evaluation.failure == "the assay failed" })
    #expect(study.trials.contains { $0.evaluation.failure == "the score is nan" })
    #expect(study.best?.evaluation.failure == nil)
  }

  @Test func aStopKeepsWhatIsDoneAndTheStudyGoesOn() throws {
    let cancellation = Cancellation()
    let oracle = WordOracle { text in
      if text.count == 9 { cancellation.request() }
      return Evaluation(objective: Toy.score(text))
    }
    let study = try Toy.study(budget: 60, oracle: oracle)
    let context = RunContext(random: RandomStream(seed: 0), cancellation: cancellation)
    var stops = 0
    while study.remaining > 0 || study.trials.isEmpty {
      do {
        if try study.step(context) == nil { break }
      } catch let error as Failure where error.kind == .cancelled {
        stops += 1
        cancellation.reset()
      }
    }
    #expect(stops > 0)
    #expect(Set(study.trials.map(\.candidate)).count == study.trials.count)
  }

  @Test func aStartSetThatCannotBeIsRefused() throws {
    let options = try Options([:], specs: NFBO.options)
    let space = try Toy.space()
    // As many anchors as there are, unless more are asked for.
    _ = try NFBO(space: space, start: ["abc"], options: options)
    #expect(throws: Failure.self) {
      try NFBO(
        space: space, start: ["abc"],
        options: Options(["anchors": .integer(2)], specs: NFBO.options))
    }
    #expect(throws: Failure.self) { try NFBO(space: space, start: [], options: options) }
    #expect(throws: Failure.self) {
      try NFBO(space: space, start: Toy.start(20) + ["xyz"], options: options)
    }
    let nothing = try Toy.study(budget: 10, oracle: WordOracle { _ in Evaluation(objective: nil) })
    try nothing.step(RunContext(seed: 0))
    #expect(throws: Failure.self) { try nothing.step(RunContext(seed: 0)) }
  }

  @Test func equalScoresAreSearchedToo() throws {
    let study = try Toy.study(budget: 20, oracle: WordOracle { _ in Evaluation(objective: 1) })
    try study.run(context: RunContext(seed: 0))
    #expect(study.trials.count == 50)
  }
}
