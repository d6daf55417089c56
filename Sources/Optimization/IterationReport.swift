/// What one iteration did, as a row of a study's history.
public struct IterationReport: Sendable, Equatable {
  public var iteration: Int
  /// Trials after the iteration, and those it added.
  public var evaluations: Int
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

  /// A named number.
  public struct Measure: Sendable, Equatable {
    public var name: String
    public var value: Double

    public init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }
}
