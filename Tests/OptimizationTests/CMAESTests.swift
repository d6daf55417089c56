import Core
import Engine
import Foundation
import Optimization
import Oracles
import Testing

struct CMAESDistributionTests {
  /// Table 1 of Hansen's tutorial for n = 10, population 10, computed by hand from its formulas.
  @Test func ratesAreTheTutorials() {
    let rates = CMAESRates(dimension: 10, population: 10, diagonal: false)
    let raw = (1...10).map { log(5.5) - log(Double($0)) }
    let sum = raw.prefix(5).reduce(0, +)
    let mass = sum * sum / raw.prefix(5).reduce(0) { $0 + $1 * $1 }
    #expect(rates.parents == 5)
    #expect(abs(rates.effective - mass) < 1e-12)
    #expect(abs(mass - 3.1673) < 1e-3)
    #expect(abs(rates.weights.prefix(5).reduce(0, +) - 1) < 1e-12)
    #expect(rates.weights.dropFirst(5).allSatisfy { $0 <= 0 })
    #expect(abs(rates.rankOne - 2 / (11.3 * 11.3 + mass)) < 1e-12)
    #expect(abs(rates.stepPath - (mass + 2) / (15 + mass)) < 1e-12)
    // Ros and Hansen: a diagonal covariance learns (n + 2) / 3 times as fast.
    let diagonal = CMAESRates(dimension: 10, population: 10, diagonal: true)
    #expect(abs(diagonal.rankOne / rates.rankOne - 4) < 1e-9)
  }

  @Test func negativeWeightsLeaveTheCovariancePositive() {
    for (n, population) in [(1, 4), (2, 6), (10, 200), (200, 20), (50, 1000)] {
      for diagonal in [false, true] {
        let rates = CMAESRates(dimension: n, population: population, diagonal: diagonal)
        let taken = rates.weights.reduce(0) { $0 + min(0, $1) }
        // The most that the update can take from an eigenvalue, relative to it.
        let keep = 1 - rates.rankOne - rates.rankMany * rates.weights.reduce(0, +)
        #expect(keep + rates.rankMany * Double(n) * taken > -1e-12)
        #expect(rates.rankOne > 0 && rates.rankMany > 0)
        #expect(rates.rankOne + rates.rankMany <= 1 + 1e-12)
      }
    }
  }

  /// The draw of a draw's point is that draw; points that are improbably far away come nearer.
  @Test(arguments: [false, true]) func aPointTellsItsDraw(diagonal: Bool) throws {
    var random = RandomStream(seed: 2)
    var distribution = CMAESDistribution(
      mean: [1, -2, 0.5], sigma: 0.3, population: 8, diagonal: diagonal)
    for _ in 0..<30 {
      let draws = distribution.draws(&random)
      try distribution.update(
        ranked: draws.sorted { $0.y[0] + 9 * $0.y[1] < $1.y[0] + 9 * $1.y[1] })
    }
    for draw in distribution.draws(&random) {
      let point = distribution.point(draw)
      let told = distribution.draw(at: point)
      for (a, b) in zip(draw.y + draw.z, told.y + told.z) { #expect(abs(a - b) < 1e-9) }
    }
    let far = distribution.draw(at: distribution.mean.map { $0 + 1e6 * distribution.sigma })
    let length = far.z.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(length - (3.0.squareRoot() + 6.0 / 5)) < 1e-9)
  }

  /// On a random ranking nothing is learned: sigma stays of its order and the mean near its place.
  @Test(arguments: [false, true]) func noSelectionNoDrift(diagonal: Bool) throws {
    var logs: [Double] = []
    for seed in 0..<20 {
      var random = RandomStream(seed: UInt64(seed))
      var distribution = CMAESDistribution(
        mean: [Double](repeating: 0, count: 5), sigma: 1, population: 10, diagonal: diagonal)
      for _ in 0..<100 { try distribution.update(ranked: distribution.draws(&random)) }
      logs.append(log(distribution.sigma))
    }
    // log sigma is an unbiased walk up to small terms (tutorial, section 4); its spread over 20 seeds
    // was about 0.5, so a mean beyond 1 is a drift.
    #expect(abs(logs.reduce(0, +) / 20) < 1)
  }

  /// The inverse Hessian is learned up to scale (1,000 : 1 between axes, rotated by 45 degrees).
  @Test func learnsARotatedEllipse() throws {
    var random = RandomStream(seed: 4)
    var distribution = CMAESDistribution(
      mean: [3, -2], sigma: 1, population: 8, diagonal: false)
    func value(_ x: [Double]) -> Double {
      let (a, b) = (x[0] + x[1], x[0] - x[1])
      return -(a * a + 1e6 * b * b)
    }
    for _ in 0..<120 {
      let draws = distribution.draws(&random)
      let values = draws.map { value(distribution.point($0)) }
      let order = values.indices.sorted { values[$0] > values[$1] }
      try distribution.update(ranked: order.map { draws[$0] })
    }
    #expect(value(distribution.mean) > -1e-9)
    #expect(distribution.condition > 1e5 && distribution.condition < 1e7)
  }

  @Test func eigenvectorsDecompose() throws {
    var random = RandomStream(seed: 2)
    let a = Tensor([30, 30], random.normals(900))
    let symmetric = a + a.transposed
    let eigen = try SymmetricEigen(symmetric)
    var scaled = eigen.vectors
    for i in 0..<30 { for j in 0..<30 { scaled[i, j] *= eigen.values[i] } }
    let back = eigen.vectors.matmul(scaled, transposeSelf: true)
    #expect((back - symmetric).sumOfSquares < 1e-20 * symmetric.sumOfSquares)
    #expect(zip(eigen.values.entries, eigen.values.entries.dropFirst()).allSatisfy { $0 <= $1 })
    var broken = symmetric
    broken[3, 4] = .nan
    #expect(throws: Failure.self) { try SymmetricEigen(broken) }
  }
}

struct BoxFoldTests {
  @Test func foldsIntoTheBoxSmoothly() {
    var last = BoxFold.folded([-7])[0]
    for i in -7000...7000 {
      let x = Double(i) / 1000
      let u = BoxFold.folded([x])[0]
      #expect((0...1).contains(u))
      #expect(abs(u - last) <= 0.0011)
      if (0.05...0.95).contains(x) { #expect(abs(u - x) < 1e-15) }
      last = u
    }
    for i in 0...100 {
      let u = Double(i) / 100
      #expect(abs(BoxFold.folded(BoxFold.unfolded([u]))[0] - u) < 1e-12)
    }
  }
}

struct CMAESTests {
  func options(_ given: [String: OptionValue] = [:]) throws -> Options {
    try Options(given, specs: CMAES.options)
  }

  @Test(arguments: ["full", "diagonal"]) func sphere(covariance: String) throws {
    let space = try BoxToy.space(8)
    let method = try CMAES(
      space: space, start: BoxToy.start(space, 20),
      options: options(["covariance": .text(covariance)]))
    let study = BoxToy.study(method, budget: 3000) { Evaluation(objective: BoxToy.sphere($0)) }
    try study.run(context: RunContext(seed: 1))
    #expect(try #require(study.best?.feasibleObjective) > -1e-8)
    #expect(study.trials.count == 3020)
  }

  @Test func optimumInACorner() throws {
    let space = try BoxToy.space(4, -5, 1)
    let method = try CMAES(space: space, start: BoxToy.start(space, 10), options: options())
    let study = BoxToy.study(method, budget: 2000) { Evaluation(objective: $0.reduce(0, +)) }
    try study.run(context: RunContext(seed: 1))
    #expect(try #require(study.best?.feasibleObjective) > 4 - 1e-6)
  }

  @Test func optimumOnAConstraint() throws {
    let space = try BoxToy.space(4)
    let method = try CMAES(space: space, start: BoxToy.start(space, 20), options: options())
    let study = BoxToy.study(method, budget: 4000) {
      Evaluation(objective: BoxToy.sphere($0), constraints: [BoxToy.halfSpace($0)])
    }
    try study.run(context: RunContext(seed: 1))
    #expect(abs(try #require(study.best?.feasibleObjective) + 4) < 1e-2)
  }

  @Test func feasibleFirstThenLeastViolated() {
    let merits = [
      Merit.failed, Merit(violation: 2, objective: 90), Merit(violation: 0, objective: -5),
      Merit(violation: 0.1, objective: 0), Merit(violation: 0, objective: 3),
    ]
    let order = merits.indices.sorted { merits[$0] > merits[$1] }
    #expect(order == [4, 2, 3, 1, 0])
  }

  /// A generation is asked for in parts, and learned from when it is whole; what was stopped is asked
  /// for again.
  @Test func partsOfAGeneration() throws {
    let space = try BoxToy.space(3)
    var method = try CMAES(
      space: space, start: BoxToy.start(space, 5),
      options: options(["population": .integer(10), "batch": .integer(4)]))
    let context = RunContext(seed: 1)
    func trials(_ candidates: [Candidate]) -> [Trial] {
      candidates.enumerated().map { i, candidate in
        guard case .vector(let x) = candidate else { preconditionFailure() }
        return Trial(
          index: i, iteration: 0, candidate: candidate,
          evaluation: Evaluation(objective: BoxToy.sphere(x)), seconds: 0)
      }
    }
    try method.tell(
      trials(method.ask(iteration: 0, limit: .max, context: context).candidates), context: context)
    let first = try method.ask(iteration: 1, limit: .max, context: context).candidates
    #expect(first.count == 4)
    // Only two of the four were evaluated.
    try method.tell(trials(Array(first.prefix(2))), context: context)
    let second = try method.ask(iteration: 2, limit: 3, context: context).candidates
    #expect(second.count == 3)
    #expect(Array(second.prefix(2)) == Array(first.suffix(2)))
    try method.tell(trials(second), context: context)
    var seen = Set(first + second)
    let third = try method.ask(iteration: 3, limit: .max, context: context).candidates
    try method.tell(trials(third), context: context)
    let fourth = try method.ask(iteration: 4, limit: .max, context: context).candidates
    #expect(third.count == 4 && fourth.count == 1)
    seen.formUnion(third + fourth)
    #expect(seen.count == 10)
    try method.tell(trials(fourth), context: context)
    #expect(try method.ask(iteration: 5, limit: .max, context: context).candidates.count == 4)
  }

  @Test func batchLeavesThePopulation() throws {
    let space = try BoxToy.space(3)
    for (batch, expected) in [(100, 7), (3, 3)] {
      var method = try CMAES(
        space: space, start: [], options: options(["batch": .integer(batch)]))
      let proposal = try method.ask(iteration: 0, limit: .max, context: RunContext(seed: 1))
      #expect(proposal.candidates.count == expected)
      #expect(proposal.measures.first { $0.name == "population" }?.value == 7)
    }
  }

  @Test func restartsWithTwiceThePopulation() throws {
    let space = try BoxToy.space(1)
    let method = try CMAES(space: space, start: [[2.0]], options: options())
    let study = BoxToy.study(method, budget: 6000) { x in
      // A staircase: a run ends on a step of it.
      Evaluation(objective: (BoxToy.sphere(x) * 10).rounded())
    }
    try study.run(context: RunContext(seed: 1))
    let restarts = try #require(study.history.last?.measures.first { $0.name == "restarts" }?.value)
    let population = study.history.last?.measures.first { $0.name == "population" }?.value
    #expect(restarts >= 1)
    #expect(population == 4 * pow(2, restarts))
    let single = try CMAES(
      space: space, start: [[2.0]], options: options(["restarts": .flag(false)]))
    let ended = BoxToy.study(single, budget: 6000) { x in
      Evaluation(objective: (BoxToy.sphere(x) * 10).rounded())
    }
    try ended.run(context: RunContext(seed: 1))
    #expect(ended.trials.count < 6000)
    #expect(ended.finished?.contains("nowhere to go") == true)
  }

  @Test func failedTrialsRankLast() throws {
    let space = try BoxToy.space(3)
    let method = try CMAES(space: space, start: BoxToy.start(space, 10), options: options())
    // Half the box fails; the optimum lies in the other half.
    let study = BoxToy.study(method, budget: 1500) { x in
      x[0] < 0 ? Evaluation(objective: nil) : Evaluation(objective: BoxToy.sphere(x))
    }
    try study.run(context: RunContext(seed: 1))
    #expect(try #require(study.best?.feasibleObjective) > -1e-6)
    let hopeless = try CMAES(space: space, start: BoxToy.start(space, 10), options: options())
    let none = BoxToy.study(hopeless, budget: 100) { _ in Evaluation(objective: nil) }
    let failure = #expect(throws: Failure.self) { try none.run(context: RunContext(seed: 1)) }
    #expect(failure?.kind == .badData)
  }

  @Test func sameSeedSamePoints() throws {
    let space = try BoxToy.space(5)
    func run() throws -> [Candidate] {
      let method = try CMAES(space: space, start: BoxToy.start(space, 5), options: options())
      let study = BoxToy.study(method, budget: 200) { Evaluation(objective: BoxToy.sphere($0)) }
      try study.run(context: RunContext(seed: 1))
      return study.trials.map(\.candidate)
    }
    #expect(try run() == run())
  }
}
