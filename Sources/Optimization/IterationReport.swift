/// What one iteration did, as a row of a study's history.
public struct IterationReport: Sendable, Equatable {
  /// Counted from 0; the start set is iteration 0.
  public var iteration: Int
  /// Trials after the iteration, and those it added.
  public var evaluations: Int
  /// Trials the iteration added.
  public var added: Int
  /// Best feasible goal so far, maximised; nil while there is none.
  public var best: Double?
  /// Share of the iteration's trials that are feasible.
  public var feasibleShare: Double
  /// Trials of the iteration that failed.
  public var failed: Int
  /// What the method measured, in order (e.g. "new_share", "region_length", "surrogate_loss").
  public var measures: [Measure]
  /// Seconds by phase, in order; the last is "evaluate".
  public var seconds: [Measure]

  /// A row of a history.
  package init(
    iteration: Int, evaluations: Int, added: Int, best: Double?, feasibleShare: Double, failed: Int,
    measures: [Measure], seconds: [Measure]
  ) {
    self.iteration = iteration
    self.evaluations = evaluations
    self.added = added
    self.best = best
    self.feasibleShare = feasibleShare
    self.failed = failed
    self.measures = measures
    self.seconds = seconds
  }

  /// A named number.
  public struct Measure: Sendable, Equatable {
    /// What was measured.
    public var name: String
    /// The number.
    public var value: Double

    /// A named number.
    public init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }
}
