import Core

/// What was found out about a candidate outside, as far as it is known.
public struct Measurement: Sendable, Equatable {
  /// What was measured, by name.
  public var values: [String: Table.Cell]
  /// Why the candidate cannot be measured (it could not be made, it fell apart); nil if it can.
  public var failure: String?

  /// What is known of a candidate.
  public init(values: [String: Table.Cell] = [:], failure: String? = nil) {
    self.values = values
    self.failure = failure
  }

  /// Whether a candidate can be evaluated, or given up, by what is known.
  /// - Parameter names: all that has to be measured.
  func missing(_ names: [String]) -> [String] {
    failure == nil ? names.filter { values[$0] == nil } : []
  }

  /// Takes in what was told later.
  /// - Parameter names: all that has to be measured.
  /// - Returns: whether anything of it is new.
  /// - Throws: `.badArgument` where it contradicts what is known.
  mutating func merge(
    _ told: Measurement, of candidate: Candidate, names: [String]
  ) throws(Failure) -> Bool {
    let before = self
    for (name, value) in told.values.sorted(by: { $0.key < $1.key }) {
      if let known = values[name], known != value {
        throw contradiction("`\(name)` of \(candidate.phrase) was \(known.phrase)", value.phrase)
      }
      values[name] = value
    }
    failure = failure ?? told.failure
    guard self != before else {
      if let known = failure, let reason = told.failure, reason != known {
        throw contradiction("\(candidate.phrase) had failed (\(known))", "(\(reason))")
      }
      return false
    }
    if let reason = before.failure {
      throw contradiction("\(candidate.phrase) had failed (\(reason))", "there are measurements")
    }
    if let reason = told.failure, before != Measurement(), before.missing(names).isEmpty {
      throw contradiction("\(candidate.phrase) was measured", "it failed (\(reason))")
    }
    return true
  }

  private func contradiction(_ known: String, _ told: String) -> Failure {
    Failure(
      .badArgument, "\(known) when it was told before, and now \(told)",
      advice:
        "a study keeps what it was told: to correct it, make the study again and tell it all that "
        + "is right, with another file if it has a store")
  }
}

extension Table.Cell {
  /// The cell in a message.
  fileprivate var phrase: String {
    switch self {
    case .number(let x): "\(x)"
    case .text(let text): text
    case .flag(let flag): "\(flag)"
    }
  }
}
