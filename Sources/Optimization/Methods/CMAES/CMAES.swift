import Core
import Oracles

/// CMA-ES, the covariance matrix adaptation evolution strategy (Hansen 2016, arXiv 1604.00772), with
/// active updates, a full or diagonal covariance, and restarts with twice the population (IPOP; Auger
/// and Hansen 2005).
///
/// Works in the unit box through `BoxFold`. Constraints enter by the ranking alone: feasible points by
/// objective, then the others by total violation in units of each constraint's spread, then failed
/// evaluations. One iteration is one generation, or a part of it where `batch:` is smaller. A larger
/// batch does not make a larger population: per evaluation that is far weaker on most problems.
public struct CMAES: SearchMethod {
  /// `cmaes` in the language.
  public let name = "cmaes"
  let settings: Settings
  let start: [[Double]]
  private var archive: BoxArchive
  /// The search distribution; nil before the start set is known.
  private var distribution: CMAESDistribution?
  private var stops: CMAESStops
  private var generation: Generation?
  private var startIsAsked = false
  /// Runs that had nowhere to go.
  package private(set) var restarts = 0
  private var lastStop: CMAESStops.Reason?

  /// - Parameter start: the start set in the user's coordinates; its best point is the first mean (the
  ///   box's middle, where there is none).
  public init(space: BoxSpace, start: [[Double]], options: Options) throws {
    settings = Settings(options, dimension: space.dimension)
    self.start = start
    archive = BoxArchive(space: space)
    stops = CMAESStops(sigma: settings.sigma)
  }

  private var space: BoxSpace { archive.space }
  /// Whether draws may be of one point, or of none that may be evaluated.
  private var isRestricted: Bool { space.requirement != nil || space.hasLevels }

  /// The start set first, then what is left of a generation, or a new one.
  public mutating func ask(iteration: Int, limit: Int, context: RunContext) throws -> Proposal {
    if !startIsAsked, !start.isEmpty {
      startIsAsked = true
      return Proposal(candidates: start.map { .vector($0) })
    }
    if !settings.restarts, let lastStop {
      return Proposal(
        candidates: [], exhausted: "CMA-ES has nowhere to go (\(lastStop.rawValue))")
    }
    var random = context.stream("generation")
    if isRestricted {
      // What is known answers for itself, which may complete the generation.
      answerKnown()
      try learnGeneration(context)
    }
    let distribution = try current(&random, context)
    if self.generation == nil {
      self.generation = try drawn(distribution, &random, context)
      if isRestricted { answerKnown() }
    }
    guard let generation, !generation.isComplete else {
      return Proposal(candidates: [], exhausted: "every point that may be evaluated was")
    }
    let wanted = min(limit, settings.batch)
    return Proposal(
      candidates: distinct(generation.open).prefix(wanted).map { .vector($0) },
      measures: [
        .init("sigma", distribution.sigma),
        .init("axis_ratio", distribution.condition.squareRoot()),
        .init("population", Double(distribution.rates.population)),
        .init("restarts", Double(restarts)),
      ])
  }

  /// The open points of the generation become these; the distribution learns from them as from its own.
  public mutating func adopt(_ candidates: [Candidate], context: RunContext) {
    guard let distribution else { return }
    let points = candidates.compactMap(\.vector)
    let draws = points.map { distribution.draw(at: BoxFold.unfolded(space.unit($0))) }
    generation?.replace(Array(zip(points, draws)))
  }

  private func drawn(
    _ distribution: CMAESDistribution, _ random: inout RandomStream, _ context: RunContext
  ) throws -> Generation {
    var draws = distribution.draws(&random)
    var points = draws.map { BoxFold.folded(distribution.point($0)) }
    if isRestricted {
      try keepToSpace(&draws, &points, distribution, &random, context)
    }
    return Generation(draws: draws, points: points.map { space.point(unit: $0) })
  }

  /// Has draws that may not be evaluated, or were, drawn again, and at last brought to where they may be, or
  /// taken from anywhere. What is left when nothing new is to be had stays as it is.
  private func keepToSpace(
    _ draws: inout [CMAESDistribution.Draw], _ points: inout [[Double]],
    _ distribution: CMAESDistribution, _ random: inout RandomStream, _ context: RunContext
  ) throws {
    let region = try RequiredRegion(space, known: archive.points.suffix(Self.anchors), context)
    func open() throws -> [Int] {
      var seen = archive.evaluated
      return try points.indices.filter { i in
        try !(region?.contains(points[i]) ?? true)
          || !seen.insert(space.point(unit: points[i])).inserted
      }
    }
    for _ in 0..<Self.redraws {
      let again = try open()
      if again.isEmpty { return }
      for (i, draw) in zip(again, distribution.draws(&random)) {
        (draws[i], points[i]) = (draw, BoxFold.folded(distribution.point(draw)))
      }
    }
    if let region {
      for i in try open() {
        points[i] = try region.brought(points[i])
        draws[i] = distribution.draw(at: BoxFold.unfolded(points[i]))
      }
    }
    let left = try open()
    let known = archive.evaluated.union(points.map { space.point(unit: $0) })
    for (i, point) in zip(
      left, try space.draws(left.count, &random, except: known, context))
    {
      points[i] = space.unit(point)
      draws[i] = distribution.draw(at: BoxFold.unfolded(points[i]))
    }
  }

  private static let redraws = 20
  /// Points, the last ones, that draws are brought to the border from.
  private static let anchors = 200

  /// The distribution, begun where there is none: at the best point first, anywhere after a restart.
  private mutating func current(_ random: inout RandomStream, _ context: RunContext) throws
    -> CMAESDistribution
  {
    if let distribution { return distribution }
    let mean: [Double]
    if restarts > 0 {
      mean =
        space.requirement == nil
        ? (0..<space.dimension).map { _ in random.uniform() }
        : BoxFold.unfolded(space.unit(try space.draws(1, &random, context)[0]))
    } else if start.isEmpty {
      mean = [Double](repeating: 0.5, count: space.dimension)
    } else {
      guard let best = archive.ranking.first else { throw archive.nothingWorked }
      mean = BoxFold.unfolded(archive.points[best])
    }
    let begun = CMAESDistribution(
      mean: mean, sigma: settings.sigma, population: settings.population << min(restarts, 20),
      diagonal: settings.diagonal)
    distribution = begun
    return begun
  }

  /// Notes the trials; where they complete a generation the distribution learns from it.
  public mutating func tell(_ trials: [Trial], context: RunContext) throws {
    for trial in trials {
      let before = archive.count
      try archive.append([trial])
      guard case .vector(let point) = trial.candidate else { continue }
      let answer: Generation.Answer = archive.count > before ? .kept(before) : .failed
      _ = generation?.answer(point, answer)
    }
    try learnGeneration(context)
  }

  /// Points without repetition, where draws may be of one point: one evaluation answers for all.
  private func distinct(_ points: [[Double]]) -> [[Double]] {
    guard isRestricted else { return points }
    var seen: Set<[Double]> = []
    return points.filter { seen.insert($0).inserted }
  }

  /// Answers for open points that were evaluated before.
  private mutating func answerKnown() {
    for point in generation?.open ?? [] where archive.evaluated.contains(point) {
      let place = archive.points.firstIndex(of: space.unit(point))
      _ = generation?.answer(point, place.map { .kept($0) } ?? .failed)
    }
  }

  /// Learns from the generation, if it is complete.
  private mutating func learnGeneration(_ context: RunContext) throws {
    guard let generation, generation.isComplete, var distribution else { return }
    self.generation = nil
    let merits = self.merits(generation)
    let order = merits.indices.sorted { a, b in
      merits[a] != merits[b] ? merits[a] > merits[b] : a < b
    }
    // A generation without one success says nothing about where to go.
    guard merits[order[0]] != .failed else { return }
    do throws(Failure) {
      try distribution.update(ranked: order.map { generation.draws[$0] })
    } catch {
      restart(.condition, context)
      return
    }
    self.distribution = distribution
    if let reason = stops.check(order.map { merits[$0] }, distribution) {
      restart(reason, context)
    }
  }

  private func merits(_ generation: Generation) -> [Merit] {
    let scale = archive.constraintDeviations(Array(0..<archive.count))
    return generation.answers.map { answer in
      guard case .kept(let i)? = answer else { return .failed }
      return Merit(
        violation: archive.violation(i, scale: scale), objective: archive.objectives[i])
    }
  }

  private mutating func restart(_ reason: CMAESStops.Reason, _ context: RunContext) {
    lastStop = reason
    guard settings.restarts else { return }
    restarts += 1
    distribution = nil
    stops = CMAESStops(sigma: settings.sigma)
    context.report(
      .notice(
        "cmaes: a run ended (\(reason.rawValue)); the next has "
          + "\(settings.population << min(restarts, 20)) points a generation"))
  }
}
