import Core

/// What was found out about a candidate outside, as far as it is known.
public struct Measurement: Sendable, Equatable {
  /// What was measured, by name.
  public var values: [String: Table.Cell]
  /// Why the rest cannot be measured (it could not be made, it fell apart); nil if it can.
  public var failure: String?

  /// What is known of a candidate.
  public init(values: [String: Table.Cell] = [:], failure: String? = nil) {
    self.values = values
    self.failure = failure
  }

  /// What is still to be measured; nothing where the candidate was given up.
  /// - Parameter names: all that has to be measured.
  func missing(_ names: [String]) -> [String] {
    failure == nil ? names.filter { values[$0] == nil } : []
  }

  /// Takes in what was told later. Where all is measured there is nothing to give up, so a failure is not
  /// taken in then: a table of trials has those of the problem's own body as well.
  /// - Parameters:
  ///   - names: all that has to be measured.
  ///   - correcting: whether what was told before gives way.
  ///   - isFixed: whether what was told before has been evaluated for good.
  /// - Returns: whether anything of it is new.
  /// - Throws: `.badArgument` where it contradicts what is known.
  mutating func merge(
    _ told: Measurement, of candidate: Candidate, names: [String], correcting: Bool,
    isFixed: Bool
  ) throws(Failure) -> Bool {
    let before = self
    if correcting { failure = nil }
    if correcting, told.values.isEmpty, let reason = told.failure {
      // What was measured is taken back.
      failure = reason
      return self != before
    }
    for (name, value) in told.values.sorted(by: { $0.key < $1.key }) {
      if !correcting, let known = values[name], known != value {
        throw contradiction(
          "`\(name)` of \(candidate.phrase) was \(known.phrase)", value.phrase, isFixed)
      }
      values[name] = value
    }
    if let known = failure {
      if values != before.values {
        throw contradiction(
          "\(candidate.phrase) had failed (\(known))", "there are measurements", isFixed)
      }
      if let reason = told.failure, reason != known {
        throw contradiction(
          "\(candidate.phrase) had failed (\(known))", "(\(reason))", isFixed)
      }
    } else if !missing(names).isEmpty {
      failure = told.failure
    }
    return self != before
  }

  private func contradiction(_ known: String, _ told: String, _ isFixed: Bool) -> Failure {
    Failure(
      .badArgument, "\(known) when it was told before, and now \(told)",
      advice: isFixed
        ? "only a study with a `store:` evaluates anew what it has learned from; or make a study that starts "
          + "from the corrected notebook, `initial: notebook`, and `tell` it that"
        : "`tell(study, results, correct: true)` lets it take their place")
  }
}

extension Table.Cell {
  /// The cell in a message.
  var phrase: String {
    switch self {
    case .number(let x): "\(x)"
    case .text(let text): text
    case .flag(let flag): "\(flag)"
    case .vector(let numbers): Self.text(numbers)
    }
  }
}
