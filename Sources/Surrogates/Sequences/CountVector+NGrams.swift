import Core

extension CountVector {
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
}
