import Core
import Engine
import Foundation
import Optimization
import Oracles
import Testing

struct SCBOPartsTests {
  @Test func normalQuantiles() {
    // Values of the standard normal quantile to ten digits.
    for (p, x) in [
      (0.5, 0), (0.975, 1.9599639845), (0.9, 1.2815515655), (0.001, -3.0902323062),
      (1e-9, -5.9978070150),
    ] {
      #expect(abs(SCBOTransforms.normalQuantile(p) - x) < 1e-8)
    }
  }

  @Test func copulaKeepsOrderAndTies() {
    let shown = SCBOTransforms.copula([5, -1e300, 5, 7, 1e300])
    #expect(shown[0] == shown[2])
    #expect(shown[1] < shown[0] && shown[0] < shown[3] && shown[3] < shown[4])
    #expect(abs(shown[1] - SCBOTransforms.normalQuantile(0.1)) < 1e-12)
    #expect(abs(shown[1] + shown[4]) < 1e-12)
    #expect(SCBOTransforms.copula([3]) == [0])
    #expect(SCBOTransforms.copula([3, 3, 3]) == [0, 0, 0])
  }

  @Test func bilogKeepsTheSign() {
    #expect(SCBOTransforms.bilog(0) == 0)
    #expect(abs(SCBOTransforms.bilog(M_E - 1) - 1) < 1e-12)
    #expect(abs(SCBOTransforms.bilog(1 - M_E) + 1) < 1e-12)
    #expect(SCBOTransforms.bilog(1e150).isFinite)
  }

  @Test func regionGrowsShrinksAndEnds() {
    var region = SCBORegion(.init(successes: 3, failures: 2))
    for _ in 0..<2 { _ = region.adapt(improved: true) }
    #expect(region.length == 0.8)
    _ = region.adapt(improved: true)
    #expect(region.length == 1.6)
    for _ in 0..<3 { _ = region.adapt(improved: true) }
    #expect(region.length == 1.6)
    _ = region.adapt(improved: false)
    _ = region.adapt(improved: true)
    _ = region.adapt(improved: false)
    #expect(region.length == 1.6)
    #expect(region.adapt(improved: false) == false)
    #expect(region.length == 0.8)
    var batches = 0
    while !region.adapt(improved: false) { batches += 1 }
    // From 0.8, seven halvings reach 2^-7 * 0.8 < 2^-7: 14 failures, of which the last ends it.
    #expect(batches == 13)
  }

  @Test func sidesKeepTheVolume() {
    let sides = SCBO.sides([0.1, 1, 4, 2.5], length: 0.8)
    #expect(abs(sides.reduce(1, *) - pow(0.8, 4)) < 1e-12)
    #expect(abs(sides[1] / sides[0] - 10) < 1e-9)
  }

  @Test func picksFeasibleBestThenLeastViolation() {
    let goals = Tensor<Double>([3, 4], [1, 9, 5, 2, 1, 9, 5, 2, 1, 9, 5, 2])
    let violations = Tensor<Double>([3, 4], [0, 3, 0, 0.5, 0, 3, 0, 0.5, 7, 3, 1, 0.5])
    let picks = SCBO.picks(goals: goals, violations: violations)
    // 2 is the best feasible one, then 0; with nothing feasible the least violating one left.
    #expect(picks.rows == [2, 0, 3])
    #expect(abs(picks.feasibleShare - 4.0 / 12) < 1e-12)
  }
}

struct SCBOTests {
  func options(_ given: [String: OptionValue] = [:]) throws -> Options {
    try Options(
      ["batch": .integer(5), "candidates": .integer(300)].merging(given) { $1 },
      specs: SCBO.options)
  }

  @Test func sphere() throws {
    let space = try BoxToy.space(4)
    let method = try SCBO(space: space, start: BoxToy.start(space, 10), options: options())
    let study = BoxToy.study(method, budget: 100) { Evaluation(objective: BoxToy.sphere($0)) }
    try study.run(context: RunContext(seed: 1))
    #expect(try #require(study.best?.feasibleObjective) > -0.05)
    #expect(study.trials.count == 110)
    // Every point lies in the box, and none was asked for twice.
    let points = study.trials.compactMap { trial -> [Double]? in
      guard case .vector(let x) = trial.candidate else { return nil }
      return x
    }
    #expect(points.allSatisfy(space.contains))
    #expect(Set(points).count == 110)
  }

  @Test(arguments: [false, true]) func optimumOnAConstraint(isIndicator: Bool) throws {
    let space = try BoxToy.space(4)
    let method = try SCBO(space: space, start: BoxToy.start(space, 20), options: options())
    let study = BoxToy.study(method, budget: 150) { x in
      var constraint = BoxToy.halfSpace(x)
      if isIndicator {
        constraint.isIndicator = true
        constraint.violation = constraint.violation > 0 ? 1 : 0
      }
      return Evaluation(objective: BoxToy.sphere(x), constraints: [constraint])
    }
    try study.run(context: RunContext(seed: 1))
    let best = try #require(study.best?.feasibleObjective)
    #expect(best <= -4 && best > (isIndicator ? -6.5 : -4.3))
  }

  @Test func findsTheFeasibleFromFarAway() throws {
    let space = try BoxToy.space(6)
    let start = try BoxToy.start(space, 20)
    // A ball of radius 1 around (-3, …): a share of 5e-6 of the box.
    @Sendable func violation(_ x: [Double]) -> Double {
      x.reduce(0) { $0 + ($1 + 3) * ($1 + 3) }.squareRoot() - 1
    }
    #expect(start.allSatisfy { violation($0) > 0 })
    let study = BoxToy.study(
      try SCBO(space: space, start: start, options: options(["batch": .integer(10)])), budget: 200
    ) { x in
      Evaluation(
        objective: BoxToy.sphere(x),
        constraints: [.init(name: "ball", violation: violation(x), isIndicator: false)])
    }
    try study.run(context: RunContext(seed: 1))
    #expect(study.best?.evaluation.isFeasible == true)
  }

  @Test func restartsWithANewDesign() throws {
    let space = try BoxToy.space(2)
    let method = try SCBO(
      space: space, start: BoxToy.start(space, 8),
      options: options(["length_min": .real(0.5), "failures": .integer(1)]))
    // Nothing ever improves.
    let study = BoxToy.study(method, budget: 30) { _ in Evaluation(objective: 1) }
    try study.run(context: RunContext(seed: 1))
    // One batch fails, the region is used up, 8 points of a design follow, and so on.
    #expect(study.history.map(\.added) == [8, 5, 8, 5, 8, 4])
    #expect(study.history.last?.measures.last?.value == 2)
  }

  @Test func oneDimensionAndOneStartPoint() throws {
    let space = try BoxToy.space(1)
    let study = BoxToy.study(
      try SCBO(space: space, start: [[4.0]], options: options()), budget: 40
    ) { Evaluation(objective: BoxToy.sphere($0)) }
    try study.run(context: RunContext(seed: 1))
    #expect(try #require(study.best?.feasibleObjective) > -1e-3)
  }

  @Test func failedTrialsAreLeftOut() throws {
    let space = try BoxToy.space(3)
    let study = BoxToy.study(
      try SCBO(space: space, start: BoxToy.start(space, 12), options: options()), budget: 100
    ) { x in
      x[0] < 0 ? Evaluation(objective: nil) : Evaluation(objective: BoxToy.sphere(x))
    }
    try study.run(context: RunContext(seed: 1))
    #expect(try #require(study.best?.feasibleObjective) > -0.05)
    let none = BoxToy.study(
      try SCBO(space: space, start: BoxToy.start(space, 12), options: options()), budget: 100
    ) { _ in Evaluation(objective: nil) }
    let failure = #expect(throws: Failure.self) { try none.run(context: RunContext(seed: 1)) }
    #expect(failure?.kind == .badData)
  }

  @Test func sparseBeyondTheLimit() throws {
    let space = try BoxToy.space(3)
    let study = BoxToy.study(
      try SCBO(
        space: space, start: BoxToy.start(space, 30),
        options: options(["exact_limit": .integer(40)])
      ), budget: 90
    ) { Evaluation(objective: BoxToy.sphere($0), constraints: [BoxToy.halfSpace($0)]) }
    try study.run(context: RunContext(seed: 1))
    #expect(try #require(study.best?.feasibleObjective) > -3.4)
  }

  /// Measurements that scatter: new ones lie where they are expected. 300 new measurements of which each
  /// lies inside with probability 0.9 stray from that by 0.02; a model of 50 points may err by more.
  @Test func intervalsHoldScatter() throws {
    let space = try BoxToy.space(2)
    let random = RandomStream(seed: 11)
    @Sendable func measured(_ x: [Double], _ index: Int) -> Double {
      var own = random.stream("measurement", index)
      return BoxToy.sphere(x) + 6 * own.normals(1)[0]
    }
    let start = try BoxToy.start(space, 50)
    let study = BoxToy.study(
      try SCBO(space: space, start: start, options: options()), budget: 0, space: space
    ) { x in Evaluation(objective: measured(x, start.firstIndex(of: x) ?? 0)) }
    try study.run(iterations: 1, context: RunContext(seed: 1))
    let fresh = try space.sobolPoints(0..<300, scrambledBy: RandomStream(seed: 12))
    let expected = try study.expectations(
      of: fresh.map { .vector($0) }, context: RunContext(seed: 1))
    let inside = zip(fresh, expected).enumerated().count { i, pair in
      pair.1.goal.range.contains(measured(pair.0, 1000 + i))
    }
    #expect((0.8...0.97).contains(Double(inside) / 300), "\(inside) of 300")
  }

  @Test func lengthsOutOfOrder() throws {
    let space = try BoxToy.space(3)
    let failure = #expect(throws: Failure.self) {
      try SCBO(space: space, start: [], options: options(["length_min": .real(0.9)]))
    }
    #expect(failure?.kind == .badArgument)
  }

  @Test func sameSeedSamePointsOnAnyNumberOfCores() throws {
    let space = try BoxToy.space(5)
    func run(_ threads: Int) throws -> [Candidate] {
      let before = Parallel.workers
      Parallel.workers = threads
      defer { Parallel.workers = before }
      let study = BoxToy.study(
        try SCBO(space: space, start: BoxToy.start(space, 20), options: options()), budget: 20
      ) { Evaluation(objective: BoxToy.sphere($0), constraints: [BoxToy.halfSpace($0)]) }
      try study.run(context: RunContext(seed: 1))
      return study.trials.map(\.candidate)
    }
    #expect(try run(1) == run(4))
  }
}
