/// A sparse vector of counts: which features something has, and how often.
public struct CountVector: Sendable, Hashable {
  /// Features, ascending.
  public let identifiers: [UInt64]
  /// How often each occurs, at least 1.
  public let counts: [UInt32]
  /// Sum of the counts.
  public let total: Int

  /// Features in ascending order, each once, and their counts.
  public init(sortedIdentifiers: [UInt64], counts: [UInt32]) {
    precondition(sortedIdentifiers.count == counts.count, "each feature has one count")
    identifiers = sortedIdentifiers
    self.counts = counts
    total = counts.reduce(0) { $0 + Int($1) }
  }

  /// Features in any order, counted.
  public init(counting features: some Sequence<UInt64>) {
    var identifiers: [UInt64] = []
    var counts: [UInt32] = []
    for feature in features.sorted() {
      if identifiers.last == feature {
        counts[counts.count - 1] += 1
      } else {
        identifiers.append(feature)
        counts.append(1)
      }
    }
    self.init(sortedIdentifiers: identifiers, counts: counts)
  }

  /// Min-max similarity: the sum over features of the smaller count, divided by that of the larger
  /// one.
  /// - Parameter empty: the similarity of two vectors without features.
  public func tanimoto(_ other: CountVector, empty: Double) -> Double {
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
    return union == 0 ? empty : Double(shared) / Double(union)
  }
}
