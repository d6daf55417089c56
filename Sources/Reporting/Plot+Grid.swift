import Core
import Foundation

extension Plot {
  /// Numbers over a rectangle, shown as coloured cells.
  public struct Grid: Sendable, Equatable {
    /// Cells in neutral grey beside the colour scale, whatever their values.
    public struct Mask: Sendable, Equatable {
      /// One for each value of the grid: whether the cell is covered.
      public var cells: [Bool]
      /// What the covered cells are, for the legend.
      public var name: String

      /// Covers some cells.
      public init(_ name: String, cells: [Bool]) {
        self.name = name
        self.cells = cells
      }
    }

    /// Cell centres along x, at least one.
    public var x: [Double]
    /// Cell centres along y, at least one.
    public var y: [Double]
    /// Row by row (the first row at `y[0]`): `values[row * x.count + column]`. NaN stays empty.
    public var values: [Double]
    /// What the numbers are; stands beside the colour scale.
    public var label: String
    /// Names of the columns and rows, written instead of `x` and `y`.
    public var columnNames: [String]?
    /// Names of the rows, from the first (lowest) one.
    public var rowNames: [String]?
    /// Whether equal steps of colour are equal differences or equal ratios.
    public var scale: Scale
    /// Cells in grey, nil for none.
    public var mask: Mask?

    /// A grid of `y.count` rows by `x.count` columns.
    /// - Throws: `.badArgument` when the number of values, of names or of the mask's cells is another.
    public init(
      x: [Double], y: [Double], values: [Double], label: String = "",
      columnNames: [String]? = nil, rowNames: [String]? = nil, scale: Scale = .linear,
      mask: Mask? = nil
    ) throws(Failure) {
      guard !x.isEmpty, !y.isEmpty, values.count == x.count * y.count else {
        throw Failure(
          .badArgument,
          "a heatmap of \(y.count) rows by \(x.count) columns has \(x.count * y.count) numbers, "
            + "not \(values.count)")
      }
      if let mask, mask.cells.count != values.count {
        throw Failure(
          .badArgument, "a mask over \(values.count) cells has \(mask.cells.count) entries")
      }
      for (names, count, what) in [(columnNames, x.count, "column"), (rowNames, y.count, "row")] {
        if let names, names.count != count {
          throw Failure(
            .badArgument, "the heatmap has \(count) \(what)s but \(names.count) \(what) names")
        }
      }
      self.x = x
      self.y = y
      self.values = values
      self.label = label
      self.columnNames = columnNames
      self.rowNames = rowNames
      self.scale = scale
      self.mask = mask
    }
  }
}

extension Plot.Grid {
  /// Whether the cell of this value is in grey.
  func isMasked(_ index: Int) -> Bool { mask?.cells[index] ?? false }

  /// Checks that a log scale has a place for every value.
  /// - Throws: `.badData` for a negative one.
  func validate() throws(Failure) {
    guard scale == .log else { return }
    let shown = values.indices.lazy.filter { values[$0].isFinite && !isMasked($0) }
    guard let least = shown.map({ values[$0] }).min(), least < 0 else { return }
    throw Failure(
      .badData, "a log scale of colours has no place for \(least)",
      advice: "show numbers of at least 0, or their distances from the least of them")
  }

  /// From the least to the greatest value with a colour; nil where there is none.
  ///
  /// On a log scale zeros, and what lies more than four powers of ten below the lowest twentieth of the
  /// cells, take the lowest colour: a minimum that happens to be hit by a cell, or the rounding of a
  /// difference, would else stretch the scale until the rest is of one colour.
  package var colorRange: ClosedRange<Double>? {
    let shown = values.indices.lazy.filter { values[$0].isFinite && !isMasked($0) }
      .map { values[$0] }
    guard scale == .log else {
      guard let low = shown.min(), let high = shown.max() else { return nil }
      return low...high
    }
    let positive = shown.filter { $0 > 0 }.sorted()
    guard let least = positive.first, let high = positive.last else { return nil }
    return max(least, 1e-4 * Plot.quantile(positive, 0.05))...high
  }

  /// Where a value stands between the ends of the colour range, from 0 to 1.
  func share(_ value: Double, of range: ClosedRange<Double>) -> Double {
    let (low, high) = (range.lowerBound, range.upperBound)
    guard low < high else { return 0.5 }
    let share =
      scale == .log
      ? (log(max(low, value)) - log(low)) / (log(high) - log(low)) : (value - low) / (high - low)
    return min(1, max(0, share))
  }

  /// Both ends of each cell along an axis, from the cells' centres.
  package static func edges(_ centres: [Double]) -> [(low: Double, high: Double)] {
    centres.indices.map { i in
      let before = i > 0 ? (centres[i] - centres[i - 1]) / 2 : nil
      let after = i + 1 < centres.count ? (centres[i + 1] - centres[i]) / 2 : nil
      return (
        centres[i] - (before ?? after ?? 0.5), centres[i] + (after ?? before ?? 0.5)
      )
    }
  }

  /// What all cells cover along an axis, those without a colour included.
  package static func extent(_ centres: [Double]) -> ClosedRange<Double> {
    let ends = edges(centres).flatMap { [$0.low, $0.high] }
    return (ends.min() ?? 0)...(ends.max() ?? 1)
  }

  /// Whether the centres along an axis rise in equal steps.
  static func isEven(_ centres: [Double]) -> Bool {
    guard let first = centres.first, let last = centres.last, centres.count > 1 else { return true }
    let step = (last - first) / Double(centres.count - 1)
    return step > 0
      && centres.indices.allSatisfy { abs(centres[$0] - first - step * Double($0)) < 1e-6 * step }
  }

  /// Places on a log colour scale that get a number: powers of ten, every so many that there is room;
  /// over less than two of them their doubles and fivefolds too, and over about half of one or less
  /// round numbers in equal steps.
  package static func logTics(_ range: ClosedRange<Double>) -> [Double] {
    let (low, high) = (log10(range.lowerBound), log10(range.upperBound))
    guard high - low > 0.6 else { return roundNumbers(range) }
    let powers = Int(low.rounded(.down))...Int(high.rounded(.up))
    let every = max(1, Int(((high - low) / 7).rounded(.up)))
    return powers.filter { $0.isMultiple(of: every) }
      .flatMap { power in (high - low < 2 ? [1, 2, 5] : [1]).map { $0 * pow(10, Double(power)) } }
      .filter { range.contains($0) }
  }

  /// Some five multiples of 1, 2 or 5 times a power of ten.
  private static func roundNumbers(_ range: ClosedRange<Double>) -> [Double] {
    let width = range.upperBound - range.lowerBound
    guard width > 0 else { return [range.lowerBound] }
    let power = pow(10, log10(width / 5).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { width / $0 <= 6 } ?? 10 * power
    let first = (range.lowerBound / step).rounded(.up)
    return stride(from: first, through: range.upperBound / step, by: 1).map { $0 * step }
  }
}
