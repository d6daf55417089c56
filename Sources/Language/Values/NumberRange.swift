/// An interval of numbers, `a...b` (both ends in) or `a..<b` (the upper end out).
///
/// Between whole numbers it can be looped over, counted and used as a slice; any range can be the
/// right side of `in` and the bounds of a space.
public struct NumberRange: Sendable, Equatable {
  /// Its first number.
  public var lower: Double
  /// Its last number, or the first one after it.
  public var upper: Double
  /// Whether `upper` belongs to the range.
  public var includesUpper: Bool

  /// A range; an `upper` below `lower` makes it empty.
  public init(_ lower: Double, _ upper: Double, includesUpper: Bool = true) {
    self.lower = lower
    self.upper = upper
    self.includesUpper = includesUpper
  }

  /// Whether `x` lies in the range.
  public func contains(_ x: Double) -> Bool {
    x >= lower && (includesUpper ? x <= upper : x < upper)
  }

  /// The whole numbers of the range, or nil unless both ends are whole numbers below 2^53.
  public var integers: Range<Int>? {
    guard lower == lower.rounded(), upper == upper.rounded(), abs(lower) < 0x1p53,
      abs(upper) < 0x1p53
    else { return nil }
    let end = Int(upper) + (includesUpper ? 1 : 0)
    return Int(lower)..<max(Int(lower), end)
  }

  /// As it is written, e.g. `0..<5`.
  public var text: String {
    NumberText.exact(lower) + (includesUpper ? "..." : "..<") + NumberText.exact(upper)
  }
}
