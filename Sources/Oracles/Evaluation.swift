import Core

/// What one evaluation of a candidate gave: maximised goal, constraints <= 0 feasible.
public struct Evaluation: Sendable, Equatable {
  /// One constraint entry.
  public struct Constraint: Sendable, Equatable {
    /// The constraint's name.
    public var name: String
    /// At most 0 where it holds; for an indicator 0 or 1.
    public var violation: Double
    /// Only whether it holds is revealed.
    public var isIndicator: Bool

    /// A constraint entry.
    public init(name: String, violation: Double, isIndicator: Bool) {
      self.name = name
      self.violation = violation
      self.isIndicator = isIndicator
    }
  }

  /// The goal, maximised inside; nil if the evaluation failed.
  public var objective: Double?
  /// Constraint entries in order; at most 0 where they hold.
  public var constraints: [Constraint]
  /// Names recorded with the trial, in order.
  public var recorded: [Record]
  /// Why the evaluation failed; nil if it did not.
  public var failure: String?

  /// A name and its value, recorded with a trial.
  public struct Record: Sendable, Equatable {
    /// The name as the body assigns it.
    public var name: String
    /// Its value.
    public var cell: Table.Cell

    /// A name with its value.
    public init(_ name: String, _ cell: Table.Cell) {
      self.name = name
      self.cell = cell
    }
  }

  /// An evaluation; an objective that is NaN or infinite becomes a failure.
  public init(
    objective: Double?, constraints: [Constraint] = [], recorded: [Record] = [],
    failure: String? = nil
  ) {
    // A zero without a sign: databases keep none, and an answer must not depend on where it comes from.
    self.objective = objective.map { $0 + 0 }
    self.constraints = constraints
    self.recorded = recorded
    self.failure = failure
    if let value = objective, !value.isFinite {
      self.objective = nil
      self.failure = failure ?? "the score is \(value)"
    }
    if let broken = constraints.first(where: { $0.violation.isNaN }) {
      self.objective = nil
      self.failure = failure ?? "the constraint `\(broken.name)` is NaN"
    }
    if self.objective == nil, self.failure == nil { self.failure = "there is no score" }
  }

  /// Whether the evaluation worked and every constraint holds.
  public var isFeasible: Bool {
    objective != nil && constraints.allSatisfy { $0.violation <= 0 }
  }

  /// Sum of the violations above 0.
  public var totalViolation: Double { constraints.reduce(0) { $0 + max(0, $1.violation) } }
}
