import Core

/// What a candidate has to satisfy before it may be evaluated, worked out from the candidate alone
/// (parameter constraints, where those that an evaluation reveals are outcome constraints).
public struct Requirement: Sendable {
  /// What came of asking about one candidate.
  public struct Verdict: Sendable, Equatable {
    /// How far each entry is violated, at most 0 where it holds; nil where that could not be worked out.
    public var violations: [Double]?
    /// What does not hold, or why that could not be worked out; nil where all holds.
    public var reason: String?

    /// A verdict; one without a reason says that all holds.
    public init(violations: [Double]?, reason: String?) {
      self.violations = violations
      self.reason = reason
    }

    /// Whether the candidate may be evaluated.
    public var holds: Bool { reason == nil }
  }

  /// Asks about a candidate. May be called from several threads at once. Throws only `.cancelled`.
  public let verdict: @Sendable (Candidate) throws -> Verdict

  /// A requirement that is asked this way.
  public init(_ verdict: @escaping @Sendable (Candidate) throws -> Verdict) {
    self.verdict = verdict
  }

  /// Whether a candidate may be evaluated.
  public func holds(_ candidate: Candidate) throws -> Bool { try verdict(candidate).holds }

  /// Places of the candidates that may not be evaluated, each with the reason.
  public func violations(among candidates: [Candidate]) throws -> [(place: Int, reason: String)] {
    let reasons = try Parallel.map(candidates.count) { try verdict(candidates[$0]).reason }
    return reasons.enumerated().compactMap { place, reason in reason.map { (place, $0) } }
  }
}
