import Foundation

/// Turns a raw property into a score, mostly between 0 and 1: the building blocks of the GuacaMol
/// goals (Brown et al., J. Chem. Inf. Model. 59, 2019, 1096).
public enum ScoreModifier: Sendable, Equatable {
  /// 1 at the mean, falling to both sides.
  case gaussian(mean: Double, deviation: Double)
  /// 1 up to the mean, falling above it: smaller is better.
  case minGaussian(mean: Double, deviation: Double)
  /// 1 from the mean on, falling below it: larger is better.
  case maxGaussian(mean: Double, deviation: Double)
  /// A straight line from `low` at `lower` to `high` at `upper`, constant outside.
  case clipped(upper: Double, lower: Double = 0, low: Double = 0, high: Double = 1)
  /// As `clipped`, along a logistic curve with the same slope in the middle.
  case smoothClipped(upper: Double, lower: Double = 0, low: Double = 0, high: Double = 1)
  /// Proportional up to the threshold, 1 from there on.
  case thresholded(Double)
  /// Proportional with this slope.
  case linear(Double)
  /// 1 - coefficient (target - x)^2.
  case squared(target: Double, coefficient: Double = 1)
  /// 1 - |target - x|.
  case absolute(target: Double)

  /// The score of a raw value.
  public func callAsFunction(_ x: Double) -> Double {
    switch self {
    case .gaussian(let mean, let deviation):
      return bell(x, mean, deviation)
    case .minGaussian(let mean, let deviation):
      return x <= mean ? 1 : bell(x, mean, deviation)
    case .maxGaussian(let mean, let deviation):
      return x >= mean ? 1 : bell(x, mean, deviation)
    case .clipped(let upper, let lower, let low, let high):
      let slope = (high - low) / (upper - lower)
      return Swift.min(
        Swift.max(high + slope * (x - upper), Swift.min(low, high)),
        Swift.max(low, high))
    case .smoothClipped(let upper, let lower, let low, let high):
      let steepness = 4 / (upper - lower)
      return low + (high - low) / (1 + exp(-steepness * (x - (upper + lower) / 2)))
    case .thresholded(let threshold):
      return Swift.min(x, threshold) / threshold
    case .linear(let slope):
      return slope * x
    case .squared(let target, let coefficient):
      return 1 - coefficient * (target - x) * (target - x)
    case .absolute(let target):
      return 1 - abs(target - x)
    }
  }

  private func bell(_ x: Double, _ mean: Double, _ deviation: Double) -> Double {
    exp(-0.5 * ((x - mean) / deviation) * ((x - mean) / deviation))
  }
}

/// Ways to make one score of several.
public enum ScoreMean {
  /// The n-th root of the product; 0 if any score is 0 or less, NaN without scores.
  public static func geometric(_ scores: [Double]) -> Double {
    if scores.isEmpty { return .nan }
    if scores.contains(where: { $0 <= 0 }) { return 0 }
    return pow(scores.reduce(1, *), 1 / Double(scores.count))
  }

  /// The plain mean; NaN without scores.
  public static func arithmetic(_ scores: [Double]) -> Double {
    scores.isEmpty ? .nan : scores.reduce(0, +) / Double(scores.count)
  }
}
