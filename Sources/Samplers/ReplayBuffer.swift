import Core
import Engine
import Neural

/// End points a sampler has seen and their rewards, drawn from by rank.
public struct ReplayBuffer: Sendable {
  /// Points at most; the oldest make room. The published 600,000.
  public let capacity: Int
  /// Entries of a point.
  public let dimension: Int
  /// k of the weights 1 / (k n + rank) that points are drawn by; the published 0.01.
  public let rankShare: Double
  private var points: [Float] = []
  /// The rewards, in the order of their places.
  public private(set) var rewards: [Double] = []
  private var oldest = 0

  /// An empty buffer.
  public init(dimension: Int, capacity: Int = 600_000, rankShare: Double = 0.01) {
    precondition(dimension > 0 && capacity > 0 && rankShare > 0)
    self.rankShare = rankShare
    self.dimension = dimension
    self.capacity = capacity
  }

  /// Points held.
  public var count: Int { rewards.count }

  /// Adds points (N x D) with their rewards.
  public mutating func add(_ ends: Tensor<Float>, rewards new: [Double]) {
    precondition(ends.rows == new.count && ends.count == new.count * dimension)
    for (row, reward) in new.enumerated() {
      let entries = UnsafeBufferPointer(start: ends.pointer + row * dimension, count: dimension)
      if count < capacity {
        points.append(contentsOf: entries)
        rewards.append(reward)
      } else {
        points.replaceSubrange(oldest * dimension..<(oldest + 1) * dimension, with: entries)
        rewards[oldest] = reward
        oldest = (oldest + 1) % capacity
      }
    }
  }

  /// Forgets everything: what a new reward makes of old points is not known.
  public mutating func removeAll() {
    points.removeAll(keepingCapacity: true)
    rewards.removeAll(keepingCapacity: true)
    oldest = 0
  }

  /// All points, count x D, in the order of their places.
  public var allPoints: Tensor<Float> { Tensor([count, dimension], points) }

  /// Gives every point the reward that `reward` says it has now. Errors are those of `reward`.
  public mutating func rescore(_ reward: (Tensor<Float>) throws -> [Double]) throws {
    let new = try reward(allPoints)
    precondition(new.count == count, "\(new.count) rewards for \(count) points")
    rewards = new
  }

  /// `size` points drawn with replacement, each with weight 1 / (k n + rank), rank 0 the highest
  /// reward; equal rewards rank by age.
  public func draw(_ size: Int, using random: inout RandomStream) throws(Failure)
    -> (points: Tensor<Float>, rewards: [Double])
  {
    let order = (0..<count).sorted {
      rewards[$0] == rewards[$1] ? $0 < $1 : rewards[$0] > rewards[$1]
    }
    let weights = (0..<count).map { 1 / (rankShare * Double(count) + Double($0)) }
    let chosen = try WeightedDraws(weights).draw(size, using: &random).map { order[$0] }
    var drawn = Tensor<Float>(uninitialized: [size, dimension])
    let to = drawn.mutablePointer
    points.withUnsafeBufferPointer { from in
      for (row, index) in chosen.enumerated() {
        (to + row * dimension).update(
          from: from.baseAddress! + index * dimension, count: dimension)
      }
    }
    return (drawn, chosen.map { rewards[$0] })
  }
}
