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
  }

  /// The start set first, then one round of learning and climbing.
  public mutating func ask(iteration: Int, limit: Int, context: RunContext) throws -> Proposal {
    if iteration == 0 { return Proposal(candidates: start.map { .vector($0) }) }
    guard archive.count > 0 else { throw BoxArchive.nothingWorked }
    var phases = Phases()
    let buffer = LagrangianBuffer(
      archive, .init(capacity: settings.capacity, penalty: settings.penalty))
    let view = ScaledView(archive, buffer, settings)
    let sizes = memberSizes(buffer.count)
    try phases.time("surrogates") { try learn(view, buffer, sizes, context) }
    let pool = try phases.time("ascents") { try climb(view, context) }
    let chosen = phases.time("picks") { pick(min(settings.batch, limit), from: pool) }
    return Proposal(
      candidates: chosen.map { row in
        .vector(archive.space.point(unit: view.unit(pool.states, row)))
      },
      measures: [
        .init(
          "log_reward", chosen.map { Double(pool.best[$0]) }.reduce(0, +) / Double(chosen.count))
      ], seconds: phases.summed)
  }

  /// Adds trials to the archive.
  public mutating func tell(_ trials: [Trial], context: RunContext) throws {
    try archive.append(trials)
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
    /// Each member's reward of each state.
    var rewards: [[Float]]
    /// The reward by the member whose chain it was.
    var best: [Float]
  }

  private func climb(_ view: ScaledView, _ context: RunContext) throws -> Pool {
    let parts = try Parallel.map(settings.members) { k in
      try context.checkCancellation()
      var random = context.stream("ascents", k)
      return Ascent(
        member: members[k], view: view, penalty: Float(settings.penalty), settings: settings
      ).run(chains: settings.chainsPerMember, using: &random)
    }
    let states = Tensor.concatenated(parts)
    let kept = parts[0].rows / settings.chainsPerMember
    let chains = (0..<states.rows).map { row in
      let (k, within) = (row / parts[0].rows, row % parts[0].rows)
      return k * settings.chainsPerMember + within % settings.chainsPerMember
    }
    precondition(kept > 0)
    let penalty = Float(settings.penalty)
    let rewards = Parallel.map(settings.members) { k in
      Ascent.rewards(members[k](states), penalty: penalty)
    }
    let best = (0..<states.rows).map { rewards[$0 / parts[0].rows][$0] }
    return Pool(states: states, chains: chains, rewards: rewards, best: best)
  }

  /// Members take turns: each takes the state it likes best of those whose chain has given none.
  private func pick(_ count: Int, from pool: Pool) -> [Int] {
    let orders = Parallel.map(pool.rewards.count) { k in
      let rewards = pool.rewards[k]
      return rewards.indices.sorted {
        rewards[$0] != rewards[$1] ? rewards[$0] > rewards[$1] : $0 < $1
      }
    }
    var next = [Int](repeating: 0, count: orders.count)
    var used = Set<Int>()
    var chosen: [Int] = []
    let chainCount = settings.members * settings.chainsPerMember
    while chosen.count < min(count, chainCount) {
      let k = chosen.count % orders.count
      while used.contains(pool.chains[orders[k][next[k]]]) { next[k] += 1 }
      let row = orders[k][next[k]]
      used.insert(pool.chains[row])
      chosen.append(row)
    }
    return chosen
  }
}
