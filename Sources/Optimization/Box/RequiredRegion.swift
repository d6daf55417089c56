import Core
import Oracles

/// The part of a box where what a problem requires holds, known by asking about points, and a way into it.
struct RequiredRegion: Sendable {
  let space: BoxSpace
  /// Points of the region, in unit coordinates.
  private let anchors: [[Double]]
  /// Their mean, where that is of the region too: mostly well inside.
  private let middle: [Double]?

  /// Halvings of a segment: the border is met to a four-thousandth of it.
  private static let halvings = 12
  /// Anchors that are drawn where none is known.
  private static let drawn = 16

  /// - Parameter known: points that may be of the region, in unit coordinates.
  /// - Returns: nil where nothing is required.
  /// - Throws: `.badData` if no point of the box is found that satisfies what is required.
  init?(_ space: BoxSpace, known: some Collection<[Double]>, _ context: RunContext) throws {
    guard space.requirement != nil else { return nil }
    let known = Array(known)
    self.space = space
    let holds = try Parallel.map(known.count) { i in try space.allows(unit: known[i]) }
    let held = zip(known, holds).filter(\.1).map(\.0)
    // From one anchor alone all would be brought to nearly one place.
    var random = context.stream("anchors")
    let anchors =
      held.isEmpty ? try space.draws(Self.drawn, &random, context).map(space.unit) : held
    self.anchors = anchors
    let mean = (0..<space.dimension).map { k in
      anchors.reduce(0) { $0 + $1[k] } / Double(anchors.count)
    }
    middle = try space.allows(unit: mean) ? mean : nil
  }

  /// Whether a point, in unit coordinates, is of the region.
  func contains(_ unit: [Double]) throws -> Bool { try space.allows(unit: unit) }

  /// Points of the unit cube, each as it is where it is of the region, else one near to it at the border.
  func brought(_ points: [[Double]]) throws -> [[Double]] {
    try Parallel.map(points.count) { try brought(points[$0]) }
  }

  /// The same for one point: where the segment from the nearest anchor leaves the region, or that from the
  /// anchors' middle if it leaves nearer to the point. From the nearest alone, steps out of the region that
  /// start at its border would all end where they started.
  func brought(_ point: [Double]) throws -> [Double] {
    if try contains(point) { return point }
    let near = anchors.map { $0.squaredDistance(to: point) }
    let nearest = near.indices.min { near[$0] < near[$1] }.map { anchors[$0] }
    let ends = try [nearest, middle].compactMap { $0 }.map { try border(from: $0, to: point) }
    return ends.min { $0.squaredDistance(to: point) < $1.squaredDistance(to: point) } ?? point
  }

  /// The last point of the region on a segment that starts in it, to a share of its length.
  private func border(from anchor: [Double], to point: [Double]) throws -> [Double] {
    var (inside, outside, place) = (0.0, 1.0, anchor)
    for _ in 0..<Self.halvings {
      let share = (inside + outside) / 2
      let tried = zip(anchor, point).map { $0 + share * ($1 - $0) }
      if try contains(tried) {
        (inside, place) = (share, tried)
      } else {
        outside = share
      }
    }
    return place
  }
}

extension BoxSpace {
  /// Whether a point, in unit coordinates, may be evaluated.
  func allows(unit: [Double]) throws -> Bool {
    try requirement?.holds(.vector(point(unit: unit))) ?? true
  }

  /// Whether a point may be evaluated.
  func allows(_ point: [Double]) throws -> Bool {
    try requirement?.holds(.vector(point)) ?? true
  }
}
