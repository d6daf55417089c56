import Core
import Engine
import Oracles
import Surrogates

/// Multi-scale ensemble gradient search: models of different locality, each climbed from means of
/// good points.
///
/// In each iteration the best points by Lagrangian are learned by an ensemble whose members weigh
/// them more or less sharply; ascents start at means of a few good points, with radii from a small
/// to more than a whole spread, and climb one member each; every member ranks all that was found,
/// and members take turns to choose the batch.
public struct MEGS: SearchMethod {
  /// `megs` in the language.
  public let name = "megs"
  let settings: Settings
  let start: [[Double]]
  private var archive: BoxArchive
  private var ensemble: MultiScaleEnsemble
  private var planner: ChainPlanner
  private var caution = BorderCaution()
  private var multiplier: LagrangeMultiplier

  /// A search from a start set.
  /// - Parameter budget: evaluations after the start set, which decide the batch.
  /// - Throws: `.badArgument` without a start set.
  public init(space: BoxSpace, start: [[Double]], options: Options, budget: Int? = nil)
    throws(Failure)
  {
    guard !start.isEmpty else { throw BoxArchive.noStart }
    settings = Settings(options, dimension: space.dimension, budget: budget)
    self.start = start
    archive = BoxArchive(space: space)
    ensemble = MultiScaleEnsemble(settings.ensemble)
    planner = ChainPlanner(
      settings.planning(constraints: 0), members: settings.ensemble.count)
    multiplier = LagrangeMultiplier(settings.multiplier)
  }

  /// What a violation costs, and how far ascents go.
  public var remedies: Remedies {
    Remedies(
      infeasibility: "raise what a violation costs (`penalty`)", collapse: "raise `reach`")
  }

  /// The start set first, then one round of learning and climbing.
  public mutating func ask(iteration: Int, limit: Int, context: RunContext) throws -> Proposal {
    if iteration == 0 { return Proposal(candidates: start.map { .vector($0) }) }
    guard archive.count > 0 else { throw archive.nothingWorked }
    var phases = Phases()
    planner.rule = settings.planning(constraints: archive.constraintCount)
    planner.caution = settings.isCautious ? caution.reach : 1
    let lesson = try phases.time("surrogates") { try learn(context) }
    let draws = try WeightedDraws(lesson.weights)
    let count = min(settings.batch, limit)
    var novelty = try Novelty(archive, lesson.view, context)
    let choice = try phases.time("search") {
      try EnsembleSearch(
        chart: DataChart(view: lesson.view),
        members: ensemble.rewards(penalty: lesson.buffer.penalty),
        draws: draws, sharpness: 1, steps: settings.ascentSteps
      ).choose(count, planner, novelty: &novelty, context)
    }
    planner.expect(novelty.points, choice.origins, lesson.buffer)
    var random = context.stream("fill")
    try novelty.fill(count, around: draws, planner.rule, using: &random, context)
    return Proposal(
      candidates: novelty.points.map { .vector($0) },
      measures: [
        .init("log_reward", choice.meanReward), .init("lambda", lesson.buffer.penalty),
        .init("radius", choice.meanRadius),
      ] + novelty.measures, seconds: phases.summed)
  }

  /// Fits the ensemble to the best points of the archive.
  private mutating func learn(_ context: RunContext) throws -> Lesson {
    let buffer = LagrangianBuffer(
      archive,
      settings.buffer.adapted(
        multiplier, settings.isCautious ? caution : nil, constraints: archive.constraintCount))
    let weights = buffer.weights(
      effectiveSize: buffer.indicatorTargets.isEmpty
        ? settings.sharpness : settings.indicatorSharpness)
    let view = ScaledView(archive, buffer, weights: weights, floor: settings.floor)
    try ensemble.learn(view.points, buffer, weights: weights, context)
    return Lesson(buffer: buffer, weights: weights, view: view)
  }

  /// What chose the nearest point of its own is credited for each.
  public mutating func adopt(_ candidates: [Candidate], context: RunContext) {
    planner.adopt(candidates.compactMap(\.vector))
  }

  /// Adds trials to the archive, and credits what chose the best of them.
  public mutating func tell(_ trials: [Trial], context: RunContext) throws {
    try archive.append(trials)
    planner.learn(trials)
    caution.learn(trials)
    multiplier.learn(trials)
  }
}
