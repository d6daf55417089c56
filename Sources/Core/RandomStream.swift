#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A stream of random numbers that is a pure function of its seed, its labels and a position.
///
/// The generator is Philox 4x32 with 10 rounds (Salmon, Moraes, Dror, Shaw: "Parallel random
/// numbers: as easy as 1, 2, 3", SC 2011): each position of the counter gives four words
/// independently of all others. Streams split by label and index instead of being shared, so
/// results do not depend on the order in which consumers run or on the number of cores.
///
/// ```swift
/// var root = RandomStream(seed: 7)
/// var prior = root.stream("cibo.prior", 3)   // always the same numbers for (7, "cibo.prior", 3)
/// let x = prior.normal()
/// ```
public struct RandomStream: Sendable, Hashable, Codable, RandomNumberGenerator {
  /// Identifies the stream: the seed mixed with every label and index on the way to it.
  public let key: UInt64
  /// Words drawn so far; together with `key` the whole state.
  public private(set) var position: UInt64

  /// The root stream of a seed.
  public init(seed: UInt64) {
    self.init(key: RandomStream.mix(seed ^ 0x9E37_79B9_7F4A_7C15), position: 0)
  }

  /// Continues a stream whose `key` and `position` were stored.
  public init(key: UInt64, position: UInt64) {
    self.key = key
    self.position = position
  }

  /// The child stream of this name and index. Does not change or depend on this stream's position.
  public func stream(_ label: String, _ index: Int = 0) -> RandomStream {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a, 64 bit
    for byte in label.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    let named = RandomStream.mix(key ^ RandomStream.mix(hash))
    let child = RandomStream.mix(named &+ RandomStream.mix(UInt64(bitPattern: Int64(index)) &+ 1))
    return RandomStream(key: child, position: 0)
  }

  /// Skips `count` 32-bit words, as if they had been drawn.
  public mutating func skip(words count: Int) { position &+= UInt64(count) }

  // MARK: Integers

  /// The next 64 random bits (two of Philox's four words, so two draws share a counter).
  public mutating func next() -> UInt64 {
    position = (position &+ 1) & ~1  // 64-bit draws start at an even word
    let block = RandomStream.philox(counter: position >> 2, key: key)
    let value = position & 2 == 0 ? block.low : block.high
    position &+= 2
    return value
  }

  /// A whole number in 0..<bound, without bias (Lemire's multiply and reject).
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "integer(below:) needs a positive bound")
    let n = UInt64(bound)
    var product = next().multipliedFullWidth(by: n)
    if product.low < n {
      let threshold = (0 &- n) % n
      while product.low < threshold { product = next().multipliedFullWidth(by: n) }
    }
    return Int(product.high)
  }

  // MARK: Reals

  /// Uniform in [0, 1), 53 bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in [low, high).
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * uniform()
  }

  /// Standard normal, by Box and Muller's transform; each call draws two uniforms.
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * Double.pi * uniform())
  }

  /// Fills `buffer` with independent standard normals (both values of each Box–Muller pair).
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public mutating func fillNormal<Scalar: BinaryFloatingPoint>(
    _ buffer: UnsafeMutableBufferPointer<Scalar>
  ) {
    var i = 0
    while i < buffer.count {
      let radius = (-2 * log(1 - uniform())).squareRoot()
      let angle = 2 * Double.pi * uniform()
      buffer[i] = Scalar(radius * cos(angle))
      if i + 1 < buffer.count { buffer[i + 1] = Scalar(radius * sin(angle)) }
      i += 2
    }
  }

  /// `count` independent standard normals.
  public mutating func normals(_ count: Int) -> [Double] {
    var values = [Double](repeating: 0, count: count)
    values.withUnsafeMutableBufferPointer { fillNormal($0) }
    return values
  }

  // MARK: Choices

  /// `count` distinct indices of 0..<population, in random order (partial Fisher–Yates).
  public mutating func sample(_ count: Int, of population: Int) -> [Int] {
    precondition(count <= population, "cannot draw \(count) distinct from \(population)")
    var indices = Array(0..<population)
    for i in 0..<count { indices.swapAt(i, i + integer(below: population - i)) }
    return Array(indices.prefix(count))
  }

  /// A random permutation of 0..<count.
  public mutating func permutation(_ count: Int) -> [Int] { sample(count, of: count) }

  /// An index drawn with probability proportional to `weights` (non-negative, not all zero).
  public mutating func index(weights: [Double]) -> Int {
    let total = weights.reduce(0, +)
    precondition(total > 0 && total.isFinite, "weights must have a positive, finite sum")
    var left = uniform() * total
    for (i, weight) in weights.enumerated() {
      left -= weight
      if left < 0 { return i }
    }
    return weights.lastIndex { $0 > 0 }!
  }

  // MARK: Philox

  /// SplitMix64's finalizer: a bijection of 64 bits that mixes well (Steele, Lea, Flood 2014).
  private static func mix(_ x: UInt64) -> UInt64 {
    var z = x &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// One block of Philox 4x32-10 with counter (c, 0) and a 64-bit key.
  @usableFromInline
  static func philox(counter: UInt64, key: UInt64) -> (low: UInt64, high: UInt64) {
    var c = (
      UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32), UInt32(0),
      UInt32(0)
    )
    var k = (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    for _ in 0..<10 {
      let a = UInt64(0xD251_1F53) * UInt64(c.0)
      let b = UInt64(0xCD9E_8D57) * UInt64(c.2)
      c = (
        UInt32(truncatingIfNeeded: b >> 32) ^ c.1 ^ k.0, UInt32(truncatingIfNeeded: b),
        UInt32(truncatingIfNeeded: a >> 32) ^ c.3 ^ k.1, UInt32(truncatingIfNeeded: a)
      )
      k = (k.0 &+ 0x9E37_79B9, k.1 &+ 0xBB67_AE85)
    }
    return (UInt64(c.0) | UInt64(c.1) << 32, UInt64(c.2) | UInt64(c.3) << 32)
  }
}
