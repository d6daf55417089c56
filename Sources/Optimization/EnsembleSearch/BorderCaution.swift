import Oracles

/// How carefully the search treats yes/no constraints, adapted to what the batches find.
///
/// The models' border is rough, and the best points crowd against it. Where fewer than 93 in a hundred
/// of a batch obey the yes/no constraints the border moves inwards, past a predicted chance of 0 if
/// need be, and ascents keep closer to the good points they start from: in many dimensions a border
/// is learned only from points near it. Where nearly all obey, both go back.
package struct BorderCaution: Sendable {
  /// The chance that counts as a violation; below 0 deep inside.
  package private(set) var border = 0.25
  /// What the ascents' radii are multiplied by, at most 1.
  package private(set) var reach = 1.0

  /// Whether an evaluation has failed: that it works is learned like a yes/no constraint.
  private var hasFailures = false

  package init() {}

  /// Takes in a batch.
  package mutating func learn(_ trials: [Trial]) {
    let batch = trials.filter { $0.iteration > 0 }
    hasFailures = hasFailures || batch.contains { $0.evaluation.objective == nil }
    let answered = batch.filter {
      hasFailures || $0.evaluation.constraints.contains(where: \.isIndicator)
    }
    guard !answered.isEmpty else { return }
    let inside = answered.count { trial in
      trial.evaluation.objective != nil
        && trial.evaluation.constraints.allSatisfy { !$0.isIndicator || $0.violation <= 0 }
    }
    let share = Double(inside) / Double(answered.count)
    if share < 0.93 {
      let lacking = Self.aim - share
      border = max(-1, border - 0.25 * lacking)
      let factor = hasFailures ? max(Self.leastFactor, 1 - lacking) : 1 - lacking
      reach = max(Self.leastReach, reach * factor)
    } else if share > Self.aim {
      border = min(0.25, border + 0.02)
      reach = min(1, reach * 1.1)
    }
  }

  /// Share of a batch that is to obey.
  private static let aim = 0.97
  /// What it does, for the options' help.
  static let rule =
    "keep further inside yes/no constraints, and ascents nearer to their starts, while fewer than 93 in "
    + "100 of a batch obey"
  private static let leastReach = 0.01
  /// Of evaluations that failed no objective is known, which draws on towards the border: one batch that failed whole
  /// is no reason to stand still for the next thirty.
  private static let leastFactor = 0.5
}
