import Core
import Engine
import Surrogates

/// One round's search by ascents: every member climbs its own reward from means of good points, all
/// members judge all that was found, and take turns to choose.
struct EnsembleSearch {
  let chart: any SearchChart
  let members: [any RewardModel]
  /// Weights by which good points are drawn.
  let draws: WeightedDraws
  /// beta beside a prior's log density.
  let sharpness: Float
  let steps: Int

  /// Who chose what the novelty admitted, and by which plan, in the order of choosing.
  struct Choice {
    var origins: [(member: Int, plan: Ascent.Plan)]
    var meanReward, meanRadius: Double
  }

  /// - Parameter novelty: takes in what is chosen, and keeps out what is known.
  func choose(
    _ count: Int, _ planner: ChainPlanner, novelty: inout Novelty, _ context: RunContext
  ) throws -> Choice {
    let plans = try members.indices.map { k in
      var random = context.stream("plans", k)
      return try planner.plans(draws, using: &random)
    }
    let origins = try origins(plans, context)
    let parts = try Parallel.map(members.count) { k in
      var random = context.stream("ascents", k)
      return try Ascent(reward: members[k], chart: chart, sharpness: sharpness, steps: steps)
        .run(plans[k], origin: origins[k], using: &random, cancellation: context.cancellation)
    }
    let (perMember, chains) = (parts[0].rows, plans[0].count)
    let all = try novelty.allowed(Tensor.concatenated(parts))
    let pool = try CandidatePool(
      points: all, chains: (0..<all.rows).map { $0 / perMember * chains + $0 % perMember % chains },
      judges: members)
    let picks = try pool.picks(count, shares: planner.memberShares.shares) { row in
      try novelty.admit(all, row)
    }
    let flat = plans.flatMap { $0 }
    let chosen = picks.map { (member: $0.judge, plan: flat[pool.chains[$0.row]]) }
    let radius = chosen.reduce(0.0) { $0 + Double($1.plan.radius) }
    return Choice(
      origins: chosen, meanReward: pool.meanReward(picks),
      meanRadius: radius / Double(max(1, chosen.count)))
  }

  /// Means of the plans' good points in the chart: each needed point is brought there once.
  private func origins(_ plans: [[Ascent.Plan]], _ context: RunContext) throws -> [Tensor<Float>] {
    let rows = Set(plans.joined().flatMap(\.rows)).sorted()
    let place = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
    let z = try chart.coordinates(of: rows, cancellation: context.cancellation)
    let d = z.columns
    return plans.map { plans in
      var origin = Tensor<Float>.zeros([plans.count, d])
      let to = origin.mutablePointer
      for (r, plan) in plans.enumerated() {
        for row in plan.rows {
          Float.kernels.axpy(
            d, 1 / Float(plan.rows.count), z.pointer + place[row]! * d, to + r * d)
        }
      }
      return origin
    }
  }
}
