import Core
import Engine

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Keeps a batch free of points that were evaluated before, and of points that are in it already.
///
/// Ascents that end in a corner of the box end in the same point, and an evaluation is too dear to
/// be paid for twice.
struct Novelty {
  let archive: BoxArchive
  let view: ScaledView
  /// Where the points may be; nil for the whole box.
  let region: RequiredRegion?
  /// The batch so far, in the user's coordinates.
  private(set) var points: [[Double]] = []
  /// How many of them `fill` drew.
  private(set) var filled = 0
  private var batch: Set<[Double]> = []
  /// What moves candidates to other levels and draws the last ones.
  private var random: RandomStream

  init(_ archive: BoxArchive, _ view: ScaledView, _ context: RunContext) throws {
    self.archive = archive
    self.view = view
    region = try RequiredRegion(archive.space, known: archive.points, context)
    random = context.stream("levels")
  }

  /// Takes a scaled row into the batch, unless its point is known or, brought to a border, all but known.
  mutating func admit(_ states: Tensor<Float>, _ row: Int) throws -> Bool {
    let unit = view.unit(states, row)
    let allowed = try region?.brought(unit) ?? unit
    if allowed != unit, isNearKnown(allowed) { return false }
    return admit(archive.space.point(unit: allowed))
  }

  /// Whether a point is so near to a known one that it tells nothing more.
  private func isNearKnown(_ unit: [Double]) -> Bool {
    archive.points.contains { $0.squaredDistance(to: unit) < Self.alike }
      || points.contains { archive.space.unit($0).squaredDistance(to: unit) < Self.alike }
  }

  /// The square of a ten thousandth of the box's side.
  static let alike = 1e-8

  /// Scaled rows, each where it may be evaluated. Steps that are short beside the distance of two levels would
  /// never leave a level, so half of the rows have a coordinate moved to another one.
  mutating func allowed(_ states: Tensor<Float>) throws -> Tensor<Float> {
    let space = archive.space
    guard region != nil || space.hasLevels else { return states }
    var units = (0..<states.rows).map { view.unit(states, $0) }
    let movable = space.levels.indices.filter { space.levels[$0] != nil }
    for row in units.indices where !movable.isEmpty && random.uniform() < 0.5 {
      let coordinate = movable[random.integer(below: movable.count)]
      guard let levels = space.levels[coordinate] else { continue }
      let level = levels[random.integer(below: levels.count)]
      units[row][coordinate] =
        (level - space.low[coordinate]) / (space.high[coordinate] - space.low[coordinate])
    }
    return view.scaled(try (region?.brought(units) ?? units).map(space.onLevels))
  }

  /// Brings the batch to `count` points by normal draws around good points, at the ascents' radii;
  /// fewer where even those are known.
  /// - Parameter draws: chooses rows of the buffer, as the ascents' starts are chosen.
  mutating func fill(
    _ count: Int, around draws: WeightedDraws, _ rule: ChainPlanner.Rule,
    using random: inout RandomStream, _ context: RunContext
  ) throws {
    var tries = Self.triesForEach * max(0, count - points.count)
    while points.count < count, tries > 0 {
      tries -= 1
      let radius = Float(rule.reach * exp(-rule.radii * random.uniform()))
      var state = view.points.rows([draws.draw(using: &random)])
      let noise = Tensor<Float>.normal(state.shape, using: &random)
      for k in view.spread.indices { state[0, k] += radius * view.spread[k] * noise[0, k] }
      if try admit(state, 0) { filled += 1 }
    }
    guard points.count < count, archive.space.hasLevels else { return }
    // All that is near is known: what is left of the levels lies elsewhere.
    let known = archive.evaluated.union(batch)
    for point in try archive.space.draws(
      count - points.count, &self.random, except: known, context)
    where admit(point) { filled += 1 }
  }

  /// A draw lands in a known corner with a chance of at most one half for each coordinate.
  private static let triesForEach = 50

  /// How many points were filled in, where that was needed.
  var measures: [IterationReport.Measure] { filled == 0 ? [] : [.init("filled", Double(filled))] }

  private mutating func admit(_ point: [Double]) -> Bool {
    guard !archive.evaluated.contains(point), batch.insert(point).inserted else { return false }
    points.append(point)
    return true
  }
}
