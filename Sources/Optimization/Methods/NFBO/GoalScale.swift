/// The goal as a process on sequences learns it: the standard normal quantile of each value's rank.
///
/// Scores are often products, most of them near 0 with a long tail; ranks tell the good ones apart
/// and the order, which is what counts, stays. Between known values the scale is linear; beyond them
/// it goes on with the slope of the whole.
package struct GoalScale: Sendable {
  /// Distinct known values in ascending order, and their quantiles.
  private let values: [Double]
  private let quantiles: [Double]

  package init(_ goals: [Double]) {
    let learned = SCBOTransforms.copula(goals)
    var (values, quantiles): ([Double], [Double]) = ([], [])
    for i in goals.indices.sorted(by: { (goals[$0], $0) < (goals[$1], $1) })
    where values.last != goals[i] {
      values.append(goals[i])
      quantiles.append(learned[i])
    }
    self.values = values
    self.quantiles = quantiles
  }

  /// The goal as it is learned.
  package func learned(_ goal: Double) -> Double { Self.interpolate(goal, values, quantiles) }

  /// The goal that a learned value stands for.
  package func goal(_ learned: Double) -> Double { Self.interpolate(learned, quantiles, values) }

  /// The piecewise linear map of ascending `from` to ascending `to`.
  private static func interpolate(_ x: Double, _ from: [Double], _ to: [Double]) -> Double {
    guard let first = from.first, let last = from.last, last > first else {
      return to.first.map { $0 + x - (from.first ?? 0) } ?? x
    }
    let slope = (to[to.count - 1] - to[0]) / (last - first)
    if x <= first { return to[0] + slope * (x - first) }
    if x >= last { return to[to.count - 1] + slope * (x - last) }
    var (low, high) = (0, from.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if from[middle] <= x { low = middle } else { high = middle }
    }
    let share = (x - from[low]) / (from[high] - from[low])
    return to[low] + share * (to[high] - to[low])
  }
}
