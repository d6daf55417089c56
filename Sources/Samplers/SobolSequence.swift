import Core

/// Sobol points: numbers in [0, 1) that fill the unit cube more evenly than random ones.
///
/// Directions are Joe and Kuo's (SIAM J. Sci. Comput. 30, 2635–2654, 2008; 21,201 dimensions), points
/// come in Gray code order (Antonov and Saleev 1979) and have 32 bits, of which a `Float` shows 24.
///
/// Scrambling is Matoušek's linear matrix scramble with a digital shift (J. Complexity 14, 527–556,
/// 1998): each point is uniform in the cube, every elementary interval keeps its share of points, and
/// the variance of a mean is of the order of Owen's full scramble (Owen, ACM TOMACS 13, 363–378,
/// 2003). The scramble of a dimension depends on the stream and the dimension's number only.
///
/// Beyond 21,201 dimensions the table begins again, with new scrambles and with points taken in
/// another order: a nested scramble of the index (Burley, J. Comput. Graph. Tech. 9(4), 1–20, 2020),
/// which keeps every block of 2^k points a net. Such blocks are even by themselves and random to each
/// other.
public struct SobolSequence: Sendable {
  /// Coordinates of a point (D).
  public let dimensions: Int
  /// The most points that a sequence has.
  public static let limit = 1 << 32

  /// Bit j of the index adds row j: 32 rows of D direction numbers.
  private let directions: [UInt32]
  private let shifts: [UInt32]
  /// Coordinates that take points in the same order, and the key of that order; 0 is the plain one.
  private let blocks: [(coordinates: Range<Int>, key: UInt64)]

  /// The sequence in `dimensions` dimensions.
  /// - Parameter random: scrambles the points; nil for the plain sequence, whose first point is 0.
  /// - Throws: `.badArgument` if `dimensions` is not positive.
  public init(dimensions: Int, scrambledBy random: RandomStream?) throws(Failure) {
    guard dimensions > 0 else {
      throw Failure(.badArgument, "Sobol points have at least 1 dimension, not \(dimensions)")
    }
    self.init(coordinates: Array(0..<dimensions), random: random)
  }

  /// Only these coordinates (from 0, ascending or not) of the sequence scrambled by `random`.
  /// - Throws: `.badArgument` if there are none or one is negative.
  public init(coordinates: [Int], scrambledBy random: RandomStream?) throws(Failure) {
    guard let least = coordinates.min(), least >= 0 else {
      throw Failure(.badArgument, "Sobol points need coordinates, numbered from 0")
    }
    self.init(coordinates: coordinates, random: random)
  }

  private init(coordinates: [Int], random: RandomStream?) {
    let count = coordinates.count
    let ranges = Parallel.ranges(count, by: 512)
    let pieces = Parallel.map(ranges.count) { piece in
      ranges[piece].map { SobolSequence.dimension(coordinates[$0], random) }
    }
    var directions = [UInt32](repeating: 0, count: 32 * count)
    var shifts = [UInt32](repeating: 0, count: count)
    for (d, (columns, shift)) in pieces.joined().enumerated() {
      for j in 0..<32 { directions[j * count + d] = columns[j] }
      shifts[d] = shift
    }
    dimensions = count
    self.directions = directions
    self.shifts = shifts
    blocks = SobolSequence.blocks(coordinates, random)
  }

  /// Direction numbers and shift of one dimension.
  private static func dimension(
    _ number: Int, _ random: RandomStream?
  ) -> (columns: [UInt32], shift: UInt32) {
    let plain = SobolTable.directions(dimension: number % SobolTable.dimensions)
    guard var stream = random?.stream("sobol", number) else { return (plain, 0) }
    // Row i of a random lower triangular matrix with ones on its diagonal, over GF(2); bit 31 is the
    // first binary digit.
    let rows = (0..<32).map { i in
      let diagonal = UInt32(1) << (31 - i)
      let above = i == 0 ? 0 : ~UInt32(0) << (32 - i)
      return UInt32(truncatingIfNeeded: stream.next()) & above | diagonal
    }
    let columns = plain.map { column in
      var scrambled: UInt32 = 0
      for (i, row) in rows.enumerated() {
        scrambled |= UInt32((row & column).nonzeroBitCount & 1) << (31 - i)
      }
      return scrambled
    }
    return (columns, UInt32(truncatingIfNeeded: stream.next()))
  }

  private static func blocks(
    _ coordinates: [Int], _ random: RandomStream?
  ) -> [(coordinates: Range<Int>, key: UInt64)] {
    var blocks: [(coordinates: Range<Int>, key: UInt64)] = []
    var start = 0
    for i in 1...coordinates.count {
      let number = coordinates[start] / SobolTable.dimensions
      if i < coordinates.count, coordinates[i] / SobolTable.dimensions == number { continue }
      // Also without scrambling: equal columns would otherwise repeat.
      var order = (random ?? RandomStream(seed: 0)).stream("sobol.order", number)
      blocks.append((start..<i, number == 0 ? 0 : order.next() | 1))
      start = i
    }
    return blocks
  }
}

extension SobolSequence {
  /// Points `range` of the sequence, row after row: `range.count` x D.
  /// - Throws: `.badArgument` if the range reaches beyond 2^32 points.
  public func points(_ range: Range<Int>) throws(Failure) -> [Float] {
    try check(range)
    return [Float](unsafeUninitializedCapacity: range.count * dimensions) { buffer, count in
      write(range, buffer)
      count = range.count * dimensions
    }
  }

  /// Writes points `range` into `buffer`, row after row, on all cores.
  /// - Throws: `.badArgument` if the range reaches beyond 2^32 points or the buffer has not
  ///   `range.count * dimensions` places.
  public func fill(
    _ buffer: UnsafeMutableBufferPointer<Float>, points range: Range<Int>
  ) throws(Failure) {
    try check(range)
    guard buffer.count == range.count * dimensions else {
      throw Failure(
        .badArgument, "\(range.count) points of \(dimensions) dimensions do not fit \(buffer.count)"
      )
    }
    write(range, buffer)
  }

  private func check(_ range: Range<Int>) throws(Failure) {
    guard range.lowerBound >= 0, range.upperBound <= SobolSequence.limit else {
      throw Failure(
        .badArgument, "a Sobol sequence has the points 0 to \(SobolSequence.limit - 1)")
    }
  }

  /// Points are cut in pieces of about a quarter million numbers; the pieces do not change a bit.
  private func write(_ range: Range<Int>, _ buffer: UnsafeMutableBufferPointer<Float>) {
    let pieces = Parallel.ranges(range.count, by: max(1, (1 << 18) / dimensions))
    let target = Unchecked(pointer: buffer.baseAddress!)
    Parallel.forEach(pieces.count) { piece in
      let rows = pieces[piece]
      for block in blocks {
        let first = target.pointer + rows.lowerBound * dimensions + block.coordinates.lowerBound
        let start = range.lowerBound + rows.lowerBound
        run(block, points: start..<(start + rows.count), into: first)
      }
    }
  }

  private func run(
    _ block: (coordinates: Range<Int>, key: UInt64), points: Range<Int>,
    into target: UnsafeMutablePointer<Float>
  ) {
    let width = block.coordinates.count
    let offset = block.coordinates.lowerBound
    directions.withUnsafeBufferPointer { all in
      let rows = all.baseAddress! + offset
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: width) { state in
        let state = state.baseAddress!
        for d in 0..<width { state[d] = shifts[offset + d] }
        var gray: UInt32 = 0
        for (row, index) in points.enumerated() {
          let index = UInt32(index)
          let ordered = block.key == 0 ? index : SobolSequence.reorder(index, block.key)
          let wanted = ordered ^ (ordered >> 1)
          var change = gray ^ wanted
          gray = wanted
          while change != 0 {
            let column = rows + change.trailingZeroBitCount * dimensions
            for d in 0..<width { state[d] ^= column[d] }
            change &= change &- 1
          }
          let output = target + row * dimensions
          // 24 bits are what a Float holds exactly: rounding up would reach 1.
          for d in 0..<width { output[d] = Float(Int32(bitPattern: state[d] >> 8)) * 0x1p-24 }
        }
      }
    }
  }

  /// A nested random permutation of 32-bit indices: whether a bit flips depends on the bits above it
  /// only, so an aligned block of 2^k indices stays one.
  private static func reorder(_ index: UInt32, _ key: UInt64) -> UInt32 {
    var result = index
    for bit in 0..<32 {
      let above = UInt64(bit == 31 ? 0 : index >> (UInt32(bit) + 1)) << 5 | UInt64(bit)
      var hash = (above ^ key) &* 0x9E37_79B9_7F4A_7C15
      hash = (hash ^ (hash >> 32)) &* 0xD6E8_FEB8_6659_FD93
      result ^= UInt32(hash >> 63) << UInt32(bit)
    }
    return result
  }
}

/// Lets each piece write its own rows.
private struct Unchecked: @unchecked Sendable { let pointer: UnsafeMutablePointer<Float> }
