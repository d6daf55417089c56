/// Numbers as text.
public enum NumberText {
  /// The shortest text that reads back as the same number; whole numbers without a point.
  public static func exact(_ x: Double) -> String {
    if x == x.rounded(), abs(x) < 1e15 {
      return x == 0 && x.sign == .minus ? "-0" : String(Int(x))
    }
    if x.isNaN { return "nan" }
    if x.isInfinite { return x < 0 ? "-inf" : "inf" }
    return x.description
  }

  /// At most `digits` significant digits, without trailing zeros: what the prompt shows.
  public static func short(_ x: Double, digits: Int = 6) -> String {
    if !x.isFinite || (x == x.rounded() && abs(x) < 1e15) { return exact(x) }
    let size = abs(x)
    if size >= 1e-4, size < 1e15 {
      let exponent = Int(decimalExponent(size))
      return trimmed(fixed(x, decimals: max(0, min(17, digits - 1 - exponent))))
    }
    return scientific(x, digits: digits)
  }

  /// `x` with this many decimals, rounded half away from zero as printed decimals are.
  public static func fixed(_ x: Double, decimals: Int) -> String {
    if !x.isFinite { return exact(x) }
    return CFormat.fixed(x, decimals)
  }

  private static func scientific(_ x: Double, digits: Int) -> String {
    let text = CFormat.scientific(x, digits - 1)
    guard let e = text.firstIndex(of: "e") else { return text }
    let exponent = Int(text[text.index(after: e)...]) ?? 0
    return trimmed(String(text[..<e])) + "e\(exponent)"
  }

  private static func decimalExponent(_ size: Double) -> Double {
    let text = CFormat.scientific(size, 17)
    guard let e = text.firstIndex(of: "e") else { return 0 }
    return Double(text[text.index(after: e)...]) ?? 0
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var end = text.endIndex
    while text[text.index(before: end)] == "0" { end = text.index(before: end) }
    if text[text.index(before: end)] == "." { end = text.index(before: end) }
    return String(text[..<end])
  }
}

/// Durations as text.
enum DurationText {
  /// The units a duration is written in, in seconds, longest first.
  static let units: [(name: String, seconds: Double)] = [
    ("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1), ("ms", 1e-3),
  ]

  /// Seconds in the largest unit that gives a whole number, e.g. `90s`, `10min`, `2h`.
  static func text(_ seconds: Double) -> String {
    for (name, length) in units where name != "d" && seconds != 0 {
      let count = seconds / length
      if count == count.rounded(), abs(count) < 1e15 { return NumberText.exact(count) + name }
    }
    return NumberText.exact(seconds) + "s"
  }
}
