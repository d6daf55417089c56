import Core
import Oracles
import Samplers

/// A box of real coordinates: where CiBO and its rivals search.
///
/// Methods work in its unit cube; oracles see the user's coordinates.
public struct BoxSpace: Sendable {
  /// Lower bounds.
  public let low: [Double]
  /// Upper bounds.
  public let high: [Double]
  /// The only values of each coordinate that are evaluated, ascending; nil for one that takes any.
  public private(set) var levels: [[Double]?]
  /// What the user calls each coordinate; nil where they have no names.
  public private(set) var names: [String]?
  /// What a point has to satisfy before it may be evaluated; nil where every point may.
  public private(set) var requirement: Requirement?

  /// A box between two corners.
  /// - Throws: `.badArgument` for no coordinate, corners of different length, or a bound that is not
  ///   finite or not below its upper one.
  public init(low: [Double], high: [Double]) throws(Failure) {
    guard !low.isEmpty else {
      throw Failure(.badArgument, "a box needs at least one coordinate")
    }
    guard low.count == high.count else {
      throw Failure(
        .badArgument,
        "the box has \(low.count) lower and \(high.count) upper bounds",
        advice: "give as many of each, or one number and `dim:`")
    }
    for i in low.indices {
      guard low[i].isFinite, high[i].isFinite, (high[i] - low[i]).isFinite else {
        throw Failure(
          .badArgument, "the bounds of coordinate \(i) are \(low[i]) and \(high[i])",
          advice: "a search needs finite bounds")
      }
      guard low[i] < high[i] else {
        throw Failure(
          .badArgument,
          low[i] == high[i]
            ? "coordinate \(i) has both bounds at \(low[i]), so there is nothing to search"
            : "coordinate \(i) has its bounds reversed: \(low[i]) is above \(high[i])",
          advice: low[i] == high[i]
            ? "leave it out of the box and write it as a constant in the problem's body"
            : "write the lower bound first")
      }
    }
    self.low = low
    self.high = high
    levels = [[Double]?](repeating: nil, count: low.count)
  }

  /// The same box, of which some coordinates are only evaluated at levels.
  /// - Parameters:
  ///   - levels: of each coordinate, ascending, from its lower to its upper bound; nil for any value.
  ///   - names: what messages call each coordinate.
  public func keeping(to levels: [[Double]?], names: [String]? = nil) -> BoxSpace {
    precondition(
      levels.count == dimension
        && zip(levels, zip(low, high)).allSatisfy { levels, bounds in
          levels.map { $0.first == bounds.0 && $0.last == bounds.1 } ?? true
        }, "levels reach from bound to bound")
    var space = self
    space.levels = levels
    space.names = names
    return space
  }

  /// Whether any coordinate has levels, so that different points of the unit cube may be one.
  public var hasLevels: Bool { levels.contains { $0 != nil } }

  /// The same box, of which only points that satisfy this are evaluated.
  public func requiring(_ requirement: Requirement?) -> BoxSpace {
    var space = self
    space.requirement = requirement
    return space
  }

  /// Number of coordinates.
  public var dimension: Int { low.count }

  /// A point of the unit cube in the user's coordinates, exactly within the bounds and on the nearest levels.
  public func point(unit: [Double]) -> [Double] {
    unit.indices.map { i in
      // A face is met exactly, which low + (high - low) need not be.
      let x =
        unit[i] >= 1 ? high[i] : min(high[i], max(low[i], low[i] + (high[i] - low[i]) * unit[i]))
      return levels[i].map { Self.nearest(x, of: $0) } ?? x
    }
  }

  /// A point for one of the unit cube, of which each level of a coordinate has an equal share: what covers the
  /// cube evenly then covers the levels evenly, however they are spaced.
  func point(spread unit: [Double]) -> [Double] {
    let point = point(unit: unit)
    return point.indices.map { i in
      guard let levels = levels[i] else { return point[i] }
      return levels[min(levels.count - 1, max(0, Int(unit[i] * Double(levels.count))))]
    }
  }

  /// Whether two values of a coordinate are the same level.
  public func isSameLevel(_ a: Double, _ b: Double, of coordinate: Int) -> Bool {
    guard let levels = levels[coordinate] else { return true }
    return Self.nearest(a, of: levels) == Self.nearest(b, of: levels)
  }

  /// The first coordinate of a point that is at none of its levels; nil where all are.
  public func coordinateOffLevels(_ point: [Double]) -> Int? {
    levels.indices.first { i in
      levels[i].map { levels in
        !levels.contains { abs($0 - point[i]) <= 1e-9 * (high[i] - low[i]) }
      } ?? false
    }
  }

  /// A point of the unit cube where it is evaluated: coordinates with levels on the nearest of these.
  public func onLevels(_ unit: [Double]) -> [Double] {
    guard hasLevels else { return unit }
    let point = point(unit: unit)
    return unit.indices.map { i in
      levels[i] == nil ? unit[i] : (point[i] - low[i]) / (high[i] - low[i])
    }
  }

  /// The nearest of ascending levels; of two at the same distance the lower.
  private static func nearest(_ x: Double, of levels: [Double]) -> Double {
    var (low, high) = (0, levels.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if levels[middle] <= x { low = middle } else { high = middle }
    }
    return x - levels[low] <= levels[high] - x ? levels[low] : levels[high]
  }

  /// A point of the user's coordinates in the unit cube; what lies outside the box stays outside.
  public func unit(_ point: [Double]) -> [Double] {
    point.indices.map { i in (point[i] - low[i]) / (high[i] - low[i]) }
  }

  /// Whether a point lies in the box, its faces included.
  public func contains(_ point: [Double]) -> Bool {
    point.count == dimension && zip(point, zip(low, high)).allSatisfy { $0 >= $1.0 && $0 <= $1.1 }
  }

  /// Points `range` of a scrambled Sobol sequence in the user's coordinates.
  public func sobolPoints(_ range: Range<Int>, scrambledBy random: RandomStream) throws(Failure)
    -> [[Double]]
  {
    let sequence = try SobolSequence(dimensions: dimension, scrambledBy: random)
    let flat = try sequence.points(range)
    return (0..<range.count).map { row in
      point(spread: flat[(row * dimension)..<((row + 1) * dimension)].map(Double.init))
    }
  }

  /// Checks that a point of as many coordinates lies in the box.
  /// - Parameters:
  ///   - name: what the message calls it.
  ///   - slack: how far it may lie outside, as a share of each side.
  /// - Throws: `.badArgument` that tells the first coordinate outside.
  public func check(_ point: [Double], named name: String, slack: Double = 0) throws(Failure) {
    for (c, x) in point.enumerated() {
      let reach = slack * (high[c] - low[c])
      guard x >= low[c] - reach, x <= high[c] + reach else {
        throw Failure(
          .badArgument,
          "\(name) lies outside the box: \(names.map { "`\($0[c])`" } ?? "coordinate \(c)") is \(x)",
          advice: "its bounds are \(low[c]) and \(high[c])")
      }
    }
  }
}

extension BoxSpace: Equatable {
  /// Whether two boxes have the same bounds and levels.
  public static func == (a: BoxSpace, b: BoxSpace) -> Bool {
    a.low == b.low && a.high == b.high && a.levels == b.levels
  }
}

extension [Double] {
  /// Squared Euclidean distance between two points of as many coordinates.
  func squaredDistance(to other: [Double]) -> Double {
    zip(self, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}
