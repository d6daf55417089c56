/// The length of NF-BO's trust regions: one for all anchors, side 8 * length.
package struct TrustRegion: Sendable, Equatable {
  /// The authors' factor.
  package static let factor = 1.2
  /// TuRBO's constants (Eriksson et al. 2019): successes to double, smallest length before a restart.
  private static let successTolerance = 3
  private static let smallest = 0.0078125  // 0.5^7
  private static let largest = 4.0

  package let first: Double
  package private(set) var length: Double
  private var successes = 0
  private var failures = 0
  /// Restarts done by TuRBO's rule.
  package private(set) var restarts = 0

  package init(length: Double) {
    first = length
    self.length = length
  }

  /// The authors' rule: too few new candidates widen the region, many narrow it.
  package mutating func adapt(newShare: Double, low: Double, high: Double) {
    if newShare < low { length *= Self.factor }
    if newShare > high { length /= Self.factor }
    length = min(max(length, Self.smallest * first), Self.largest * first)
  }

  /// A wider region, when nothing new was found in it.
  package mutating func widen() { length = min(length * Self.factor, Self.largest * first) }

  /// TuRBO's rule; returns true at a restart.
  ///
  /// - Parameter failureTolerance: batches without success before the length is halved.
  package mutating func adapt(improved: Bool, failureTolerance: Int) -> Bool {
    if improved {
      successes += 1
      failures = 0
    } else {
      successes = 0
      failures += 1
    }
    if successes >= Self.successTolerance {
      length = min(2 * length, 2 * first)
      successes = 0
    } else if failures >= failureTolerance {
      length /= 2
      failures = 0
    }
    guard length < Self.smallest * first else { return false }
    length = first
    successes = 0
    failures = 0
    restarts += 1
    return true
  }
}
