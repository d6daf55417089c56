/// Draws indices by fixed weights, each in logarithmic time.
public struct CumulativeWeights: Sendable {
  private let sums: [Double]

  /// - Parameter weights: non-negative and finite, not all zero.
  public init(_ weights: [Double]) {
    var total = 0.0
    sums = weights.map { weight in
      total += weight
      return total
    }
    precondition(total > 0 && total.isFinite, "weights must have a positive, finite sum")
  }

  /// An index, with probability proportional to its weight.
  public func index(using random: inout RandomStream) -> Int {
    let target = random.uniform() * sums[sums.count - 1]
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > target { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
