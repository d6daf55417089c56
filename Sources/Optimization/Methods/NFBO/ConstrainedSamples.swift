import Engine

/// Joint posterior samples of a goal and constraints as one number to compare candidates by.
///
/// In each sample, candidates whose constraints are all at most 0 compare by goal and stand above
/// the others, which compare by total violation: so a sample picks its best feasible candidate, or
/// the least violated where it calls none feasible. Source: Eriksson and Poloczek 2021 (SCBO).
package struct ConstrainedSamples: Sendable {
  /// S x Q, larger is better within a row.
  package let merits: Tensor<Double>
  /// Whether a sample calls a candidate feasible, row by row.
  package let isFeasible: [Bool]

  /// - Parameters:
  ///   - goal: S x Q, maximised.
  ///   - constraints: S x Q each, at most 0 where they hold, in units in which violations may be
  ///     added up: as `ConstraintScale` gives them, or a probit's latent function.
  package init(goal: Tensor<Double>, constraints: [Tensor<Double>]) {
    let (rows, columns) = (goal.rows, goal.columns)
    var result = goal
    var feasible = [Bool](repeating: true, count: goal.count)
    if !constraints.isEmpty {
      let merit = result.mutablePointer
      for s in 0..<rows {
        let range = s * columns..<(s + 1) * columns
        var floor = Double.infinity
        for i in range { floor = min(floor, merit[i]) }
        for i in range {
          var violation = 0.0
          for constraint in constraints { violation += max(0, constraint.pointer[i]) }
          guard violation > 0 else { continue }
          merit[i] = floor - violation
          feasible[i] = false
        }
      }
    }
    merits = result
    isFeasible = feasible
  }

  /// How many of these picks, made in turns as `ThompsonSampling.picks` does, the sample that made
  /// the pick calls feasible.
  package func feasibleCount(of picks: [Int]) -> Int {
    picks.enumerated().count { turn, candidate in
      isFeasible[(turn % merits.rows) * merits.columns + candidate]
    }
  }
}
