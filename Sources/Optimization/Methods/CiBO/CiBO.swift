import Core
import Engine
import Flows
import Oracles
import Samplers
import Surrogates

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// CiBO: posterior inference in the latent space of a flow (arXiv 2507.00480).
///
/// In each iteration surrogates and a flow learn the best points by Lagrangian; candidates are then
/// drawn from the posterior log R(z) = beta r(f(z)) + alpha log N(z; 0, I), r the predicted
/// Lagrangian: by a learned diffusion sampler, by ascents, or from the prior alone.
public struct CiBO: SearchMethod {
  /// `cibo` in the language.
  public let name = "cibo"
  var settings: Settings
  let start: [[Double]]
  var archive: BoxArchive
  var ensemble: MultiScaleEnsemble
  var networks: MLPEnsemble?
  var flow: FlowMatching?
  var sampler: DiffusionSampler?
  var planner: ChainPlanner
  private var caution = BorderCaution()
  /// What the last iteration searched; nil before the first that follows the start set.
  public private(set) var surface: Surface?
  private var multiplier: LagrangeMultiplier

  /// A search from a start set.
  /// - Parameter budget: evaluations after the start set, which decide the batch.
  /// - Throws: `.badArgument` without a start set, or for options that do not fit together.
  public init(space: BoxSpace, start: [[Double]], options: Options, budget: Int? = nil)
    throws(Failure)
  {
    guard !start.isEmpty else { throw BoxArchive.noStart }
    settings = try Settings(options, dimension: space.dimension, budget: budget)
    if settings.usesNetworks, settings.takesTurns, settings.search != .gradient {
      settings.takesTurns = false  // one ensemble is one judge
    }
    self.start = start
    archive = BoxArchive(space: space)
    ensemble = MultiScaleEnsemble(settings.shared.ensemble)
    planner = ChainPlanner(
      settings.shared.planning(constraints: 0),
      members: settings.usesNetworks ? 1 : settings.shared.ensemble.count)
    multiplier = LagrangeMultiplier(settings.multiplier)
  }

  /// What a violation costs, and the posterior's width.
  public var remedies: Remedies {
    Remedies(
      infeasibility: "raise what a violation costs (`lambda`)",
      priorMismatch: (settings.isSharp ? "raise `sharpness`, which weighs more points, or " : "")
        + "raise `lambda`",
      collapse: "raise `alpha`\(settings.search == .gradient ? " or `reach`" : ""), or lower `beta`"
    )
  }

  /// The start set first, then one round: surrogates, prior, posterior.
  public mutating func ask(iteration: Int, limit: Int, context: RunContext) throws -> Proposal {
    if iteration == 0 { return Proposal(candidates: start.map { .vector($0) }) }
    guard archive.count > 0 else { throw archive.nothingWorked }
    var phases = Phases()
    planner.caution = settings.isCautious ? caution.reach : 1
    let lesson = try phases.time("surrogates") { try learn(context) }
    if settings.isLatent {
      try phases.time("prior") { try learnPrior(lesson.view, lesson.weights, context) }
    }
    let round = try Round(
      method: self, view: lesson.view, weights: lesson.weights, lambda: lesson.buffer.penalty,
      context: context)
    surface = Surface(
      space: archive.space, view: lesson.view, reward: round.reward,
      chart: round.chart as? LatentChart)
    let count = min(settings.batch, limit)
    var novelty = try Novelty(archive, lesson.view, context)
    let found = try phases.time("posterior") {
      try round.candidates(count, planner, sampler: &sampler, novelty: &novelty, context)
    }
    planner.expect(novelty.points, found.origins, lesson.buffer)
    var random = context.stream("fill")
    try novelty.fill(
      count, around: try WeightedDraws(lesson.weights), planner.rule, using: &random, context)
    return Proposal(
      candidates: novelty.points.map { .vector($0) },
      measures: [
        .init("log_reward", found.meanReward), .init("lambda", lesson.buffer.penalty),
        .init("beta", round.beta),
        .init("prior_feasible", round.priorFeasible),
        .init("solver_steps", Double(round.solver.steps)),
      ] + found.measures + novelty.measures, seconds: phases.summed)
  }

  /// What chose the nearest point of its own is credited for each.
  public mutating func adopt(_ candidates: [Candidate], context: RunContext) {
    planner.adopt(candidates.compactMap(\.vector))
  }

  /// Adds trials to the archive, and adapts lambda if asked for.
  public mutating func tell(_ trials: [Trial], context: RunContext) throws {
    try archive.append(trials)
    planner.learn(trials)
    caution.learn(trials)
    multiplier.learn(trials)
  }

  /// Fits the surrogates to the best points of the archive.
  private mutating func learn(_ context: RunContext) throws -> Lesson {
    let buffer = LagrangianBuffer(
      archive,
      settings.buffer.adapted(
        multiplier, settings.isCautious ? caution : nil, constraints: archive.constraintCount))
    let weights = weights(buffer)
    let view = ScaledView(
      archive, buffer,
      weights: settings.isSharp
        ? weights
        : buffer.padded([Double](repeating: 1 / Double(buffer.count), count: buffer.count)),
      floor: settings.shared.floor)
    try learnRewards(view, buffer, weights, context)
    return Lesson(buffer: buffer, weights: weights, view: view)
  }

  /// Weights of the buffer's points in all training.
  private func weights(_ buffer: LagrangianBuffer) -> [Double] {
    settings.isSharp
      ? buffer.weights(effectiveSize: settings.sharpness)
      : buffer.padded(SamplingWeights.exponential(buffer.merits))
  }

  private mutating func learnRewards(
    _ view: ScaledView, _ buffer: LagrangianBuffer, _ weights: [Double], _ context: RunContext
  ) throws {
    guard settings.usesNetworks else {
      if !settings.reuses { ensemble = MultiScaleEnsemble(settings.shared.ensemble) }
      try ensemble.learn(view.points, buffer, weights: weights, context)
      return
    }
    let (rows, m) = (buffer.targets.rows, archive.learnedConstraintCount)
    let before = networks?.constraintCount == m && settings.reuses ? networks : nil
    var model = before ?? fresh(m, context)
    func known(_ target: Double) -> Double { target.isNaN ? 0 : target }
    let constraints = Tensor<Double>(
      [rows, m], (0..<rows).flatMap { i in (0..<m).map { known(buffer.targets[i, 1 + $0]) } })
    try model.train(
      view.points, buffer.padded(buffer.objectives), constraints: constraints, weights: weights,
      apart: buffer.failureWeights(weights).map { (m - 1, $0) }, settings.networkTraining,
      using: context.stream("surrogates"), in: context)
    networks = model
  }

  private func fresh(_ constraints: Int, _ context: RunContext) -> MLPEnsemble {
    MLPEnsemble(
      dimension: archive.space.dimension, constraintCount: constraints, settings.networks,
      using: context.stream("networks"))
  }

  private mutating func learnPrior(_ view: ScaledView, _ weights: [Double], _ context: RunContext)
    throws
  {
    var random = context.stream("flow")
    let known = settings.reuses ? flow : nil
    var model =
      known
      ?? FlowMatching(
        dimension: archive.space.dimension, hidden: settings.flowHidden, rate: settings.flowRate,
        using: &random)
    try model.train(
      view.points, weights: weights, known == nil ? settings.firstFlow : settings.laterFlow,
      using: context.stream("prior"), in: context)
    flow = model
  }
}
