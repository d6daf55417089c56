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

  init(_ archive: BoxArchive, _ view: ScaledView, _ context: RunContext) throws {
    self.archive = archive
    self.view = view
    region = try RequiredRegion(archive.space, known: archive.points, context)
  }

  /// Takes a scaled row into the batch, unless its point is known.
  mutating func admit(_ states: Tensor<Float>, _ row: Int) throws -> Bool {
    let unit = view.unit(states, row)
    return admit(archive.space.point(unit: try region?.brought(unit) ?? unit))
  }

  /// Scaled rows, each where it may be evaluated.
  func allowed(_ states: Tensor<Float>) throws -> Tensor<Float> {
    guard region != nil || archive.space.hasLevels else { return states }
    let units = (0..<states.rows).map { view.unit(states, $0) }
    return view.scaled(try (region?.brought(units) ?? units).map(archive.space.onLevels))
  }

  /// Brings the batch to `count` points by normal draws around good points, at the ascents' radii;
  /// fewer where even those are known.
  /// - Parameter draws: chooses rows of the buffer, as the ascents' starts are chosen.
  mutating func fill(
    _ count: Int, around draws: WeightedDraws, _ rule: ChainPlanner.Rule,
    using random: inout RandomStream
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
