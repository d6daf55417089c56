/// Draws indices with replacement, each with probability proportional to its weight, in logarithmic
/// time.
public struct WeightedDraws: Sendable {
  private let cumulative: [Double]

  /// - Throws: `.badArgument` if a weight is negative or not finite, or all are zero.
  public init(_ weights: [Double]) throws(Failure) {
    var total = 0.0
    var sums: [Double] = []
    sums.reserveCapacity(weights.count)
    for weight in weights {
      guard weight >= 0, weight.isFinite else {
        throw Failure(.badArgument, "a sampling weight is \(weight)", advice: "weights are >= 0")
      }
      total += weight
      sums.append(total)
    }
    guard total > 0, total.isFinite else {
      throw Failure(
        .badArgument, "the sampling weights have no positive, finite sum",
        advice: "give at least one point a weight above zero")
    }
    cumulative = sums
  }

  /// One index.
  public func draw(using random: inout RandomStream) -> Int {
    let target = random.uniform() * cumulative[cumulative.count - 1]
    var (low, high) = (0, cumulative.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > target { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// `count` independent indices.
  public func draw(_ count: Int, using random: inout RandomStream) -> [Int] {
    (0..<count).map { _ in draw(using: &random) }
  }
}
