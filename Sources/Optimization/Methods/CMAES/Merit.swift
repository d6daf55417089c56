/// How good a point is among others: feasible ones by objective, then the others by violation.
package struct Merit: Comparable, Sendable {
  /// Total violation, in units of each constraint's spread; infinite where the evaluation failed.
  package var violation: Double
  /// Maximised.
  package var objective: Double

  package init(violation: Double, objective: Double) {
    self.violation = violation
    self.objective = objective
  }

  /// Of an evaluation that failed.
  package static let failed = Merit(violation: .infinity, objective: -.infinity)

  /// Less is worse.
  package static func < (a: Merit, b: Merit) -> Bool {
    if a.violation != b.violation { return a.violation > b.violation }
    return a.objective < b.objective
  }
}
