import Oracles

/// How far inside a yes/no constraint the search keeps: the predicted chance of a violation from
/// which on a point counts as violating it, adapted to what the batches find.
///
/// The models' border is rough, and the best points crowd against it. Where fewer than nine in ten
/// of a batch obey the yes/no constraints the border moves inwards, past a predicted chance of 0 if
/// need be; where nearly all do, it moves back out.
package struct BorderCaution: Sendable {
  /// The chance that counts as a violation; below 0 deep inside.
  package private(set) var border = 0.25

  package init() {}

  /// Takes in a batch.
  package mutating func learn(_ trials: [Trial]) {
    let answered = trials.filter {
      $0.iteration > 0 && $0.evaluation.objective != nil
        && $0.evaluation.constraints.contains(where: \.isIndicator)
    }
    guard !answered.isEmpty else { return }
    let inside = answered.count { trial in
      trial.evaluation.constraints.allSatisfy { !$0.isIndicator || $0.violation <= 0 }
    }
    let share = Double(inside) / Double(answered.count)
    if share < 0.9 {
      border = max(-1, border - 0.25 * (0.95 - share))
    } else if share > 0.97 {
      border = min(0.25, border + 0.02)
    }
  }
}
