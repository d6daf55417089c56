/// What one evaluation of a problem gave.
public struct ProblemRecord: Sendable {
  /// One constraint of a candidate; a vector comparison or a two-sided range gives several.
  public struct Constraint: Sendable {
    /// The subject's name; entries of a subject with several are numbered, `weight[0]`, and the ends of a
    /// range told apart, `weight_low`, `weight_high`.
    public var name: String
    /// Under which name the value is shown: the same, but one for both ends of a range.
    public var label: String
    /// What is revealed about it.
    public var kind: ProblemValue.Subject.Kind
    /// How far it is violated: at most 0 where it holds. For an indicator 0 or 1.
    public var violation: Double
    /// The left side as the user wrote it; nil for an indicator.
    public var value: Double?
  }

  /// The goal, maximised; nil for a failed evaluation.
  public var objective: Double?
  /// The goal as the user wrote it, `minimize` undone; nil for a failed evaluation.
  public var goal: Double?
  /// All constraint entries in order; empty for a failed evaluation.
  public var constraints: [Constraint] = []
  /// Every name assigned in the body with its value, up to the point of failure.
  public var recorded = Record()
  /// Why the evaluation failed, in a sentence; nil when it did not.
  public var failure: String?
  /// The failure with its place and trace; nil when the evaluation did not fail.
  public var diagnostic: Diagnostic?

  /// Whether the evaluation worked and no constraint is violated.
  public var isFeasible: Bool {
    failure == nil && constraints.allSatisfy { $0.violation <= 0 }
  }
}
