import Core
import Engine
import Surrogates

/// Distinct, new candidates of an iteration with what the surrogate says of each.
struct SequencePool: Sendable {
  private(set) var candidates: [CodedCandidate] = []
  /// What the surrogate sees of them.
  private(set) var points = SequencePoints(counts: [])
  /// What is learned of the goal and each constraint, by output and candidate.
  private(set) var means: [[Double]] = []
  private(set) var deviations: [[Double]] = []
  private var taken: Set<String>
  /// What is counted of those that were evaluated or are in the pool; nil where that may be alike.
  private var known: Set<[CountVector]>?

  /// A pool that never takes in what was evaluated before.
  /// - Parameter counts: by kind, of what was evaluated: nothing is taken in that the surrogate could
  ///   not tell from it; nil to let such candidates in.
  init(except seen: Set<String>, counts: [[CountVector]]?) {
    taken = seen
    known = counts.map { kinds in
      Set((kinds.first ?? []).indices.map { i in kinds.map { $0[i] } })
    }
  }

  var count: Int { candidates.count }

  /// Those of some decoded candidates that are valid and new, each once.
  mutating func new(_ decoded: [CodedCandidate?]) -> [CodedCandidate] {
    decoded.compactMap { $0 }.filter { taken.insert($0.text).inserted }
  }

  /// Which of some candidates the surrogate can tell from all before.
  mutating func distinct(_ counts: [[CountVector]]) -> [Int] {
    let rows = (counts.first ?? []).indices
    guard known != nil else { return Array(rows) }
    return rows.filter { i in known?.insert(counts.map { $0[i] }).inserted ?? true }
  }

  /// Adds candidates with what belongs to them.
  mutating func append(
    _ new: [CodedCandidate], _ more: SequencePoints, _ posteriors: [any Posterior],
    withNoise: Bool
  ) {
    candidates += new
    points.append(more)
    if means.isEmpty {
      means = [[Double]](repeating: [], count: posteriors.count)
      deviations = means
    }
    for (output, posterior) in posteriors.enumerated() {
      means[output] += posterior.mean.entries
      deviations[output] += posterior.variance(observationNoise: withNoise).entries.map {
        $0.squareRoot()
      }
    }
  }

  /// How good each candidate may be: the goal's upper bound where the constraints' lower bounds
  /// hold, below all of those where they do not, by how far.
  func merits(optimism: Double) -> [Double] {
    guard count > 0 else { return [] }
    let bounds = means.indices.map { output in
      let sign = output == 0 ? optimism : -optimism
      return Tensor(
        [1, count], (0..<count).map { means[output][$0] + sign * deviations[output][$0] })
    }
    return ConstrainedSamples(goal: bounds[0], constraints: Array(bounds.dropFirst())).merits
      .entries
  }

  /// The best by merit, ties in order of appearance.
  func best(_ wanted: Int, by merits: [Double]) -> [Int] {
    Array(merits.indices.sorted { (merits[$0], $1) > (merits[$1], $0) }.prefix(wanted))
  }

  /// The best by merit of which no two are nearer than `apart`; filled up by merit if there are too
  /// few.
  func best(_ wanted: Int, by merits: [Double], apart: Double) -> [Int] {
    let order = best(count, by: merits)
    guard apart > 0, let counts = points.counts.first else { return Array(order.prefix(wanted)) }
    var chosen: [Int] = []
    for index in order where chosen.count < wanted {
      if chosen.allSatisfy({ 1 - counts[$0].tanimoto(counts[index], empty: 1) >= apart }) {
        chosen.append(index)
      }
    }
    for index in order where chosen.count < wanted && !chosen.contains(index) {
      chosen.append(index)
    }
    return chosen
  }
}
