import Core

/// The batches of one epoch: a function of the data's lengths and the epoch's random stream, so that
/// a resumed epoch goes on with the batches an uninterrupted one would have had.
struct EpochPlan: Sendable, Equatable {
  struct Batch: Sendable, Equatable {
    /// Places in `order`.
    var places: Range<Int>
    /// Positions up to the end of the longest sequence; nil where all T are computed throughout.
    var head: Int?
  }

  /// How many batches' sequences are sorted by length together: enough that a batch's lengths are
  /// nearly equal, few enough that batches stay random.
  static let bucketBatches = 64

  /// Indices of the sequences, in the order of the batches.
  private(set) var order: [Int]
  private(set) var batches: [Batch]

  /// Shuffled batches of `rows`.
  /// - Parameter buckets: batches of nearly equal lengths, mostly without their padding.
  init(
    _ sequences: TokenSequences, rows: [Int], batchSize: Int, buckets: Bool, context: RunContext
  ) {
    var shuffle = context.stream("shuffle")
    order = shuffle.permutation(rows.count).map { rows[$0] }
    let ranges = Parallel.ranges(rows.count, by: batchSize)
    let length = sequences.length
    guard buckets else {
      batches = ranges.map { Batch(places: $0, head: nil) }
      return
    }
    batches = []
    for pool in Parallel.ranges(rows.count, by: batchSize * Self.bucketBatches) {
      // Ties keep the shuffled order, so that the result does not hang on the way of sorting.
      let lengths = order[pool].map { sequences.realLength($0) }
      let sorted = pool.indices.map { $0 - pool.lowerBound }
        .sorted { (lengths[$0], $0) < (lengths[$1], $1) }.map { order[pool.lowerBound + $0] }
      order.replaceSubrange(pool, with: sorted)
    }
    let sorted = order
    let made = ranges.map { range in
      let longest = range.map { sequences.realLength(sorted[$0]) }.max() ?? length
      return Batch(places: range, head: min(length, max(2, longest)))
    }
    var mix = context.stream("buckets")
    batches = mix.permutation(made.count).map { made[$0] }
  }
}
