import Core
import Foundation
import Optimization
import Oracles
import Testing

/// Searching the part of a box that a problem requires.
struct RequiredRegionTests {
  /// sum(x) <= 1 in the unit cube.
  private static let simplex = Requirement { candidate in
    let excess = (candidate.vector ?? []).reduce(-1, +)
    return .init(violations: [excess], reason: excess > 0 ? "the sum is \(excess) too large" : nil)
  }

  private func space(_ dimension: Int) throws -> BoxSpace {
    try BoxToy.space(dimension, 0, 1).requiring(Self.simplex)
  }

  private func isInside(_ x: [Double]) -> Bool {
    x.reduce(0, +) <= 1 && x.allSatisfy { (0...1).contains($0) }
  }

  /// Of 2 coordinates half of the box belongs, and the points are those of the sequence; of 12 one in
  /// 479 million, and hit-and-run has to find them.
  @Test(arguments: [2, 12]) func coversTheRegion(_ d: Int) throws {
    let space = try space(d)
    var next = 0
    let random = RandomStream(seed: 1)
    let points = try space.cover(400, from: &next, scrambledBy: random, RunContext(seed: 2))
    #expect(points.count == 400 && points.allSatisfy(isInside))
    #expect(Set(points).count == 400)
    if d == 2 {
      let all = try space.sobolPoints(0..<next, scrambledBy: random)
      #expect(points == all.filter(isInside))
    }
    // Uniform over the simplex each coordinate has the mean 1 / (d + 1) and the deviation
    // sqrt(d / (d + 2)) / (d + 1). Points chosen to be apart lie further out, so that only their balance
    // between the coordinates is asked for: five errors of a mean of 400 independent ones, widened by 2.5: a
    // walk forgets where it was in some d^2 moves, and points are 2 d moves apart.
    let deviation = (Double(d) / Double(d + 2)).squareRoot() / Double(d + 1)
    let means = (0..<d).map { k in points.reduce(0) { $0 + $1[k] } / 400 }
    let all = means.reduce(0, +) / Double(d)
    for mean in means { #expect(abs(mean - all) < 2.5 * 5 * deviation / 20, "\(mean) of \(all)") }
  }

  /// `random` draws uniformly from the region, however small it is.
  @Test(arguments: [2, 12]) func drawsUniformly(_ d: Int) throws {
    let space = try space(d)
    let method = BoxDraws(
      kind: .random, space: space, start: [],
      options: try Options(["batch": .integer(1_000)], specs: BoxDraws.options))
    let study = BoxToy.study(method, budget: 1_000) { x in Evaluation(objective: x[0]) }
    try study.step(RunContext(seed: 1))
    let points = study.trials.compactMap(\.candidate.vector)
    #expect(points.count == 1_000 && points.allSatisfy(isInside))
    // Mean 1 / (d + 1), deviation sqrt(d / (d + 2)) / (d + 1) of each coordinate; over all coordinates and
    // 1,000 draws, five errors, widened by 2.5 for neighbours on a walk as above.
    let deviation = (Double(d) / Double(d + 2)).squareRoot() / Double(d + 1)
    for k in 0..<d {
      let mean = points.reduce(0) { $0 + $1[k] } / 1_000
      #expect(abs(mean - 1 / Double(d + 1)) < 2.5 * 5 * deviation / 1_000.0.squareRoot(), "\(mean)")
    }
  }

  /// Every method that searches a box, with its options.
  private func methods(_ space: BoxSpace, _ start: [[Double]]) throws -> [any SearchMethod] {
    let batch: [String: OptionValue] = ["batch": .integer(5)]
    return [
      try BoxMethods.megs(space, start, batch),
      try BoxMethods.cibo(space, start, batch),
      try BoxMethods.cibo(space, start, batch.merging(["search": .text("sampler")]) { $1 }),
      try BoxMethods.cibo(space, start, batch.merging(["search": .text("prior")]) { $1 }),
      try BoxMethods.cibo(space, start, batch.merging(["preset": .text("published")]) { $1 }),
      try SCBO(space: space, start: start, options: Options(batch, specs: SCBO.options)),
      try CMAES(space: space, start: start, options: Options(batch, specs: CMAES.options)),
      BoxDraws(
        kind: .sobol, space: space, start: start,
        options: try Options(batch, specs: BoxDraws.options)),
    ]
  }

  /// The optimum of the box, at 0.9 everywhere, violates what is required: the best that may be evaluated
  /// has all coordinates at 1/6.
  @Test func noMethodLeavesTheRegion() throws {
    let space = try space(6)
    var next = 0
    let start = try space.cover(
      10, from: &next, scrambledBy: RandomStream(seed: 3), RunContext(seed: 2))
    for method in try methods(space, start) {
      let study = BoxToy.study(method, budget: 40) { x in
        Evaluation(objective: -x.reduce(0) { $0 + ($1 - 0.9) * ($1 - 0.9) })
      }
      try study.run(context: RunContext(seed: 1))
      let points = study.trials.compactMap(\.candidate.vector)
      #expect(points.count == 50, "\(method.name)")
      #expect(points.allSatisfy(isInside), "\(method.name)")
      #expect(Set(points).count == points.count, "\(method.name)")
    }
  }

  /// Climbing along the border works: the optimum there is met far nearer than by draws.
  @Test func theOptimumAtTheBorderIsFound() throws {
    let space = try space(6)
    var next = 0
    let start = try space.cover(
      10, from: &next, scrambledBy: RandomStream(seed: 3), RunContext(seed: 2))
    let optimum = -6 * (0.9 - 1 / 6.0) * (0.9 - 1 / 6.0)
    func gap(_ method: any SearchMethod) throws -> Double {
      let study = BoxToy.study(method, budget: 60) { x in
        Evaluation(
          objective: -x.reduce(0) { $0 + ($1 - 0.9) * ($1 - 0.9) },
          constraints: [.init(name: "sum", violation: x.reduce(-1, +), isIndicator: false)])
      }
      try study.run(context: RunContext(seed: 1))
      return optimum - (study.best?.evaluation.objective ?? -.infinity)
    }
    let all = try methods(space, start)
    let draws = try gap(all[all.count - 1])
    for method in [all[0], all[1], all[5]] {
      let own = try gap(method)
      #expect(own < draws / 4, "\(method.name): \(own) against \(draws)")
    }
  }

  /// Start points may violate what is required; the search goes where it may.
  @Test func aStartOutsideIsNoHindrance() throws {
    let space = try space(6)
    let start = [[Double](repeating: 0.9, count: 6), [Double](repeating: 0.6, count: 6)]
    for method in try methods(space, start) {
      let study = BoxToy.study(method, budget: 15) { x in Evaluation(objective: -x[0]) }
      try study.run(context: RunContext(seed: 1))
      let points = study.trials.compactMap(\.candidate.vector)
      #expect(points.count == 17, "\(method.name)")
      #expect(points.dropFirst(2).allSatisfy(isInside), "\(method.name)")
    }
  }

  @Test func aRequirementThatNothingSatisfiesIsTold() throws {
    let never = Requirement { candidate in
      let x = candidate.vector?[0] ?? 0
      return .init(violations: [2 + x * x], reason: "`a` is violated by \(Int(2 + x * x))")
    }
    let space = try BoxToy.space(2).requiring(never)
    var next = 0
    #expect {
      try space.cover(3, from: &next, scrambledBy: RandomStream(seed: 1), RunContext(seed: 1))
    } throws: { error in
      guard let failure = error as? Failure else { return false }
      return failure.kind == .badData
        && failure.message.hasSuffix("at the nearest `a` is violated by 2")
    }
  }

  @Test func aStopWhileAskingIsNoAnswer() throws {
    let cancellation = Cancellation()
    let stopping = Requirement { _ in throw Failure(.cancelled, "stopped") }
    let space = try BoxToy.space(2).requiring(stopping)
    var next = 0
    let context = RunContext(random: RandomStream(seed: 1), cancellation: cancellation)
    #expect(throws: Failure.self) {
      try space.cover(3, from: &next, scrambledBy: RandomStream(seed: 1), context)
    }
  }
}
