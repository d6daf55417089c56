import Core
import Foundation
import Testing

/// Philox 4x32-10 as its authors describe it, with the whole counter.
private func philox(_ counter: [UInt32], _ key: [UInt32]) -> [UInt32] {
  var (c, k) = (counter, key)
  for _ in 0..<10 {
    let a = UInt64(0xD251_1F53) * UInt64(c[0])
    let b = UInt64(0xCD9E_8D57) * UInt64(c[2])
    c = [
      UInt32(b >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: b),
      UInt32(a >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: a),
    ]
    k = [k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85]
  }
  return c
}

@Suite struct PhiloxTests {
  @Test func knownAnswers() {
    // Random123's kat_vectors for philox4x32-10.
    #expect(
      philox([0, 0, 0, 0], [0, 0]) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    let ones = UInt32.max
    #expect(
      philox([ones, ones, ones, ones], [ones, ones])
        == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
    var stream = RandomStream(key: 0, position: 0)
    #expect(stream.next() == 0xe169_c58d_6627_e8d5)
    #expect(stream.next() == 0x9b00_dbd8_bc57_ac4c)
  }

  @Test func aStreamIsPhiloxOfItsKeyAndPosition() {
    for seed in 0..<20 as Range<UInt64> {
      let key = RandomStream(seed: seed).key
      for block in [0, 1, 2, 77, 1 << 32, 1 << 40 + 5] as [UInt64] {
        var stream = RandomStream(key: key, position: 4 * block)
        let counter = [UInt32(truncatingIfNeeded: block), UInt32(block >> 32), 0, 0]
        let words = philox(counter, [UInt32(truncatingIfNeeded: key), UInt32(key >> 32)])
        #expect(stream.next() == UInt64(words[0]) | UInt64(words[1]) << 32)
        #expect(stream.next() == UInt64(words[2]) | UInt64(words[3]) << 32)
        #expect(stream.position == 4 * block + 4)
      }
    }
  }
}

@Suite struct RandomStreamTests {
  @Test func aStoredStreamGoesOn() throws {
    var stream = RandomStream(seed: 3).stream("part", 4)
    for _ in 0..<7 { _ = stream.uniform() }
    var copy = RandomStream(key: stream.key, position: stream.position)
    var decoded = try JSONDecoder().decode(
      RandomStream.self, from: JSONEncoder().encode(stream))
    var skipped = RandomStream(seed: 3).stream("part", 4)
    skipped.skip(words: 14)
    let next = stream.next()
    #expect(copy.next() == next && decoded.next() == next && skipped.next() == next)
  }

  @Test func aChildDoesNotDependOnWhatTheParentDrew() {
    var parent = RandomStream(seed: 1)
    let before = parent.stream("a", 2)
    for _ in 0..<100 { _ = parent.next() }
    #expect(parent.stream("a", 2) == before)
  }

  @Test func labelsIndicesAndSeedsGiveDifferentStreams() {
    var keys: Set<UInt64> = []
    var count = 0
    for seed in 0..<20 as Range<UInt64> {
      let root = RandomStream(seed: seed)
      keys.insert(root.key)
      count += 1
      for label in ["", "a", "b", "ab", "ba", "prior", "cibo.prior"] {
        for index in [-1, 0, 1, 2, 1000] {
          keys.insert(root.stream(label, index).key)
          keys.insert(root.stream(label).stream("x", index).key)
          count += 2
        }
      }
    }
    #expect(keys.count == count)
  }

  @Test func siblingStreamsAreUncorrelated() {
    let root = RandomStream(seed: 5)
    let n = 20_000
    let columns = (0..<6).map { index in
      var stream = root.stream("worker", index)
      return stream.normals(n)
    }
    for a in 0..<6 {
      for b in 0..<a {
        let dot = zip(columns[a], columns[b]).reduce(0) { $0 + $1.0 * $1.1 }
        // The correlation of independent normals has a standard deviation of 1 / sqrt(n).
        #expect(abs(dot / Double(n)) < 4.5 / Double(n).squareRoot())
      }
    }
  }

  @Test func uniformsAreUniform() {
    var stream = RandomStream(seed: 7)
    let n = 1_000_000
    var bins = [Int](repeating: 0, count: 256)
    for _ in 0..<n {
      let x = stream.uniform()
      bins[Int(x * 256)] += 1  // outside [0, 1) it would trap
    }
    // Chi-square with 255 degrees of freedom: mean 255, standard deviation 22.6; five of them.
    let expected = Double(n) / 256
    let chi = bins.reduce(0) { $0 + pow(Double($1) - expected, 2) / expected }
    #expect(chi > 255 - 5 * 22.6 && chi < 255 + 5 * 22.6)
  }

  @Test func normalsAreNormal() {
    func distance(_ sample: [Double]) -> Double {
      let sorted = sample.sorted()
      let n = Double(sample.count)
      return sorted.enumerated().reduce(0) { worst, item in
        let truth = 0.5 * erfc(-item.element / 2.0.squareRoot())
        return max(
          worst, abs(truth - Double(item.offset) / n), abs(truth - Double(item.offset + 1) / n))
      }
    }
    let n = 200_000
    // Kolmogorov and Smirnov: sqrt(n) D exceeds 1.95 once in a thousand.
    var stream = RandomStream(seed: 8)
    #expect(distance(stream.normals(n)) * Double(n).squareRoot() < 1.95)
    #expect(distance((0..<n).map { _ in stream.normal() }) * Double(n).squareRoot() < 1.95)
    // Both values of a pair are independent.
    let pairs = stream.normals(n)
    let dot = stride(from: 0, to: n, by: 2).reduce(0.0) { $0 + pairs[$1] * pairs[$1 + 1] }
    #expect(abs(dot) < 4.5 * Double(n / 2).squareRoot())
    #expect(stream.normals(7).count == 7)
  }

  @Test func wholeNumbersBelowABoundAreUnbiased() {
    var stream = RandomStream(seed: 9)
    for bound in [1, 2, 3, 7, 10, 100] {
      let n = 100_000
      var bins = [Int](repeating: 0, count: bound)
      for _ in 0..<n { bins[stream.integer(below: bound)] += 1 }
      let expected = Double(n) / Double(bound)
      let chi = bins.reduce(0) { $0 + pow(Double($1) - expected, 2) / expected }
      let freedom = Double(bound - 1)
      #expect(chi <= freedom + 5 * (2 * freedom).squareRoot(), "bound \(bound): \(chi)")
    }
    // 3 * 2^61 does not divide 2^64: taking remainders would give the lower third half of all draws.
    let bound = 3 << 61
    let low = (0..<30_000).filter { _ in stream.integer(below: bound) < 1 << 61 }.count
    #expect(abs(low - 10_000) < 5 * 82)  // a binomial's standard deviation is 81.6
  }

  @Test func samplesWithoutReplacementAreDistinctAndFair() {
    var stream = RandomStream(seed: 10)
    var counts = [Int](repeating: 0, count: 10)
    var firsts = counts
    for _ in 0..<20_000 {
      let sample = stream.sample(3, of: 10)
      #expect(Set(sample).count == 3)
      for index in sample { counts[index] += 1 }
      firsts[sample[0]] += 1
    }
    // Standard deviations 65 and 42.
    #expect(counts.allSatisfy { abs($0 - 6000) < 5 * 65 })
    #expect(firsts.allSatisfy { abs($0 - 2000) < 5 * 43 })
    #expect(stream.permutation(50).sorted() == Array(0..<50))
    #expect(stream.sample(0, of: 0).isEmpty)
  }

  @Test func weightedChoicesFollowTheWeights() {
    var stream = RandomStream(seed: 11)
    var counts = [Int](repeating: 0, count: 4)
    for _ in 0..<40_000 { counts[stream.index(weights: [1, 0, 5, 2])] += 1 }
    #expect(counts[1] == 0)
    for (index, share) in [(0, 0.125), (2, 0.625), (3, 0.25)] {
      let deviation = (40_000 * share * (1 - share)).squareRoot()
      #expect(abs(Double(counts[index]) - 40_000 * share) < 5 * deviation)
    }
  }
}
