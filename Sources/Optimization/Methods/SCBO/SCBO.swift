import Core
import Oracles
import Surrogates

/// SCBO, scalable constrained Bayesian optimization (Eriksson and Poloczek 2021, arXiv 2002.08526).
///
/// Gaussian processes for the objective (through a Gaussian copula) and each constraint (through the
/// bilog), fitted to the points since the last start; a trust region around the best of them, a cube
/// unless `stretch:` asks for TuRBO's rule; Thompson sampling that takes the best of what a joint sample calls
/// feasible, or the least violating candidate. An indicator constraint, known as 0 or 1 only, is a
/// target of -1/2 or 1/2, so that feasible means below 0 for all.
public struct SCBO: SearchMethod {
  /// `scbo` in the language.
  public let name = "scbo"
  let settings: Settings
  let start: [[Double]]
  var archive: BoxArchive
  var model: ExactGP<StationaryKernel>
  /// Where evaluations work; has learned nothing while none failed.
  var working: WorkingRegion
  var region: SCBORegion
  /// Archive entries before the present start, which play no part any more.
  var first = 0
  /// Sobol points still to be asked of the present design.
  private var designLeft = 0
  /// The next point of the design's sequence.
  private var designNext = 0
  private var startIsAsked = false
  /// Set while the trials awaited are a batch of the trust region, not of a design.
  private var awaitsBatch = false
  /// Starts beyond the first.
  package private(set) var restarts = 0

  /// - Parameters:
  ///   - start: the start set in the user's coordinates; where it is empty a Sobol design takes its place.
  ///   - budget: evaluations after the start set, which decide the batch.
  public init(space: BoxSpace, start: [[Double]], options: Options, budget: Int? = nil) throws {
    let settings = Settings(
      options, dimension: space.dimension, start: start.count, budget: budget)
    guard settings.rule.smallest < settings.rule.first,
      settings.rule.first <= settings.rule.largest
    else {
      throw Failure(
        .badArgument,
        "the trust region's lengths are not in order: `length_min` \(settings.rule.smallest), "
          + "`length` \(settings.rule.first), `length_max` \(settings.rule.largest)",
        advice: "let each be larger than the one before")
    }
    self.settings = settings
    self.start = start
    archive = BoxArchive(space: space)
    region = SCBORegion(settings.rule)
    model = Self.newModel(settings)
    working = WorkingRegion(model)
    designLeft = start.isEmpty ? settings.design : 0
  }

  private static func newModel(_ settings: Settings) -> ExactGP<StationaryKernel> {
    var configuration = ExactGP<StationaryKernel>.Configuration()
    configuration.noise = 1e-6...max(1e-5, settings.noise)
    configuration.exactLimit = settings.exactLimit
    return ExactGP(
      kernel: StationaryKernel(
        .matern52,
        lengthscales: settings.scaledLengthscales ? .scaledByDimension : .interval(0.005...4)),
      configuration: configuration)
  }

  /// Archive entries since the present start.
  var local: Range<Int> { first..<archive.count }

  /// The start set, a batch from the trust region, or (after a restart) the points of a new design.
  public mutating func ask(iteration: Int, limit: Int, context: RunContext) throws -> Proposal {
    awaitsBatch = false
    if !startIsAsked, !start.isEmpty {
      startIsAsked = true
      return Proposal(candidates: start.map { .vector($0) })
    }
    if designLeft > 0 { return try design(limit, context) }
    if local.isEmpty {
      guard archive.count > 0 else { throw archive.nothingWorked }
      // A design of which nothing worked: another one.
      beginDesign()
      return try design(limit, context)
    }
    let found = try search(min(settings.batch, limit), context)
    awaitsBatch = true
    return found
  }

  private mutating func beginDesign() {
    designLeft = settings.design
    designNext = 0
  }

  private mutating func design(_ limit: Int, _ context: RunContext) throws -> Proposal {
    let wanted = min(designLeft, limit)
    designLeft -= wanted
    let points = try archive.space.cover(
      wanted, from: &designNext, scrambledBy: context.stream("design"), except: archive.evaluated,
      context)
    return Proposal(
      candidates: points.map { .vector($0) }, measures: [.init("restarts", Double(restarts))])
  }

  /// Adds trials, and adapts the region to a batch.
  public mutating func tell(_ trials: [Trial], context: RunContext) throws {
    let before = local
    let incumbent = best(of: before)
    try archive.append(trials)
    guard awaitsBatch, let incumbent else { return }
    awaitsBatch = false
    let improved = best(of: before.upperBound..<archive.count).map {
      improves(merit($0), on: merit(incumbent))
    }
    guard region.adapt(improved: improved ?? false) else { return }
    restarts += 1
    first = archive.count
    region = SCBORegion(settings.rule)
    model = Self.newModel(settings)
    working = WorkingRegion(model)
    beginDesign()
    context.report(.notice("scbo: the trust region is used up; the search starts again elsewhere"))
  }

  /// Feasible ones by objective, then the others by total violation as the processes see it.
  private func merit(_ i: Int) -> Merit {
    Merit(
      violation: archive.bilogs(i).reduce(0) { $0 + max(0, $1) }, objective: archive.objectives[i])
  }

  /// The best of some entries of the archive.
  func best(of entries: Range<Int>) -> Int? {
    let merits = entries.map(merit)
    return merits.indices.max { merits[$0] < merits[$1] }.map { entries.lowerBound + $0 }
  }

  /// Among feasible points a gain of a thousandth counts, as in TuRBO.
  private func improves(_ new: Merit, on old: Merit) -> Bool {
    if new.violation != old.violation { return new.violation < old.violation }
    guard new.violation == 0 else { return false }
    return new.objective > old.objective + 1e-3 * abs(old.objective)
  }
}
