#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// lambda: what a violation of one standard deviation costs, in standard deviations of the objective.
///
/// The Lagrangian adds up violations, so that with many constraints, which are often violated
/// together, the objective counts for nothing beside them: unless a value is given, each of M > 2
/// constraints costs 10 sqrt(2 / M). (CiBO's authors choose 10 for two constraints, 5 for five and 3
/// for fifteen and for 68.)
package struct LagrangeMultiplier: Sendable {
  /// How lambda is found.
  package struct Rule: Sendable, Equatable {
    /// Its first value.
    package var start: Start
    /// Whether it goes on by the dual's ascent, within a factor of 10: up while most of a batch is infeasible, down
    /// while most is feasible.
    package var isDual: Bool

    /// A rule.
    package init(_ start: Start, isDual: Bool) {
      self.start = start
      self.isDual = isDual
    }
  }

  /// What lambda begins with.
  package enum Start: Sendable, Equatable {
    /// By the number of constraints.
    case byCount
    case given(Double)
  }

  private let rule: Rule
  private var raised = 1.0

  package init(_ rule: Rule) { self.rule = rule }

  /// lambda of now, for each of `count` constraints.
  package func value(constraints count: Int) -> Double {
    let first =
      switch rule.start {
      case .byCount: count > 2 ? Self.ofTwo * (2 / Double(count)).squareRoot() : Self.ofTwo
      case .given(let value): value
      }
    return first * raised
  }

  /// Takes in a batch.
  package mutating func learn(_ trials: [Trial]) {
    let worked = trials.filter { $0.iteration > 0 && $0.evaluation.objective != nil }
    guard rule.isDual, !worked.isEmpty else { return }
    let infeasible = Double(worked.count { !$0.evaluation.isFeasible }) / Double(worked.count)
    raised = min(10, max(0.1, raised * exp(0.5 * (infeasible - 0.5))))
  }

  /// What one or two constraints cost.
  package static let ofTwo = 10.0
}
