import Core
import Engine
import Flows
import Foundation
import Optimization
import Oracles
import Surrogates
import Testing

/// -|x - peak|^2 for each row, whose gradient points straight at the peak.
private struct Hill: RewardModel {
  var peak: [Float]

  func values(_ x: Tensor<Float>) -> [Float] {
    (0..<x.rows).map { r in
      -peak.indices.reduce(0) { $0 + (x[r, $1] - peak[$1]) * (x[r, $1] - peak[$1]) }
    }
  }

  func valuesAndGradient(_ x: Tensor<Float>) -> (values: [Float], gradient: Tensor<Float>) {
    let d = peak.count
    let slopes = (0..<x.count).map { 2 * (peak[$0 % d] - x[$0]) }
    return (values(x), Tensor([x.rows, d], slopes))
  }
}

/// A view of Sobol points of a box in `d` dimensions, all alike good.
private func sobolView(_ d: Int, _ count: Int = 64, floor: Double = 0.005) throws -> ScaledView {
  let space = try BoxToy.space(d)
  var archive = BoxArchive(space: space)
  try archive.append(
    try BoxToy.start(space, count).enumerated().map { i, x in
      Trial(
        index: i, iteration: 0, candidate: .vector(x),
        evaluation: Evaluation(objective: BoxToy.sphere(x)), seconds: 0)
    })
  return ScaledView(
    archive, LagrangianBuffer(archive, .init(capacity: 1000, penalty: 10)),
    weights: [Double](repeating: 1 / Double(count), count: count), floor: floor)
}

struct ScaledViewTests {
  @Test func scalesToMeanZeroAndVarianceOne() throws {
    let view = try sobolView(3)
    for k in 0..<3 {
      let column = (0..<64).map { Double(view.points[$0, k]) }
      #expect(abs(column.reduce(0, +) / 64) < 1e-5)
      #expect(abs(column.reduce(0) { $0 + $1 * $1 } / 64 - 1) < 1e-4)
      #expect(view.spread[k] == 1)
    }
    // The box's corners are the scaled faces.
    let corners = Tensor<Float>([2, 3], view.low + view.high)
    #expect(view.unit(corners, 0).allSatisfy { abs($0) < 1e-6 })
    #expect(view.unit(corners, 1).allSatisfy { abs($0 - 1) < 1e-6 })
    var outside = Tensor<Float>([1, 3], [-100, 0, 100])
    view.clamp(&outside)
    #expect(outside.entries == [view.low[0], 0, view.high[2]])
  }

  @Test func theFloorHoldsWhereNothingVaries() throws {
    var archive = BoxArchive(space: try BoxToy.space(2, 0, 1))
    try archive.append(
      (0..<4).map {
        Trial(
          index: $0, iteration: 0, candidate: .vector([0.25, Double($0) / 4]),
          evaluation: Evaluation(objective: 1), seconds: 0)
      })
    for floor in [0.005, 0] {
      let view = ScaledView(
        archive, LagrangianBuffer(archive, .init(capacity: 10, penalty: 1)),
        weights: [0.25, 0.25, 0.25, 0.25], floor: floor)
      #expect(view.points.isFinite && view.low.allSatisfy { $0.isFinite })
      #expect(view.scale.allSatisfy { $0 > 0 } && view.spread.allSatisfy { $0 > 0 })
      #expect(abs(view.unit(view.points, 3)[0] - 0.25) < 1e-6)
    }
  }
}

struct CandidatePoolTests {
  private struct Table: RewardModel {
    var rewards: [Float]
    func values(_ x: Tensor<Float>) -> [Float] { rewards }
    func valuesAndGradient(_ x: Tensor<Float>) -> (values: [Float], gradient: Tensor<Float>) {
      (rewards, .zeros(x.shape))
    }
  }

  @Test func judgesTakeTurnsAndChainsGiveOnePoint() throws {
    let points = Tensor<Float>([6, 1], [0, 1, 2, 3, 4, 5])
    // Chains 0, 1, 2 with two points each.
    let pool = try CandidatePool(
      points: points, chains: [0, 0, 1, 1, 2, 2],
      judges: [Table(rewards: [9, 8, 7, 1, 1, 2]), Table(rewards: [5, 6, 4, 3, 1, 2])])
    let picks = try pool.picks(10, shares: [0.5, 0.5])
    #expect(picks.map(\.row) == [0, 2, 5])
    #expect(picks.map(\.judge) == [0, 1, 0])
    #expect(abs(pool.meanReward(picks) - (9 + 4 + 2) / 3) < 1e-6)
  }

  @Test func sharesAreKept() throws {
    let points = Tensor<Float>([100, 1], (0..<100).map(Float.init))
    let pool = try CandidatePool(
      points: points, chains: Array(0..<100),
      judges: [
        Table(rewards: (0..<100).map { Float($0) }), Table(rewards: (0..<100).map { -Float($0) }),
      ])
    let picks = try pool.picks(40, shares: [0.75, 0.25])
    #expect(picks.count { $0.judge == 0 } == 30)
    #expect(Set(picks.map(\.row)).count == 40)
    #expect(Set(picks.filter { $0.judge == 1 }.map(\.row)) == Set(0..<10))
  }
}

struct AdaptiveSharesTests {
  @Test func successIsPreferredAndNobodyIsForgotten() {
    var shares = AdaptiveShares(4, power: 1)
    #expect(shares.shares.allSatisfy { abs($0 - 0.25) < 1e-12 })
    for _ in 0..<20 {
      shares.record((0..<40).map { (alternative: $0 % 4, succeeded: $0 % 4 == 2) })
    }
    let learned = shares.shares
    #expect(abs(learned.reduce(0, +) - 1) < 1e-12)
    #expect(learned[2] > 0.6)
    #expect(learned.allSatisfy { $0 >= 0.25 / 4 })
    // Luck turns: what was best is forgotten within a few rounds.
    for _ in 0..<20 {
      shares.record((0..<40).map { (alternative: $0 % 4, succeeded: $0 % 4 == 1) })
    }
    #expect(shares.shares[1] > 0.6 && shares.shares[2] < 0.2)
  }

  @Test func withoutPowerSharesStayEqual() {
    var shares = AdaptiveShares(3, power: 0)
    shares.record([(0, true), (1, false), (2, false)])
    #expect(shares.shares.allSatisfy { abs($0 - 1.0 / 3) < 1e-12 })
  }
}

struct BorderCautionTests {
  /// A batch of ten of which `inside` obey a yes/no constraint.
  private func batch(inside: Int, iteration: Int = 1, isIndicator: Bool = true) -> [Trial] {
    (0..<10).map { i in
      Trial(
        index: i, iteration: iteration, candidate: .vector([Double(i)]),
        evaluation: Evaluation(
          objective: 1,
          constraints: [
            .init(name: "c", violation: i < inside ? 0 : 1, isIndicator: isIndicator)
          ]), seconds: 0)
    }
  }

  @Test func violationsMakeCarefulAndObedienceBold() {
    var caution = BorderCaution()
    let start = caution
    for _ in 0..<40 { caution.learn(batch(inside: 1)) }
    #expect(caution.border == -1 && caution.reach < 0.02 && caution.reach > 0)
    let careful = caution
    caution.learn(batch(inside: 10))
    #expect(caution.border > careful.border && caution.reach > careful.reach)
    for _ in 0..<100 { caution.learn(batch(inside: 10)) }
    #expect(caution.border == start.border && caution.reach == start.reach)
  }

  /// A failure counts as outside; one batch that fails whole halves the reach, not more.
  @Test func failuresMakeCareful() {
    let failed = (0..<10).map { i in
      Trial(
        index: i, iteration: 1, candidate: .vector([Double(i)]),
        evaluation: Evaluation(objective: nil, failure: "no mesh"), seconds: 0)
    }
    var caution = BorderCaution()
    caution.learn(failed)
    #expect(caution.reach == 0.5 && caution.border < BorderCaution().border)
    let careful = caution
    // From then on what works counts, constraints or none.
    caution.learn(batch(inside: 10, isIndicator: false))
    #expect(caution.border > careful.border && caution.reach > careful.reach)
  }

  @Test func theStartSetAndNumbersSayNothing() {
    var caution = BorderCaution()
    caution.learn(batch(inside: 0, iteration: 0))
    caution.learn(batch(inside: 0, isIndicator: false))
    #expect(caution.reach == 1 && caution.border == BorderCaution().border)
  }
}

struct AscentTests {
  private func plans(_ count: Int, radius: Float) -> [Ascent.Plan] {
    (0..<count).map { _ in .init(rows: [0], doublings: 0, band: 0, radius: radius) }
  }

  @Test func climbsWithinRadiusAndBox() throws {
    let view = try sobolView(4)
    var random = RandomStream(seed: 1)
    for (radius, peak) in [(Float(0.5), Float(1)), (3, 1), (50, 100)] {
      let hill = Hill(peak: [peak, peak, peak, peak])
      let origin = Tensor<Float>.zeros([6, 4])
      let found = try Ascent(reward: hill, chart: DataChart(view: view), sharpness: 1, steps: 20)
        .run(
          plans(6, radius: radius), origin: origin, using: &random, cancellation: Cancellation())
      #expect(found.shape == [60, 4])
      let before = hill.values(origin)[0]
      for r in 0..<60 {
        let x = (0..<4).map { found[r, $0] }
        #expect((x.reduce(0) { $0 + $1 * $1 } / 4).squareRoot() <= radius * 1.0001)
        #expect(zip(x, zip(view.low, view.high)).allSatisfy { $0 >= $1.0 && $0 <= $1.1 })
      }
      // The end of each chain is higher; the nearer its peak, the more of the way is done.
      let ends = hill.values(found).suffix(6)
      let possible: Float =
        peak == 100
        ? hill.values(Tensor([1, 4], view.high))[0]
        : -4 * pow(max(0, peak - radius), 2)
      for end in ends { #expect(end > before + 0.8 * (possible - before), "\(radius) \(ends)") }
    }
  }

  @Test func stopsWhenAsked() throws {
    let cancellation = Cancellation()
    cancellation.request()
    var random = RandomStream(seed: 1)
    let ascent = Ascent(
      reward: Hill(peak: [1, 1]), chart: DataChart(view: try sobolView(2)), sharpness: 1, steps: 5)
    #expect {
      try ascent.run(
        plans(1, radius: 1), origin: .zeros([1, 2]), using: &random, cancellation: cancellation)
    } throws: {
      ($0 as? Failure)?.kind == .cancelled
    }
  }
}

struct LatentChartTests {
  private func chart() throws -> LatentChart {
    let view = try sobolView(3)
    var random = RandomStream(seed: 3)
    var flow = FlowMatching(dimension: 3, hidden: [16, 16], using: &random)
    try flow.train(
      view.points, weights: [Double](repeating: 1.0 / 64, count: 64), .init(steps: 30),
      using: random, in: RunContext(seed: 1))
    return LatentChart(
      view: view, flow: flow, solver: ODESolver(.midpoint, steps: 6), priorWeight: 1)
  }

  @Test func pointsLieInTheBoxAndComeBack() throws {
    let chart = try chart()
    var random = RandomStream(seed: 4)
    let z = Tensor<Float>.normal([40, 3], using: &random).affine(2, 0)
    let x = try chart.points(z, cancellation: Cancellation())
    let free = try chart.freePoints(z, cancellation: Cancellation())
    var clamped = free
    chart.view.clamp(&clamped)
    #expect(x.entries == clamped.entries)
    #expect(x.entries != free.entries, "some points have to lie outside for the test to mean much")
    #expect(try chart.pointsForGradients(z).points.entries == x.entries)
    // Latent coordinates of the buffer's points lead back to them.
    let rows = [0, 5, 63]
    let back = try chart.points(
      chart.coordinates(of: rows, cancellation: Cancellation()), cancellation: Cancellation())
    let known = chart.view.points.rows(rows)
    #expect(zip(back.entries, known.entries).allSatisfy { abs($0 - $1) < 0.02 })
  }

  @Test func gradientsMatchCentralDifferences() throws {
    let chart = try chart()
    var random = RandomStream(seed: 4)
    let z = Tensor<Float>.normal([6, 3], using: &random).affine(1.5, 0)
    let hill = Hill(peak: [0.5, -1, 1])
    let (points, pullBack) = try chart.pointsForGradients(z)
    let gradient = pullBack(hill.valuesAndGradient(points).gradient)
    let step: Float = 0.01
    var checked = 0
    for r in 0..<6 {
      for k in 0..<3 {
        var (up, down) = (z, z)
        up[r, k] += step
        down[r, k] -= step
        let ends = try [up, down].map { try chart.points($0, cancellation: Cancellation()) }
        // A face met within the step is a kink, where differences mean nothing.
        func held(_ x: Tensor<Float>) -> [Bool] {
          (0..<3).map { x[r, $0] == chart.view.low[$0] || x[r, $0] == chart.view.high[$0] }
        }
        guard held(ends[0]) == held(ends[1]) else { continue }
        let slope =
          (hill.values(ends[0])[r] - hill.values(ends[1])[r]) / (up[r, k] - down[r, k])
        #expect(abs(gradient[r, k] - slope) < 0.02 * max(1, abs(slope)), "\(r), \(k)")
        checked += 1
      }
    }
    #expect(checked >= 12)
  }
}
