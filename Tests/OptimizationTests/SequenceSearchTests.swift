import Core
import Engine
import Optimization
import Oracles
import Testing

struct CalibrationTests {
  private func trial(_ mean: Double, _ reach: Double, _ found: Double?) -> Trial {
    Trial(
      index: 0, iteration: 1, candidate: .text("a"), evaluation: Evaluation(objective: found),
      seconds: 0, prediction: Prediction(mean: mean, range: mean - reach...mean + reach))
  }

  @Test func ranksAreCorrelated() throws {
    #expect(Calibration.spearman([1, 2, 3, 4], [10, 20, 30, 400]) == 1)
    #expect(Calibration.spearman([1, 2, 3, 4], [4, 3, 2, 1]) == -1)
    #expect(Calibration.spearman([1, 1, 1], [1, 2, 3]) == nil)
    // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5).
    let ties = try #require(Calibration.spearman([1, 2, 2, 3], [1, 2, 3, 4]))
    #expect(abs(ties - 4.5 / (4.5 * 5).squareRoot()) < 1e-15)
  }

  @Test func foundValuesInsideAreCounted() throws {
    let trials =
      [trial(0, 1, 0.5), trial(1, 1, 2.5), trial(2, 1, 2), trial(3, 0.1, 3), trial(4, 1, nil)]
      + [trial(5, 1, 7)]
    let calibration = Calibration(trials)
    #expect(calibration.pairs.count == 5)
    #expect(calibration.coverage == 3.0 / 5)
    let rank = try #require(calibration.rankCorrelation)
    #expect(abs(rank - 0.9) < 1e-12)
    #expect(Calibration(Array(trials.prefix(3))).coverage == nil)
    let many = (0..<80).map { trial(Double($0), 1, Double($0)) }
    #expect(Calibration(many).pairs.first?.found == 30)
    #expect(Calibration(many, window: nil).pairs.count == 80)
  }
}

struct GoalScaleTests {
  @Test func ranksAndBack() {
    let goals = [0.0, 0, 0.1, 5, -2]
    let scale = GoalScale(goals)
    let learned = goals.map { scale.learned($0) }
    #expect(learned[0] == learned[1] && learned[4] < learned[0])
    #expect(learned[0] < learned[2] && learned[2] < learned[3])
    for goal in goals + [1.7, 9, -30] {
      #expect(abs(scale.goal(scale.learned(goal)) - goal) < 1e-9)
    }
    #expect(GoalScale([3, 3]).learned(3) == 0 && GoalScale([3, 3]).goal(0) == 3)
  }
}

struct LatentMovesTests {
  @Test func movesAreTheSameOnAnyNumberOfWorkersAndKeepMostOfALatent() {
    let before = Parallel.workers
    defer { Parallel.workers = before }
    // Each row of a latent holds its own number, so that where a row came from can be read.
    let (length, features) = (12, 3)
    func latent(_ tag: Float) -> [Float] {
      (0..<length).flatMap { [Float](repeating: tag + Float($0), count: features) }
    }
    let anchor = Tensor<Float>([1, length * features], latent(100))
    let centres = LatentMoves.Sequences(latents: anchor, lengths: [7])
    let moves = LatentMoves(
      features: features, length: length,
      partners: .init(
        latents: Tensor([2, length * features], latent(200) + latent(300)), lengths: [5, 12]))
    var runs: [Tensor<Float>] = []
    for workers in [1, 3] {
      Parallel.workers = workers
      runs.append(moves.points(500, of: 0, in: centres, random: RandomStream(seed: 2)))
    }
    #expect(runs[0] == runs[1])
    let points = runs[0]
    #expect(points.isFinite)
    var (own, borrowed, drawn, changed) = (0, 0, 0, 0)
    for i in 0..<500 {
      for row in 0..<length {
        let value = points[i, row * features]
        if value >= 200 { borrowed += 1 } else if value >= 100 { own += 1 } else { drawn += 1 }
      }
      if points.rows([i]) != anchor { changed += 1 }
    }
    #expect(changed > 480)
    #expect(own > borrowed && borrowed > 300 && drawn > 300)
  }
}

struct SequenceSurrogateTests {
  @Test(arguments: ["sequence", "both"], ["thompson", "ucb"])
  func sameTrialsOnAnyNumberOfWorkers(_ surrogate: String, _ acquisition: String) throws {
    let before = Parallel.workers
    defer { Parallel.workers = before }
    var runs: [[Trial]] = []
    for workers in [1, 3] {
      Parallel.workers = workers
      let study = try Toy.study(
        [
          "surrogate": .text(surrogate), "acquisition": .text(acquisition), "apart": .real(0.1),
          "rounds": .integer(2),
        ], budget: 30, oracle: ConstrainedNFBOTests.oracle())
      try study.run(context: RunContext(seed: 0))
      #expect(study.trials.count == 60)
      #expect(Set(study.trials.map(\.candidate)).count == 60)
      #expect(study.trials.dropFirst(30).allSatisfy { $0.prediction != nil })
      runs.append(study.trials)
    }
    #expect(runs[0].map(\.candidate) == runs[1].map(\.candidate))
    #expect(runs[0].map(\.prediction) == runs[1].map(\.prediction))
  }

  @Test func predictionsSayWhatIsFound() throws {
    let study = try Toy.study(["surrogate": .text("sequence")], budget: 100)
    try study.run(context: RunContext(seed: 0))
    let calibration = Calibration(study.trials, window: nil)
    #expect(calibration.pairs.count == 100)
    #expect(try #require(calibration.rankCorrelation) > 0.4)
    #expect(try #require(calibration.coverage) > 0.6)
    let names = try #require(study.history.last).measures.map(\.name)
    #expect(names.contains("rank_correlation") && names.contains("coverage_90"))
  }

  /// Each anchor whose surroundings are not all new retires at once, or none ever does.
  @Test(arguments: [0.0, 1.0]) func usedUpAnchorsRetire(share: Double) throws {
    let study = try Toy.study(
      ["surrogate": .text("sequence"), "retire": .real(share)], budget: 40)
    try study.run(context: RunContext(seed: 0))
    let retired = study.history.dropFirst().compactMap { report in
      report.measures.first { $0.name == "retired" }?.value
    }
    #expect(retired.count == study.history.count - 1)
    #expect(share == 0 ? retired.allSatisfy { $0 == 0 } : retired == retired.sorted())
    #expect(share == 0 || retired.last ?? 0 > 5)
  }

  @Test func movesMayBorrowFromStrangers() throws {
    let runs = try [0.0, 1.0, 1.0].map { share in
      let study = try Toy.study(
        ["surrogate": .text("sequence"), "strangers": .real(share)], budget: 30)
      try study.run(context: RunContext(seed: 0))
      return study.trials.map(\.candidate)
    }
    #expect(runs[1] == runs[2] && runs[0] != runs[1])
    #expect(runs[0].prefix(30) == runs[1].prefix(30), "the start set is the same")
  }

  @Test func fingerprintsNeedMolecules() throws {
    let options = try Options(["counts": .text("ecfp4")], specs: NFBO.options)
    let failure = #expect(throws: Failure.self) {
      try NFBO(space: Toy.space(), start: Toy.start(20), options: options)
    }
    #expect(failure?.advice?.contains("ngrams") == true)
  }
}

struct IntervalScaleTests {
  /// Errors twice as large as predicted: intervals double. Over the last 100 errors the conformal
  /// quantile covers 91 / 101 on average; 4,000 draws leave that uncertain by 0.005, their overlapping
  /// windows by about 0.01.
  @Test func intervalsHoldNineInTen() throws {
    let scale = GoalScale((0..<200).map { Double($0 * $0) })
    var intervals = IntervalScale()
    var random = RandomStream(seed: 4)
    var inside = 0
    for i in 0..<4100 {
      let middle = random.normal() / 2
      let given = Prediction(
        mean: scale.goal(middle),
        range: scale.goal(
          middle - Prediction.reach * 0.1)...scale.goal(
            middle + Prediction.reach * 0.1))
      let found = scale.goal(middle + 0.2 * random.normal())
      let told = try #require(intervals.stretched([given], scale)[0])
      #expect(told.mean == given.mean)
      if i >= 100, told.range.contains(found) { inside += 1 }
      intervals.learn(told, found: found, scale)
    }
    #expect(abs(intervals.factor - 2) < 0.5)
    #expect(abs(Double(inside) / 4000 - 0.9) < 0.03)
  }

  @Test func fewPicksAndPredictionsWithoutWidthSayNothing() {
    let scale = GoalScale([])
    var intervals = IntervalScale()
    for _ in 0..<40 { intervals.learn(.init(mean: 1, range: 1...1), found: 5, scale) }
    for _ in 0..<19 { intervals.learn(.init(mean: 1, range: 0...2), found: 5, scale) }
    #expect(intervals.factor == 1)
    intervals.learn(.init(mean: 1, range: 0...2), found: 5, scale)
    #expect(intervals.factor == 4)
  }
}
