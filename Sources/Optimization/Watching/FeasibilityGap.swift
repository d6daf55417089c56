import Foundation
import Oracles

/// How far a study without a feasible point is from one.
public struct FeasibilityGap: Sendable, Equatable {
  /// The trial that violates least in all, each constraint in units of its spread.
  public var trial: Int
  /// Its violations above 0, largest first.
  public var violations: [Violation]
  /// The constraint that fewest trials satisfy, and their share.
  public var rarest: Violation
  /// Trials that gave a result.
  public var evaluations: Int

  /// A constraint with a number.
  public struct Violation: Sendable, Equatable {
    /// The constraint's name.
    public var name: String
    /// How far it is violated, or the share of trials that satisfy it.
    public var amount: Double
  }

  /// The gap of these trials; nil if one of them is feasible, or none gave a result.
  public init?(_ trials: [Trial]) {
    let worked = trials.filter { $0.evaluation.objective != nil }
    if worked.contains(where: \.evaluation.isFeasible) { return nil }
    let scale = ViolationScale(worked)
    guard
      let nearest = worked.min(by: {
        (scale.total($0.evaluation), $0.index) < (scale.total($1.evaluation), $1.index)
      })
    else { return nil }
    trial = nearest.index
    evaluations = worked.count
    violations = nearest.evaluation.constraints.filter { $0.violation > 0 }
      .map { Violation(name: $0.name, amount: $0.violation) }
      .sorted { $0.amount > $1.amount }
    var order: [String] = []
    var satisfied: [String: Int] = [:]
    for trial in worked {
      for entry in trial.evaluation.constraints {
        if satisfied[entry.name] == nil { order.append(entry.name) }
        satisfied[entry.name, default: 0] += entry.violation <= 0 ? 1 : 0
      }
    }
    guard let name = order.min(by: { (satisfied[$0] ?? 0) < (satisfied[$1] ?? 0) }) else {
      return nil
    }
    rarest = Violation(name: name, amount: Double(satisfied[name] ?? 0) / Double(worked.count))
  }

  /// The gap in words: the nearest trial, what it violates, and the constraint that binds.
  public var phrase: String {
    let named = violations.prefix(3).map { "`\($0.name)` by \(Self.short($0.amount))" }
    let more = violations.count > 3 ? " and \(violations.count - 3) more" : ""
    let share = Self.short(100 * rarest.amount)
    return "trial \(trial) comes nearest, violating \(named.joined(separator: ", "))\(more); "
      + "`\(rarest.name)` binds most: it holds in \(share)% of \(evaluations) evaluations"
  }

  private static func short(_ x: Double) -> String { String(format: "%.3g", x) }
}
