import Core

/// How data is dealt out to training steps, and a step's batch to shards.
public enum Batches {
  /// All of 0..<count in random order, in batches of `size`.
  /// - Parameters:
  ///   - dropsLast: leave out the last batch if it is not full (never if it is the only one).
  ///   - random: the epoch's stream.
  public static func shuffled(
    _ count: Int, size: Int, dropsLast: Bool = false, using random: inout RandomStream
  ) -> [[Int]] {
    let order = random.permutation(count)
    var ranges = Parallel.ranges(count, by: size)
    if dropsLast, ranges.count > 1, let last = ranges.last, last.count < size {
      ranges.removeLast()
    }
    return ranges.map { Array(order[$0]) }
  }

  /// A batch in at most `count` consecutive shards of nearly equal size, none of them empty.
  ///
  /// The number of shards belongs to the method, never to the machine: results depend on it in the
  /// last bits.
  public static func shards(_ batch: [Int], _ count: Int) -> [[Int]] {
    let pieces = min(max(1, count), batch.count)
    return (0..<pieces).map { piece in
      Array(batch[batch.count * piece / pieces..<batch.count * (piece + 1) / pieces])
    }
  }
}
