#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Shares of tries among alternatives, moved towards those whose tries succeed.
///
/// Successes and tries are remembered with a decay, and no share falls below a quarter of an equal
/// one, so that an alternative can come back when the search has moved on.
package struct AdaptiveShares: Sendable {
  private var successes, tries: [Double]
  private let decay, power: Double

  /// - Parameter power: 0 keeps the shares equal.
  package init(_ alternatives: Int, decay: Double = 0.7, power: Double) {
    successes = .init(repeating: 0, count: alternatives)
    tries = .init(repeating: 0, count: alternatives)
    self.decay = decay
    self.power = power
  }

  /// What share of the next tries each alternative gets.
  package var shares: [Double] {
    let count = Double(tries.count)
    let raw = zip(successes, tries).map { s, t in
      pow((s + Self.prior * Self.strength) / (t + Self.strength), power)
    }
    let total = raw.reduce(0, +)
    return raw.map { 0.25 / count + 0.75 * $0 / total }
  }

  /// Takes in the tries of a round.
  package mutating func record(_ results: [(alternative: Int, succeeded: Bool)]) {
    for i in tries.indices {
      successes[i] *= decay
      tries[i] *= decay
    }
    for result in results {
      tries[result.alternative] += 1
      if result.succeeded { successes[result.alternative] += 1 }
    }
  }

  /// The share of a round's tries that counts as successful, and how many tries of that rate are
  /// assumed of an alternative beforehand.
  package static let prior = 0.25
  private static let strength = 5.0
}
