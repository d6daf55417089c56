/// A sparse vector of counts: which features a sequence has, and how often.
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
  public init(counting features: [UInt64]) {
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

  /// The runs of 1 to `longest` tokens that occur in a sequence, its two ends counted as tokens, so
  /// that what a sequence begins and ends with is seen.
  ///
  /// A run is known by a hash of 64 bits (FNV-1a over token numbers, then mixed).
  public init(ngramsOf tokens: some Collection<Int32>, upTo longest: Int) {
    let framed = [Self.end] + tokens.map { UInt64(bitPattern: Int64($0)) } + [Self.end]
    var features: [UInt64] = []
    features.reserveCapacity(framed.count * longest)
    for first in framed.indices {
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for (length, token) in framed[first...].prefix(longest).enumerated() {
        hash = (hash ^ (token &+ 1)) &* 0x0000_0100_0000_01B3
        hash ^= hash >> 29
        // An end alone says nothing.
        if length == 0, token == Self.end { continue }
        features.append(hash)
      }
    }
    self.init(counting: features)
  }

  private static let end = UInt64.max - 1

  /// Min-max similarity: the sum over features of the smaller count, divided by that of the larger
  /// one; 1 where both are empty, so that a vector is always like itself.
  public func tanimoto(_ other: CountVector) -> Double {
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
    return union == 0 ? 1 : Double(shared) / Double(union)
  }
}
