import Core
import Engine
import Oracles
import Surrogates

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Multi-scale ensemble gradient search: models of different locality, each climbed from means of
/// good points.
///
/// In each iteration the best points by Lagrangian are learned by an ensemble whose members weigh
/// them more or less sharply; ascents start at means of a few good points, with radii from a small
/// to a whole spread, and climb one member each; every member ranks all that was found, and members
/// take turns to choose the batch.
public struct MEGS: SearchMethod {
  /// `megs` in the language.
  public let name = "megs"
  let settings: Settings
  let start: [[Double]]
  var archive: BoxArchive
  var members: [QuadraticNetwork]
  /// Which members, means and radii have chosen well.
  private var memberShares, levelShares, meanShares, radiusShares: AdaptiveShares
  /// Of what was asked last: who chose it, and the plan of its chain.
  private var asked: [[Double]: (member: Int, plan: Ascent.Plan)] = [:]
  private var lastScale: (deviation: Double, constraints: [Double]) = (1, [])
  private static let radiusBands = 4

  /// A search from a start set.
  /// - Throws: `.badArgument` without a start set.
  public init(space: BoxSpace, start: [[Double]], options: Options) throws(Failure) {
    guard !start.isEmpty else {
      throw Failure(.badArgument, "the start set is empty", advice: "give `initial: 200`")
    }
    let settings = Settings(options, dimension: space.dimension)
    self.settings = settings
    self.start = start
    archive = BoxArchive(space: space)
    members = (0..<settings.members).map { k in
      var configuration = settings.network
      configuration.hasCurvature = settings.hasCurvature(member: k)
      return QuadraticNetwork(configuration)
    }
    memberShares = AdaptiveShares(settings.members, power: settings.adaption)
    levelShares = AdaptiveShares(settings.sharpness.count, power: settings.adaption)
    meanShares = AdaptiveShares(settings.meanChoices, power: settings.adaption)
    radiusShares = AdaptiveShares(Self.radiusBands, power: settings.adaption)
  }

  /// The start set first, then one round of learning and climbing.
  public mutating func ask(iteration: Int, limit: Int, context: RunContext) throws -> Proposal {
    if iteration == 0 { return Proposal(candidates: start.map { .vector($0) }) }
    guard archive.count > 0 else { throw BoxArchive.nothingWorked }
    var phases = Phases()
    let buffer = LagrangianBuffer(
      archive, .init(capacity: settings.capacity, penalty: settings.penalty))
    let view = try ScaledView(archive, buffer, settings)
    let sizes = memberSizes(buffer.count)
    try phases.time("surrogates") { try learn(view, buffer, sizes, context) }
    let pool = try phases.time("ascents") { try climb(view, context) }
    let chosen = phases.time("picks") { pick(min(settings.batch, limit), from: pool) }
    let points = chosen.map { archive.space.point(unit: view.unit(pool.states, $0.row)) }
    asked = [:]
    for (point, pick) in zip(points, chosen) {
      asked[point] = (pick.member, pool.plans[pool.chains[pick.row]])
    }
    lastScale = (buffer.objectiveDeviation, buffer.constraintScales)
    let count = Double(chosen.count)
    let reward = chosen.reduce(0.0) { $0 + Double(pool.best[$1.row]) } / count
    let radius = chosen.reduce(0.0) { $0 + Double(pool.plans[pool.chains[$1.row]].radius) } / count
    return Proposal(
      candidates: points.map { .vector($0) },
      measures: [
        .init("log_reward", reward), .init("radius", radius),
        .init("sharpness", settings.meanSharpness(levelShares.shares)),
      ], seconds: phases.summed)
  }

  /// Adds trials to the archive, and credits what chose the best of them.
  public mutating func tell(_ trials: [Trial], context: RunContext) throws {
    try archive.append(trials)
    var results: [(merit: Double, member: Int, plan: Ascent.Plan)] = []
    for trial in trials {
      guard case .vector(let x) = trial.candidate, let origin = asked[x] else { continue }
      results.append((merit(trial.evaluation), origin.member, origin.plan))
    }
    guard !results.isEmpty else { return }
    let sorted = results.map(\.merit).sorted(by: >)
    let bar = sorted[min(sorted.count - 1, Int(Double(sorted.count) * AdaptiveShares.prior))]
    memberShares.record(results.map { ($0.member, $0.merit > bar) })
    levelShares.record(results.map { ($0.plan.level, $0.merit > bar) })
    meanShares.record(results.map { ($0.plan.doublings, $0.merit > bar) })
    radiusShares.record(results.map { ($0.plan.band, $0.merit > bar) })
  }

  /// L of an evaluation in the scale of the buffer that asked for it.
  private func merit(_ evaluation: Evaluation) -> Double {
    guard let objective = evaluation.objective else { return -.infinity }
    var merit = objective / lastScale.deviation
    for (constraint, scale) in zip(evaluation.constraints, lastScale.constraints) {
      merit -= settings.penalty * max(0, constraint.violation) / scale
    }
    return merit
  }

  /// The plans of one member's chains.
  private func plans(using random: inout RandomStream) throws -> [Ascent.Plan] {
    let levels = try WeightedDraws(levelShares.shares)
    let means = try WeightedDraws(meanShares.shares)
    let bands = try WeightedDraws(radiusShares.shares)
    return (0..<settings.chainsPerMember).map { _ in
      let band = bands.draw(using: &random)
      let place = (Double(band) + random.uniform()) / Double(Self.radiusBands)
      return Ascent.Plan(
        level: levels.draw(using: &random), doublings: means.draw(using: &random), band: band,
        radius: Float(settings.reach * exp(-settings.radii * place)))
    }
  }

  /// Effective sample sizes of the members, geometric from the narrowest to the widest.
  private func memberSizes(_ count: Int) -> [Double] {
    let most = 0.9 * Double(count)
    return (0..<settings.members).map { k in
      let share = settings.members == 1 ? 0.5 : Double(k) / Double(settings.members - 1)
      let size = settings.narrowest * pow(settings.widest / settings.narrowest, share)
      return max(1, min(most, size))
    }
  }

  private mutating func learn(
    _ view: ScaledView, _ buffer: LagrangianBuffer, _ sizes: [Double], _ context: RunContext
  ) throws {
    let m = archive.constraintCount
    var targets = Tensor<Double>(uninitialized: [buffer.count, 1 + m])
    let to = targets.mutablePointer
    for i in 0..<buffer.count {
      to[i * (1 + m)] = buffer.objectives[i]
      for k in 0..<m { to[i * (1 + m) + 1 + k] = buffer.constraints[i][k] }
    }
    let (x, y, before) = (view.points, targets, members)
    members = try Parallel.map(settings.members) { k in
      try context.checkCancellation()
      var random = context.stream("member", k)
      var member = before[k]
      try member.fit(
        x, y, weights: SamplingWeights.sharp(buffer.merits, effectiveSize: sizes[k]),
        effectiveSize: sizes[k], using: &random)
      return member
    }
  }

  /// What the ascents found: states, and each member's opinion of all of them.
  struct Pool: Sendable {
    /// Scaled states, P x d.
    var states: Tensor<Float>
    /// The chain that each state belongs to.
    var chains: [Int]
    /// The plan of each chain.
    var plans: [Ascent.Plan]
    /// Each member's reward of each state.
    var rewards: [[Float]]
    /// The reward by the member whose chain it was.
    var best: [Float]
  }

  private func climb(_ view: ScaledView, _ context: RunContext) throws -> Pool {
    let parts = try Parallel.map(settings.members) { k in
      try context.checkCancellation()
      var random = context.stream("ascents", k)
      let plans = try self.plans(using: &random)
      let states = Ascent(
        member: members[k], view: view, penalty: Float(settings.penalty), settings: settings
      ).run(plans, using: &random)
      return (plans: plans, states: states)
    }
    let states = Tensor.concatenated(parts.map(\.states))
    let perMember = parts[0].states.rows
    let chains = (0..<states.rows).map { row in
      let (k, within) = (row / perMember, row % perMember)
      return k * settings.chainsPerMember + within % settings.chainsPerMember
    }
    let penalty = Float(settings.penalty)
    let rewards = Parallel.map(settings.members) { k in
      Ascent.rewards(members[k](states), penalty: penalty)
    }
    let best = (0..<states.rows).map { rewards[$0 / perMember][$0] }
    return Pool(
      states: states, chains: chains, plans: parts.flatMap(\.plans), rewards: rewards, best: best)
  }

  /// Members take turns, by their shares: each takes the state it likes best of those whose chain
  /// has given none.
  private func pick(_ count: Int, from pool: Pool) -> [(row: Int, member: Int)] {
    let orders = Parallel.map(pool.rewards.count) { k in
      let rewards = pool.rewards[k]
      return rewards.indices.sorted {
        rewards[$0] != rewards[$1] ? rewards[$0] > rewards[$1] : $0 < $1
      }
    }
    let shares = memberShares.shares
    var next = [Int](repeating: 0, count: orders.count)
    var taken = [Double](repeating: 0, count: orders.count)
    var used = Set<Int>()
    var chosen: [(row: Int, member: Int)] = []
    while chosen.count < min(count, pool.plans.count) {
      let turn = Double(chosen.count + 1)
      var k = 0
      for other in orders.indices
      where shares[other] * turn - taken[other] > shares[k] * turn - taken[k] + 1e-9 { k = other }
      while used.contains(pool.chains[orders[k][next[k]]]) { next[k] += 1 }
      let row = orders[k][next[k]]
      used.insert(pool.chains[row])
      taken[k] += 1
      chosen.append((row, k))
    }
    return chosen
  }
}
