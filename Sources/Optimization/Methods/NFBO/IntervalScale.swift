import Foundation

/// What the surrogate's 90% intervals are stretched by, so that as many of its predictions come true
/// as they say.
///
/// Picks are where the surrogate hopes most, and so where it errs most: its own intervals are too
/// narrow there. The stretch is the quantile of past errors that would have held nine in ten of them,
/// as split conformal prediction takes it (Lei et al. 2018, section 2), over the last picks.
package struct IntervalScale: Sendable {
  /// Picks that are looked back at.
  static let window = 100
  /// With fewer the surrogate's own intervals stand.
  static let fewest = 20

  /// Distances of what was found from what was expected, in half widths of the surrogate's interval.
  private var errors: [Double] = []
  /// What the intervals that wait for their evaluations were stretched by.
  private var used = 1.0

  package init() {}

  /// What intervals are stretched by.
  package var factor: Double {
    let n = errors.count
    guard n >= Self.fewest else { return 1 }
    let rank = min(n, Int((0.9 * Double(n + 1)).rounded(.up)))
    return errors.sorted()[rank - 1]
  }

  /// Predictions with their intervals stretched, in the scale that the surrogate learns in.
  package mutating func stretched(_ predictions: [Prediction?], _ scale: GoalScale)
    -> [Prediction?]
  {
    used = factor
    return predictions.map { prediction in
      prediction.map {
        let (middle, half) = Self.interval($0, scale)
        return Prediction(
          mean: $0.mean,
          range: scale.goal(middle - used * half)...scale.goal(middle + used * half))
      }
    }
  }

  /// Takes in what became of a prediction that `stretched` gave.
  package mutating func learn(_ prediction: Prediction, found: Double, _ scale: GoalScale) {
    let (middle, half) = Self.interval(prediction, scale)
    guard half > 0, found.isFinite else { return }
    errors.append(abs(scale.learned(found) - middle) * used / half)
    errors.removeFirst(max(0, errors.count - Self.window))
  }

  private static func interval(_ prediction: Prediction, _ scale: GoalScale)
    -> (middle: Double, half: Double)
  {
    let (low, high) = (
      scale.learned(prediction.range.lowerBound), scale.learned(prediction.range.upperBound)
    )
    return ((low + high) / 2, (high - low) / 2)
  }
}
