/// A sparse vector of counts: which features a molecule has, and how often.
public struct Fingerprint: Sendable, Equatable {
  /// Features, ascending.
  public let identifiers: [UInt64]
  /// How often each occurs, at least 1.
  public let counts: [UInt32]
  /// Sum of the counts.
  public let total: Int

  /// A fingerprint from features in ascending order and their counts.
  init(sortedIdentifiers: [UInt64], counts: [UInt32]) {
    identifiers = sortedIdentifiers
    self.counts = counts
    total = counts.reduce(0) { $0 + Int($1) }
  }

  /// A fingerprint that has each feature once.
  init(bits: Set<UInt64>) {
    self.init(
      sortedIdentifiers: bits.sorted(), counts: [UInt32](repeating: 1, count: bits.count))
  }

  /// Sum over features of the smaller count, divided by the sum of the larger one; 0 where both
  /// are empty.
  public func tanimoto(_ other: Fingerprint) -> Double {
    var (i, j, shared) = (0, 0, 0)
    while i < identifiers.count, j < other.identifiers.count {
      let (a, b) = (identifiers[i], other.identifiers[j])
      if a == b {
        shared += Int(min(counts[i], other.counts[j]))
        i += 1
        j += 1
      } else if a < b {
        i += 1
      } else {
        j += 1
      }
    }
    let union = total + other.total - shared
    return union == 0 ? 0 : Double(shared) / Double(union)
  }

  /// Counts added up in `size` bins, a feature in the bin of its identifier's remainder: a dense
  /// vector for models.
  public func folded(_ size: Int) -> [Double] {
    var bins = [Double](repeating: 0, count: size)
    for (id, count) in zip(identifiers, counts) { bins[Int(id % UInt64(size))] += Double(count) }
    return bins
  }
}
