import Core
import Engine
import Foundation
import Optimization
import Oracles
import Synchronization
import Testing

struct ConstrainedSamplesTests {
  @Test func feasibleFirstThenLeastViolated() {
    let goals = Tensor<Double>([1, 4], [5, 9, 1, 7])
    let constraint = Tensor<Double>([1, 4], [-1, 2, -0.5, 0.5])
    let samples = ConstrainedSamples(goal: goals, constraints: [constraint])
    let order = (0..<4).sorted { samples.merits[$0] > samples.merits[$1] }
    #expect(order == [0, 2, 3, 1])
    #expect(samples.isFeasible == [true, false, true, false])
    #expect(ConstrainedSamples(goal: goals, constraints: []).merits == goals)
  }

  @Test func eachSampleJudgesForItself() {
    // Feasible in sample 0: only candidate 1; in sample 1: none, and candidate 2 is least violated
    // in all although its first constraint is worst.
    let goals = Tensor<Double>([2, 3], [9, 1, 8, 9, 1, 8])
    let first = Tensor<Double>([2, 3], [1, -1, -1, 0.1, 0.2, 0.3])
    let second = Tensor<Double>([2, 3], [-1, -1, 1, 0.5, 0.3, 0.1])
    let samples = ConstrainedSamples(goal: goals, constraints: [first, second])
    #expect(samples.isFeasible == [false, true, false, false, false, false])
    let best = (0..<2).map { s in (0..<3).max { samples.merits[s, $0] < samples.merits[s, $1] } }
    #expect(best == [1, 2])
    // Picks take turns: the first by sample 0, the second by sample 1, the third by sample 0.
    #expect(samples.feasibleCount(of: [1, 2, 0]) == 1)
  }
}

struct ConstraintScaleTests {
  @Test func boundaryAndSignStay() {
    let scale = ConstraintScale([[-40, 0], [10, 1], [20, 0]], indicators: [false, true])
    #expect(scale.units == [20, 1])
    #expect(scale.learned(0, entry: 0) == 0)
    #expect(abs(scale.learned(20, entry: 0) - log(2.0)) < 1e-15)
    #expect(scale.learned(-20, entry: 0) == -scale.learned(20, entry: 0))
    #expect(scale.learned(1, entry: 1) == 1 && scale.learned(0, entry: 1) == 0)
    #expect(scale.total([-5, 0]) == 0)
    #expect(abs(scale.total([20, 1]) - 2 * log(2.0)) < 1e-15)
  }

  @Test func unitsDoNotMatterAndInfinityIsFar() {
    let rows = [[3.0], [-1], [.infinity], [0.5]]
    let scale = ConstraintScale(rows, indicators: [false])
    let thousand = ConstraintScale(rows.map { [1000 * $0[0]] }, indicators: [false])
    for row in rows {
      #expect(
        abs(scale.learned(row[0], entry: 0) - thousand.learned(1000 * row[0], entry: 0)) < 1e-12)
    }
    #expect(scale.learned(.infinity, entry: 0) == scale.learned(1e300, entry: 0))
    #expect(scale.learned(.infinity, entry: 0) < 10)
    #expect(ConstraintScale([[0], [.infinity]], indicators: [false]).units == [1])
  }
}

struct ConstrainedNFBOTests {
  /// The letter a is wanted, but at most three of them, and no b: both as asked for.
  static func oracle(
    few: @escaping @Sendable (Double) -> Double = { $0 - 3 }, reveals: Bool = false
  ) -> WordOracle {
    WordOracle(constraints: ["few", "clean"]) { text in
      let count = Double(text.count { $0 == "a" })
      let violation = few(count)
      return Evaluation(
        objective: count / 10,
        constraints: [
          .init(
            name: "few", violation: reveals ? (violation > 0 ? 1 : 0) : violation,
            isIndicator: reveals),
          .init(name: "clean", violation: text.contains("b") ? 1 : 0, isIndicator: true),
        ])
    }
  }

  @Test(arguments: [false, true]) func valuesAndIndicatorsAreLearned(_ reveals: Bool) throws {
    let study = try Toy.study(budget: 80, oracle: Self.oracle(reveals: reveals))
    try study.run(context: RunContext(seed: 0))
    let best = try #require(study.best)
    #expect(best.evaluation.isFeasible)
    #expect(best.feasibleObjective == 0.3)
    let start = study.history[0].feasibleShare
    let last = study.history.suffix(4).map(\.feasibleShare).reduce(0, +) / 4
    #expect(last > start)
    let predicted = study.history[1].measures.first { $0.name == "predicted_feasible" }
    #expect((0...1).contains(try #require(predicted).value))
  }

  @Test func infiniteAndHugeViolationsDoNotStopTheSearch() throws {
    let oracle = Self.oracle { $0 > 3 ? .infinity : $0 == 3 ? 0 : $0 == 1 ? -1e300 : -1 }
    let study = try Toy.study(["restarts": .flag(true)], budget: 40, oracle: oracle)
    try study.run(context: RunContext(seed: 0))
    #expect(study.trials.count == 70)
    #expect(study.best?.feasibleObjective == 0.3)
  }

  @Test func nothingFeasibleIsToldAndTheViolationFalls() throws {
    // A word has at most 11 letters.
    let oracle = WordOracle(constraints: ["many"]) { text in
      Evaluation(
        objective: Double(text.count),
        constraints: [
          .init(
            name: "many", violation: 12 - Double(text.count { $0 == "a" }), isIndicator: false)
        ])
    }
    let notices = Notices()
    let study = try Toy.study(budget: 60, oracle: oracle)
    try study.run(context: notices.context)
    #expect(study.best?.evaluation.isFeasible == false)
    let told = notices.texts.filter { $0.contains("none of") }
    // After the start set of 30, and again when the evaluations have doubled.
    #expect(told.count == 2)
    #expect(told[0].contains("none of 30 evaluations is feasible"))
    #expect(told[0].contains("`many` is violated by all") && told[0].contains("`many` by "))
    let start = study.trials.prefix(30).map(\.evaluation.totalViolation).min() ?? 0
    #expect(study.ranked(1)[0].evaluation.totalViolation < start)
  }

  @Test(arguments: [-1.0, 0, 2]) func aConstantConstraintIsTold(_ value: Double) throws {
    let notices = Notices()
    let study = try Toy.study(budget: 20, oracle: Self.oracle { _ in value })
    try study.run(context: notices.context)
    #expect(study.trials.count == 50)
    let told = notices.texts.filter { $0.contains("`few` has the same value in all 30") }
    #expect(told.count == 1)
    #expect(told.first?.contains("nothing can become feasible") == (value > 0))
  }

  @Test func nanIsAFailedTrial() throws {
    let study = try Toy.study(budget: 30, oracle: Self.oracle { $0 == 2 ? .nan : $0 - 3 })
    try study.run(context: RunContext(seed: 0))
    #expect(study.trials.count == 60)
    let failed = study.trials.filter { $0.evaluation.failure == "the constraint `few` is NaN" }
    #expect(!failed.isEmpty)
    #expect(failed.allSatisfy { $0.evaluation.objective == nil })
  }

  @Test func entriesThatChangeAreRefusedWithNothingLost() throws {
    for other: [Evaluation.Constraint] in [
      [], [.init(name: "few", violation: 1, isIndicator: true)],
    ] {
      let oracle = WordOracle(constraints: ["few"]) { text in
        let usual = [Evaluation.Constraint(name: "few", violation: -1, isIndicator: false)]
        return Evaluation(objective: 1, constraints: text.hasPrefix("c") ? other : usual)
      }
      let study = try Toy.study(budget: 30, oracle: oracle)
      let failure = #expect(throws: Failure.self) { try study.run(context: RunContext(seed: 0)) }
      #expect(failure?.kind == .badData)
      #expect(failure?.advice?.contains("same entries") == true)
      #expect(study.trials.count == 30)
    }
  }
}

/// Collects what a run tells.
private final class Notices: Sendable {
  private let told = Mutex<[String]>([])
  var texts: [String] { told.withLock { $0 } }
  var context: RunContext {
    RunContext(random: RandomStream(seed: 0)) { [self] event in
      switch event {
      case .notice(let text), .warning(let text): told.withLock { $0.append(text) }
      case .progress, .finished: break
      }
    }
  }
}
