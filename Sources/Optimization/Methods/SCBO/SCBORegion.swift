/// SCBO's trust region: its length, and what makes it grow, shrink and start again.
package struct SCBORegion: Sendable, Equatable {
  /// Lengths and patience.
  package struct Rule: Sendable, Equatable {
    package var first = 0.8
    package var smallest = 0.0078125
    package var largest = 1.6
    package var successes: Int
    package var failures: Int

    package init(successes: Int, failures: Int) {
      self.successes = successes
      self.failures = failures
    }
  }

  package let rule: Rule
  /// Side of the region before lengthscales stretch it, in units of the box.
  package private(set) var length: Double
  private var successes = 0
  private var failures = 0

  package init(_ rule: Rule) {
    self.rule = rule
    length = rule.first
  }

  /// Takes in whether a batch improved on the centre; true if the region is used up.
  package mutating func adapt(improved: Bool) -> Bool {
    successes = improved ? successes + 1 : 0
    failures = improved ? 0 : failures + 1
    if successes == rule.successes {
      length = min(2 * length, rule.largest)
      successes = 0
    } else if failures == rule.failures {
      length /= 2
      failures = 0
    }
    return length < rule.smallest
  }
}
