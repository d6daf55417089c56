import Core

/// A random orthogonal matrix, applied without being written out.
///
/// The product of Householder reflections of normal vectors of falling length is distributed
/// uniformly over all orthogonal matrices (Stewart, "The efficient generation of random orthogonal
/// matrices", SIAM J. Numer. Anal. 17, 1980). A product with a vector takes 2 d^2 operations.
public struct RandomRotation: Sendable, Equatable {
  /// d: entries of the vectors it turns.
  public let dimension: Int
  /// Where it is drawn from.
  public let seed: UInt64
  /// Unit vectors of d, d - 1, … 2 entries, one after the other.
  private let reflections: [Double]
  /// Signs that make the distribution uniform.
  private let signs: [Double]

  /// The rotation of this dimension and seed; the same on every machine.
  /// - Throws: `.badArgument` for a dimension below 1.
  public init(dimension: Int, seed: UInt64) throws(Failure) {
    guard dimension >= 1 else {
      throw Failure(.badArgument, "a rotation needs at least one dimension, not \(dimension)")
    }
    self.dimension = dimension
    self.seed = seed
    let root = RandomStream(seed: seed).stream("rotation", dimension)
    var reflections: [Double] = []
    var signs: [Double] = []
    for offset in 0..<dimension {
      var stream = root.stream("reflection", offset)
      var v = stream.normals(dimension - offset)
      let first = v[0] < 0 ? -1.0 : 1.0
      signs.append(-first)
      guard v.count > 1 else { continue }
      let length = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
      v[0] += first * length
      let size = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
      reflections += v.map { $0 / size }
    }
    self.reflections = reflections
    self.signs = signs
  }

  /// The vector turned.
  /// - Throws: `.badArgument` if it has another number of entries.
  public func callAsFunction(_ x: [Double]) throws(Failure) -> [Double] {
    guard x.count == dimension else {
      throw Failure(
        .badArgument,
        "the rotation turns vectors of \(dimension) numbers, not of \(x.count)")
    }
    var result = zip(x, signs).map { $0 * $1 }
    result.withUnsafeMutableBufferPointer { entries in
      reflections.withUnsafeBufferPointer { all in
        var end = all.count
        for length in stride(from: 2, through: dimension, by: 1) {
          end -= length
          let (v, offset) = (all.baseAddress! + end, dimension - length)
          var product = 0.0
          for i in 0..<length { product += v[i] * entries[offset + i] }
          for i in 0..<length { entries[offset + i] -= 2 * product * v[i] }
        }
      }
    }
    return result
  }
}
