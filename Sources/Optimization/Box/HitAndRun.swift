import Core

/// Points of a region inside a box that is known only by a yes or no.
///
/// Hit-and-run (Smith 1984): from a point of the region, a random direction, and a uniform point on
/// the chord through it. Where the chord leaves the region is not known, so the chord of the box is
/// taken and shrunk towards the point after every "no", as slice sampling does (Neal 2003); the
/// uniform distribution over the region stays the one that is drawn from.
public struct HitAndRun: Sendable {
  /// The box around the region.
  public let space: BoxSpace
  /// Moves before the first point.
  public var burnIn: Int
  /// Moves from one point to the next.
  public var thin: Int
  /// Questions of one move before it stays where it is.
  private static let patience = 200

  /// Draws of `thin` moves each, after `burnIn` moves.
  public init(space: BoxSpace, burnIn: Int, thin: Int) {
    self.space = space
    self.burnIn = burnIn
    self.thin = max(1, thin)
  }

  /// `count` points of the region, in the user's coordinates.
  /// - Parameters:
  ///   - start: a point of the region.
  ///   - isInside: answers whether a point belongs to the region.
  /// - Throws: `.badArgument` if `start` lies outside the box or the region; what `isInside` throws.
  public func points(
    _ count: Int, from start: [Double], random: inout RandomStream,
    isInside: ([Double]) throws -> Bool
  ) throws -> [[Double]] {
    guard space.contains(start) else {
      throw Failure(.badArgument, "the point to start from lies outside the box")
    }
    guard try isInside(start) else {
      throw Failure(
        .badArgument, "the point to start from is not feasible",
        advice: "give a feasible one as `from:`")
    }
    var place = space.unit(start)
    var found: [[Double]] = []
    for move in 0..<(burnIn + count * thin) {
      place = try step(place, &random, isInside)
      if move >= burnIn, (move - burnIn) % thin == thin - 1 {
        found.append(space.point(unit: place))
      }
    }
    return found
  }

  private func step(
    _ place: [Double], _ random: inout RandomStream, _ isInside: ([Double]) throws -> Bool
  ) throws -> [Double] {
    let direction = random.normals(place.count)
    var (low, high) = (-Double.infinity, Double.infinity)
    for (x, d) in zip(place, direction) where d != 0 {
      let (a, b) = ((0 - x) / d, (1 - x) / d)
      low = max(low, min(a, b))
      high = min(high, max(a, b))
    }
    guard low.isFinite, high.isFinite else { return place }
    (low, high) = (min(low, 0), max(high, 0))
    for _ in 0..<Self.patience {
      let t = random.uniform(low, high)
      let next = zip(place, direction).map { min(1, max(0, $0 + t * $1)) }
      if try isInside(space.point(unit: next)) { return next }
      if t < 0 { low = t } else { high = t }
    }
    return place
  }
}
