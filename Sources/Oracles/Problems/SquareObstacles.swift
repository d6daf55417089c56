/// Squares of one size on a map that is the unit square.
public struct SquareObstacles: Sendable {
  /// Their centres.
  public var centres: PlanarPath
  /// Their side.
  public var side: Double

  /// Squares of this side around centres.
  public init(centres: PlanarPath, side: Double) {
    self.centres = centres
    self.side = side
  }

  private func isCostly(_ x: Double, _ y: Double) -> Bool {
    // Lower borders belong to a square, upper ones do not.
    guard x >= 0, x < 1, y >= 0, y < 1 else { return true }
    let half = side / 2
    for i in centres.x.indices {
      let (dx, dy) = (x - centres.x[i], y - centres.y[i])
      if dx >= -half, dx < half, dy >= -half, dy < half { return true }
    }
    return false
  }

  /// The integral of the cost along a path, by the trapezoidal rule.
  /// - Parameters:
  ///   - inside: cost of a unit of length in a square or off the map, beside `outside`.
  ///   - outside: cost of a unit of length everywhere.
  public func cost(of path: PlanarPath, inside: Double, outside: Double) -> Double {
    let costs = path.x.indices.map { i in
      (isCostly(path.x[i], path.y[i]) ? inside : 0) + outside
    }
    var total = 0.0
    for i in path.x.indices.dropFirst() {
      let (dx, dy) = (path.x[i] - path.x[i - 1], path.y[i] - path.y[i - 1])
      total += (dx * dx + dy * dy).squareRoot() * (costs[i - 1] + costs[i]) / 2
    }
    return total
  }

  /// How deep a path enters each square: the largest distance from a sample inside to the border,
  /// else the negative distance from the centre to the nearest sample.
  public func depths(of path: PlanarPath) -> [Double] {
    let half = side / 2
    return centres.x.indices.map { i in
      var deepest = -1.0
      var nearest = Double.infinity
      for p in path.x.indices {
        let (dx, dy) = (abs(path.x[p] - centres.x[i]), abs(path.y[p] - centres.y[i]))
        nearest = min(nearest, dx * dx + dy * dy)
        if dx <= half, dy <= half { deepest = max(deepest, half - max(dx, dy)) }
      }
      return deepest >= 0 ? deepest : -nearest.squareRoot()
    }
  }
}
