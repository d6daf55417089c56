import Foundation

/// How a column of numbers is written: the fewest digits that tell its values apart at a glance.
public struct NumberText: Sendable, Equatable {
  /// The notation all numbers of the column share, so that they align at the point.
  public enum Notation: Sendable, Equatable {
    /// This many digits after the point.
    case fixed(Int)
    /// This many digits after the point, then an exponent.
    case scientific(Int)
  }

  /// A number on its own in at most four significant digits: in messages, and among several of a cell.
  public static func short(_ x: Double) -> String {
    if x == x.rounded(), abs(x) < 1e6 { return "\(Int(x))" }
    return String(format: "%.4g", x)
  }

  /// The column's notation.
  public let notation: Notation

  /// A notation that suits all of `values` and shows at least `significant` digits of the largest.
  ///
  /// Whole numbers stay whole. Numbers whose sizes differ by more than eight powers of ten, or that
  /// are all tiny or huge, are written with exponents.
  public init(fitting values: some Sequence<Double>, significant: Int = 4) {
    let sizes = values.lazy.filter { $0.isFinite && $0 != 0 }.map(abs)
    guard let largest = sizes.max(), let smallest = sizes.min() else {
      notation = .fixed(0)
      return
    }
    let whole = values.allSatisfy { !$0.isFinite || $0 == $0.rounded() }
    if whole, largest < 1e15 {
      notation = .fixed(0)
      return
    }
    let high = Int(log10(largest).rounded(.down))
    let low = Int(log10(smallest).rounded(.down))
    if largest >= 1e9 || largest < 1e-4 || high - low > 8 {
      notation = .scientific(max(1, significant - 1))
      return
    }
    // The largest sets the digits; much smaller values get up to three more.
    let wanted = max(significant - 1 - high, min(significant - 2 - low, significant + 2 - high))
    var digits = max(0, min(wanted, 12))
    while digits > 0, values.allSatisfy({ !$0.isFinite || NumberText.isExact($0, digits - 1) }) {
      digits -= 1
    }
    notation = .fixed(digits)
  }

  /// `value` in this notation; a missing number (NaN) is a dash.
  public func callAsFunction(_ value: Double) -> String {
    if value.isNaN { return "–" }
    if value.isInfinite { return value < 0 ? "-∞" : "∞" }
    switch notation {
    case .fixed(let digits):
      let text = String(format: "%.\(digits)f", value)
      return text.hasPrefix("-") && !text.contains { ("1"..."9").contains($0) }
        ? String(text.dropFirst()) : text
    case .scientific(let digits): return String(format: "%.\(digits)e", value)
    }
  }

  /// Whether `value` loses nothing worth showing when written with this many digits.
  private static func isExact(_ value: Double, _ digits: Int) -> Bool {
    let scaled = value * pow(10, Double(digits))
    return abs(scaled - scaled.rounded()) < 1e-9 * max(1, abs(scaled))
  }
}
