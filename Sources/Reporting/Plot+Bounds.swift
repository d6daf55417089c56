import Core
import Foundation

extension Plot.Series {
  /// The points the mark touches, those left out by a log scale or for not being finite included.
  public var points: (x: [Double], y: [Double]) {
    switch mark {
    case .line(let x, let y), .points(let x, let y), .steps(let x, let y): (x, y)
    case .band(let x, let low, let high): (x + x, low + high)
    case .bars(let edges, let heights): (edges, heights + [0])
    case .grid(let grid): (grid.x, grid.y)
    }
  }

  /// Why the mark cannot be drawn, or nil.
  var defect: String? {
    let label = name.map { " of \"\($0)\"" } ?? ""
    switch mark {
    case .line(let x, let y), .points(let x, let y), .steps(let x, let y):
      if x.count != y.count { return "\(x.count) x values\(label) but \(y.count) y values" }
    case .band(let x, let low, let high):
      if x.count != low.count || x.count != high.count {
        return "\(x.count) x values\(label) but \(low.count) lower and \(high.count) upper values"
      }
    case .bars(let edges, let heights):
      if edges.count != heights.count + 1 {
        return "\(heights.count) bars\(label) need \(heights.count + 1) edges, not \(edges.count)"
      }
    case .grid: break
    }
    return nil
  }
}

extension Plot {
  /// Whether a number can be shown on this axis.
  static func isShown(_ value: Double, _ axis: Axis) -> Bool {
    value.isFinite && (axis.scale == .linear || value > 0)
  }

  /// Checks what every renderer relies on.
  /// - Throws: `.badArgument` when lengths differ or a range is empty; `.badData` when there is
  ///   nothing to draw.
  public func validate() throws(Failure) {
    for axis in [x, y] {
      guard let range = axis.range else { continue }
      let bad =
        !range.lowerBound.isFinite || !range.upperBound.isFinite
        || range.lowerBound == range.upperBound
      if bad || (axis.scale == .log && range.lowerBound <= 0) {
        throw Failure(
          .badArgument, "the axis cannot run from \(range.lowerBound) to \(range.upperBound)",
          advice: axis.scale == .log ? "a log scale needs positive ends" : nil)
      }
    }
    for one in series {
      if let defect = one.defect { throw Failure(.badArgument, "the plot has \(defect)") }
      if case .grid(let grid) = one.mark { try grid.validate() }
    }
    let something = series.contains { one in
      if case .grid(let grid) = one.mark { return grid.colorRange != nil }
      let points = one.points
      return zip(points.x, points.y).contains {
        Plot.isShown($0, x) && (Plot.isShown($1, y) || one.isBars)
      }
    }
    if !something {
      let onlyLog = x.scale == .log || y.scale == .log
      throw Failure(
        .badData, "there is nothing to plot: no finite numbers",
        advice: onlyLog ? "a log scale shows positive numbers only" : nil)
    }
  }

  /// Smallest and largest of what is shown along x and y (the axis' own range if it has one).
  var bounds: (x: ClosedRange<Double>, y: ClosedRange<Double>) {
    func bound(_ values: [Double], _ axis: Axis) -> ClosedRange<Double> {
      if let range = axis.range { return range }
      let shown = values.filter { Plot.isShown($0, axis) }
      guard let low = shown.min(), let high = shown.max() else { return 1...2 }
      return low...high
    }
    let points = series.map(\.points)
    return (bound(points.flatMap(\.x), x), bound(points.flatMap(\.y), y))
  }

  /// Height of a picture of width 800: more where both axes have one scale, or names stand below them.
  var standardHeight: Int {
    let names = placedLegend == .below && hasNames ? 20 + 20 * legendRows : 0
    return 500 + (hasEqualUnits ? 100 : 0) + names
  }

  /// Rows of names below the axes, as many beside each other as have room.
  private var legendRows: Int {
    let names = series.compactMap(\.name)
    let widest = names.map(\.count).max() ?? 0
    let perRow = max(1, Self.widthInCharacters / (widest + 6))
    return max(1, (names.count + perRow - 1) / perRow)
  }

  /// Characters that a picture of standard width has room for beside its margins.
  private static let widthInCharacters = 100

  /// Where the legend is. By itself it takes a corner where nothing is drawn, if it is small enough for
  /// one, and else the room below the axes.
  var placedLegend: Legend {
    guard legend == .automatic else { return legend }
    let names = series.compactMap(\.name)
    let isSmall = names.count <= 8 && names.allSatisfy { $0.count <= 40 }
    let (corner, share) = emptiest
    return isSmall && share < 0.12 ? corner : .below
  }

  /// Index in the palette of each series: its own, or the next one.
  var colors: [Int] {
    var next = 0
    return series.map { one in
      let color = one.color ?? next
      next = max(next, color + 1)
      return color
    }
  }

  /// Whether the legend has something to say.
  var hasNames: Bool {
    series.contains { one in
      if case .grid(let grid) = one.mark, grid.mask?.cells.contains(true) == true { return true }
      return one.name != nil
    }
  }

  /// Whether a line is dashed, its colour being had by another one.
  var hasDashes: Bool {
    zip(series, colors).contains { !$0.isGrid && !Palette.dash($1).isEmpty }
  }

  /// The corner over which the fewest points are drawn.
  public var emptiestCorner: Legend { emptiest.corner }

  /// The emptiest corner, and what is drawn there: the share of the points of each series, summed.
  private var emptiest: (corner: Legend, share: Double) {
    let bounds = bounds
    func place(_ value: Double, _ range: ClosedRange<Double>, _ axis: Axis) -> Double {
      guard range.lowerBound < range.upperBound else { return 0.5 }
      if axis.scale == .log, range.lowerBound > 0 {
        return (log(value) - log(range.lowerBound))
          / (log(range.upperBound) - log(range.lowerBound))
      }
      return (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    }
    var counts: [(corner: Legend, share: Double)] = [
      (.topRight, 0), (.bottomRight, 0), (.topLeft, 0), (.bottomLeft, 0),
    ]
    for one in series {
      let points = one.points
      let weight = 1 / Double(max(1, points.x.count))
      for (px, py) in zip(points.x, points.y) where Plot.isShown(px, x) && Plot.isShown(py, y) {
        let right = place(px, bounds.x, x)
        let up = place(py, bounds.y, y)
        if right > 0.55, up > 0.65 { counts[0].share += weight }
        if right > 0.55, up < 0.35 { counts[1].share += weight }
        if right < 0.45, up > 0.65 { counts[2].share += weight }
        if right < 0.45, up < 0.35 { counts[3].share += weight }
      }
    }
    // The labels of rules stand at the top.
    for rule in rules {
      guard case .x(let at) = rule.position, rule.label != nil, Plot.isShown(at, x) else {
        continue
      }
      if place(at, bounds.x, x) > 0.35 { counts[0].share += 1 } else { counts[2].share += 1 }
    }
    let least = counts.map(\.share).min() ?? 0
    return counts.first { $0.share <= least } ?? (.topRight, 0)
  }
}

extension Plot.Series {
  /// Whether the mark is bars, whose feet are drawn also where a log scale has no place for them.
  var isBars: Bool {
    if case .bars = mark { return true }
    return false
  }
}
