import CSobol

/// Direction numbers, computed from Joe and Kuo's table (see `CSobol`).
enum SobolTable {
  /// Dimensions that the table has.
  static let dimensions = Int(sobol_dimensions)

  /// The 32 direction numbers of a dimension from 0, bit 31 the first binary digit.
  static func directions(dimension: Int) -> [UInt32] {
    precondition((0..<dimensions).contains(dimension), "no Sobol dimension \(dimension)")
    // The first dimension is van der Corput's sequence.
    if dimension == 0 { return (0..<32).map { UInt32(1) << (31 - $0) } }
    let (degree, start) = place(dimension - 1)
    var position = start
    func read(_ width: Int) -> UInt32 {
      defer { position += width }
      return bits(position, width)
    }
    let inner = read(degree - 1)
    var columns = [UInt32(1) << 31]
    for i in 2..<max(2, degree + 1) {
      let odd = read(i - 1) << 1 | 1
      columns.append(odd << UInt32(32 - i))
    }
    // v_i = v_{i-s} ^ (v_{i-s} >> s) ^ sum over inner coefficients a_k of v_{i-k}.
    for i in degree..<32 {
      var next = columns[i - degree] ^ (columns[i - degree] >> UInt32(degree))
      for k in 1..<max(1, degree) where inner >> UInt32(degree - 1 - k) & 1 == 1 {
        next ^= columns[i - k]
      }
      columns.append(next)
    }
    return columns
  }

  /// The degree of a row of the table, and where its bits begin.
  private static func place(_ row: Int) -> (degree: Int, bit: Int) {
    var row = row
    var bit = 0
    return withUnsafeBytes(of: sobol_degree_counts) { raw in
      let counts = raw.bindMemory(to: Int32.self)
      var degree = 1
      while row >= Int(counts[degree]) {
        row -= Int(counts[degree])
        bit += Int(counts[degree]) * width(degree)
        degree += 1
      }
      return (degree, bit + row * width(degree))
    }
  }

  /// Bits of one row: s - 1 coefficients and 1 + 2 + … + (s - 1) of the initial numbers.
  private static func width(_ degree: Int) -> Int { (degree - 1) * (degree + 2) / 2 }

  private static func bits(_ position: Int, _ width: Int) -> UInt32 {
    let words = sobol_words()
    let word = position >> 6
    let shift = UInt64(position & 63)
    var value = words[word] >> shift
    if shift != 0 { value |= words[word + 1] << (64 - shift) }
    return UInt32(truncatingIfNeeded: value & ((1 << UInt64(width)) - 1))
  }
}
