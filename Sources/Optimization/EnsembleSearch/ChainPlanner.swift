import Core
import Oracles

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Plans chains and learns which members, means and radii choose well.
struct ChainPlanner: Sendable {
  /// The ranges that plans are drawn from.
  struct Rule: Sendable {
    var chainsPerMember: Int
    /// Starts are means of 1, 2, 4, … up to this many good points.
    var largestMean: Int
    /// The largest radius, and the logarithm of its ratio to the smallest.
    var reach, radii: Double
    /// How strongly what chooses well is preferred; 0 for not at all.
    var adaption: Double
  }

  var rule: Rule
  /// What radii are multiplied by in this round.
  var caution = 1.0
  private(set) var memberShares, meanShares, radiusShares: AdaptiveShares
  /// Of what was asked last: the member that chose it and its chain's plan.
  private var asked: [[Double]: (member: Int, plan: Ascent.Plan)] = [:]
  private var objectiveScale = 1.0
  private var penalty = 0.0
  private var constraintScales: [Double] = []
  private static let radiusBands = 4

  init(_ rule: Rule, members: Int) {
    self.rule = rule
    memberShares = AdaptiveShares(members, power: rule.adaption)
    let means = Int.bitWidth - rule.largestMean.leadingZeroBitCount
    meanShares = AdaptiveShares(means, power: rule.adaption)
    radiusShares = AdaptiveShares(Self.radiusBands, power: rule.adaption)
  }

  /// The plans of one member's chains; good points are drawn by weight.
  func plans(_ draws: WeightedDraws, using random: inout RandomStream) throws -> [Ascent.Plan] {
    let means = try WeightedDraws(meanShares.shares)
    let bands = try WeightedDraws(radiusShares.shares)
    return (0..<rule.chainsPerMember).map { _ in
      let band = bands.draw(using: &random)
      let doublings = means.draw(using: &random)
      let place = (Double(band) + random.uniform()) / Double(Self.radiusBands)
      return Ascent.Plan(
        rows: draws.draw(1 << doublings, using: &random), doublings: doublings, band: band,
        radius: Float(caution * rule.reach * exp(-rule.radii * place)))
    }
  }

  /// Remembers who chose what, and the scale and lambda by which it was judged.
  mutating func expect(
    _ points: [[Double]], _ origins: [(member: Int, plan: Ascent.Plan)], _ buffer: LagrangianBuffer
  ) {
    asked = [:]
    for (point, origin) in zip(points, origins) { asked[point] = origin }
    objectiveScale = buffer.objectiveDeviation
    constraintScales = buffer.constraintScales
    penalty = buffer.penalty
  }

  /// Expects other points in the place of its own: each is credited to what chose the nearest of these.
  mutating func adopt(_ points: [[Double]]) {
    let own = asked.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    asked = [:]
    for point in points {
      let nearest = own.min {
        $0.key.squaredDistance(to: point) < $1.key.squaredDistance(to: point)
      }
      asked[point] = nearest?.value
    }
  }

  /// Credits what chose the best quarter of a batch.
  mutating func learn(_ trials: [Trial]) {
    var results: [(merit: Double, member: Int, plan: Ascent.Plan)] = []
    for trial in trials {
      guard case .vector(let x) = trial.candidate, let origin = asked[x] else { continue }
      results.append((merit(trial.evaluation), origin.member, origin.plan))
    }
    asked = [:]
    guard !results.isEmpty else { return }
    let sorted = results.map(\.merit).sorted(by: >)
    let bar = sorted[min(sorted.count - 1, Int(Double(sorted.count) * AdaptiveShares.prior))]
    memberShares.record(results.map { ($0.member, $0.merit > bar) })
    meanShares.record(results.map { ($0.plan.doublings, $0.merit > bar) })
    radiusShares.record(results.map { ($0.plan.band, $0.merit > bar) })
  }

  /// L of an evaluation in the scale of the buffer that asked for it.
  private func merit(_ evaluation: Evaluation) -> Double {
    guard let objective = evaluation.objective else { return -.infinity }
    var merit = objective / objectiveScale
    for (constraint, scale) in zip(evaluation.constraints, constraintScales) {
      merit -= penalty * max(0, constraint.violation) / scale
    }
    return merit
  }
}
