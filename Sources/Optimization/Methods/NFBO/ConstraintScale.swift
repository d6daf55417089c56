import Foundation

/// Constraint values in a scale in which they are learned and added up.
///
/// A value c becomes the bilog sgn(c) log(1 + |c| / u) with u the entry's typical size, so that the
/// boundary stays at 0, is seen most sharply, and the user's units do not matter. An indicator stays
/// 0 or 1. Source: Eriksson and Poloczek 2021 (SCBO), who take u = 1.
package struct ConstraintScale: Sendable, Equatable {
  /// Typical size of each entry: the median of the sizes above 0, or 1 where there are none.
  package let units: [Double]
  /// Which entries only say whether they hold.
  package let indicators: [Bool]

  /// Farther out than this many typical sizes, values count as equally far: one evaluation that is
  /// infinitely, or absurdly, violated must not hide the differences between all others.
  private static let farthest = 1e3
  /// What a violated indicator adds to a total: as much as a violation of typical size.
  private static let ofIndicator = Foundation.log(2.0)

  /// The scale of these rows of values.
  package init(_ rows: [[Double]], indicators: [Bool]) {
    self.indicators = indicators
    units = indicators.indices.map { k in
      let sizes = rows.map { abs($0[k]) }.filter { $0 > 0 && $0.isFinite }.sorted()
      return sizes.isEmpty ? 1 : sizes[sizes.count / 2]
    }
  }

  /// A value of one entry as it is learned.
  package func learned(_ value: Double, entry: Int) -> Double {
    if indicators[entry] { return value > 0 ? 1 : 0 }
    let size = min(abs(value) / units[entry], Self.farthest)
    return value < 0 ? -log1p(size) : log1p(size)
  }

  /// How far a row of values is violated in all; 0 where every constraint holds.
  package func total(_ row: [Double]) -> Double {
    row.indices.reduce(0) { sum, k in
      guard row[k] > 0 else { return sum }
      return sum + (indicators[k] ? Self.ofIndicator : learned(row[k], entry: k))
    }
  }
}
