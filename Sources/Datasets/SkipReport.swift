/// What was left out while reading, and why.
public struct SkipReport: Sendable, Equatable {
  /// One entry that was left out.
  public struct Skip: Sendable, Equatable {
    /// The line on which the entry begins.
    public var line: Int
    /// Why, in the user's terms.
    public var reason: String
  }

  /// How many entries were left out.
  public private(set) var count = 0
  /// The first few of them.
  public private(set) var first: [Skip] = []
  /// How many reasons are kept.
  public static let kept = 5

  /// A report of nothing.
  public init() {}

  /// Counts one entry.
  public mutating func add(line: Int, reason: String) {
    count += 1
    if first.count < SkipReport.kept { first.append(Skip(line: line, reason: reason)) }
  }

  /// Counts entries whose reasons are not kept.
  mutating func add(furtherCount: Int) { count += furtherCount }

  /// "3 of 100 entries skipped; line 7: …; line 9: …", or nil if none was.
  public func summary(of total: Int) -> String? {
    guard count > 0 else { return nil }
    let reasons = first.map { "line \($0.line): \($0.reason)" }.joined(separator: "; ")
    let more = count > first.count ? "; …" : ""
    return "\(count) of \(total) entries skipped; \(reasons)\(more)"
  }
}
