import Core
import Engine
import Flows
import Neural
import Samplers
import Surrogates

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension CiBO {
  /// The posterior of one iteration, with everything learned, and the ways to draw from it.
  struct Round {
    let settings: Settings
    let chart: any SearchChart
    /// What judges choose by: each member of a multi-scale ensemble, or one ensemble of networks.
    let judges: [any RewardModel]
    /// r: their mean and gamma of their spread.
    let reward: any RewardModel
    let weights: [Double]
    /// Inverse temperature.
    let beta: Double
    /// Of the flow's equation.
    private(set) var solver: ODESolver
    /// Share of the prior's samples that the surrogates take for feasible.
    let priorFeasible: Double

    /// What is remembered of the candidates; they themselves are in the novelty that admitted them.
    struct Found {
      var origins: [(member: Int, plan: Ascent.Plan)] = []
      var meanReward: Double
      var measures: [IterationReport.Measure] = []
    }

    init(
      method: CiBO, view: ScaledView, weights: [Double], lambda: Double, context: RunContext
    ) throws {
      let settings = method.settings
      self.settings = settings
      self.weights = weights
      if let networks = method.networks, settings.usesNetworks {
        let own = NetworkReward(
          ensemble: networks, reward: .init(gamma: settings.gamma, lambda: lambda))
        judges = [own]
        reward = own
      } else {
        judges = method.ensemble.rewards(penalty: lambda)
        reward = JoinedReward(parts: judges, gamma: Float(settings.gamma))
      }
      solver = settings.solver
      if let flow = method.flow, settings.isLatent {
        solver = try Self.solver(settings, flow, context)
        chart = LatentChart(
          view: view, flow: flow, solver: solver, priorWeight: Float(settings.alpha))
      } else {
        chart = DataChart(view: view, priorWeight: Float(settings.alpha))
      }
      // Samples of the prior show the reward's spread, and whether the prior lies where it is good.
      var random = context.stream("probe")
      let probe = Tensor<Float>.normal([Self.probes, view.mean.count], using: &random)
      let points = try chart.points(probe, cancellation: context.cancellation)
      let rewards = try reward.values(points).map(Double.init)
      let mean = rewards.reduce(0, +) / Double(rewards.count)
      let square = rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rewards.count)
      beta = settings.beta ?? 5 / max(square.squareRoot(), 1e-6)
      priorFeasible = try method.predictedFeasible(points)
    }

    private static let probes = 500
    /// N(0, I), as which latent points are distributed.
    private static let prior = BrownianReference(steps: 1)

    /// The solver of this round's flow, in no more steps than its tolerance asks for.
    private static func solver(
      _ settings: Settings, _ flow: FlowMatching, _ context: RunContext
    ) throws -> ODESolver {
      guard settings.solverTolerance > 0 else { return settings.solver }
      var random = context.stream("solver")
      // The posterior may lie off the prior, where the velocity was hardly trained: look there too.
      let near = Tensor<Float>.normal([32, flow.dimension], using: &random)
      let far = Tensor<Float>.normal([32, flow.dimension], using: &random).affine(3, 0)
      return try flow.coarsened(
        settings.solver, within: settings.solverTolerance, on: .concatenated([near, far]),
        cancellation: context.cancellation)
    }

    /// `count` candidates by the search that the settings ask for.
    func candidates(
      _ count: Int, _ planner: ChainPlanner, sampler: inout DiffusionSampler?,
      novelty: inout Novelty, _ context: RunContext
    ) throws -> Found {
      switch settings.search {
      case .gradient:
        let choice = try EnsembleSearch(
          chart: chart, members: judges, draws: try WeightedDraws(weights),
          sharpness: Float(beta), steps: settings.ascentSteps
        ).choose(count, planner, novelty: &novelty, context)
        return Found(
          origins: choice.origins, meanReward: choice.meanReward,
          measures: [.init("radius", choice.meanRadius)])
      case .prior:
        var random = context.stream("samples")
        let z = Tensor<Float>.normal(
          [count * settings.filter * settings.filter, chart.spread.count], using: &random)
        return try filtered(z, count, &novelty, context)
      case .sampler:
        return try sampled(count, &sampler, &novelty, context)
      }
    }

    /// Trains the diffusion sampler on this round's posterior, and filters its samples.
    private func sampled(
      _ count: Int, _ sampler: inout DiffusionSampler?, _ novelty: inout Novelty,
      _ context: RunContext
    ) throws -> Found {
      let d = chart.spread.count
      // Where the prior is the reference, it cancels.
      let tilts = settings.alpha == 1 && settings.sampler.reference.variance == 1
      var random = context.stream("policy")
      var model =
        (settings.reuses ? sampler : nil)
        ?? settings.sampler.fresh(dimension: d, using: &random)
      model.target = tilts ? .tilt(beta: beta) : .logDensity
      // What a new reward makes of old end points is not known; they are few and cheap to find.
      model.buffer.removeAll()
      let steps = try model.train(
        settings.samplerTraining, using: context.stream("sampler"), in: context
      ) { z in
        let points = try self.points(z, context)
        let rewards = try reward.values(points).map(Double.init)
        if tilts { return rewards }
        return zip(rewards, Self.prior.logDensity(z)).map { beta * $0 + settings.alpha * $1 }
      }
      let z = try model.sample(
        count * settings.filter * settings.filter, using: context.stream("samples"),
        cancellation: context.cancellation)
      sampler = model
      var found = try filtered(z, count, &novelty, context)
      if let last = steps.last {
        found.measures += [.init("balance_loss", last.loss)]
      }
      return found
    }

    /// The best of many latent samples, by the posterior's density or by members in turns.
    private func filtered(
      _ z: Tensor<Float>, _ count: Int, _ novelty: inout Novelty, _ context: RunContext
    ) throws -> Found {
      let points = try novelty.allowed(try points(z, context))
      if settings.takesTurns {
        let pool = try CandidatePool(
          points: points, chains: Array(0..<points.rows), judges: judges)
        let equal = [Double](repeating: 1 / Double(judges.count), count: judges.count)
        let picks = try pool.picks(count, shares: equal) { try novelty.admit(points, $0) }
        return Found(meanReward: pool.meanReward(picks))
      }
      let rewards = try reward.values(points).map(Double.init)
      let densities = Self.prior.logDensity(z)
      let merits = zip(rewards, densities).map { beta * $0 + settings.alpha * $1 }
      let order = merits.indices.sorted {
        merits[$0] != merits[$1] ? merits[$0] > merits[$1] : $0 < $1
      }
      var chosen: [Int] = []
      for row in order where chosen.count < count {
        if try novelty.admit(points, row) { chosen.append(row) }
      }
      return Found(
        meanReward: chosen.reduce(0) { $0 + rewards[$1] } / Double(max(1, chosen.count)))
    }

    /// f(z), brought into the box before or after it is ranked.
    private func points(_ z: Tensor<Float>, _ context: RunContext) throws -> Tensor<Float> {
      settings.clampsFirst
        ? try chart.points(z, cancellation: context.cancellation)
        : try chart.freePoints(z, cancellation: context.cancellation)
    }
  }

  /// Share of points whose predicted constraints all hold; 1 without constraints.
  fileprivate func predictedFeasible(_ points: Tensor<Float>) throws -> Double {
    let m = archive.learnedConstraintCount
    if m == 0 { return 1 }
    let constraints: (Int, Int) -> Float
    if let networks, settings.usesNetworks {
      let predicted = try networks.predict(points).constraints
      constraints = { predicted[$0, $1] }
    } else {
      let outputs = ensemble.meanOutputs(points)
      constraints = { outputs[$0, 1 + $1] }
    }
    let feasible = (0..<points.rows).count { row in (0..<m).allSatisfy { constraints(row, $0) <= 0 }
    }
    return Double(feasible) / Double(points.rows)
  }
}
