/// Any number of token sequences in little memory: without padding, one byte a token for
/// vocabularies of up to 256 tokens and two bytes for larger ones.
///
/// A million molecules of 45 tokens take 45 MB; `batch` makes rows padded to one length of those a
/// step needs.
public struct TokenSequences: Sendable, Equatable {
  private enum Storage: Sendable, Equatable {
    case narrow([UInt8])
    case wide([UInt16])
  }

  /// T: the padded length of all sequences, at least one `<stop>` included where there is room.
  public let length: Int
  private var storage: Storage
  /// Where each sequence begins in the storage, and the end of the last.
  private var starts: [Int] = [0]

  /// No sequences yet.
  /// - Parameters:
  ///   - length: T; longer sequences are not accepted.
  ///   - vocabulary: V, which decides on the bytes of a token.
  public init(length: Int, vocabulary: Int) {
    precondition(vocabulary <= 1 << 16, "at most 65,536 tokens")
    self.length = length
    storage = vocabulary <= 1 << 8 ? .narrow([]) : .wide([])
  }

  /// The sequences of a batch.
  public init(_ batch: TokenBatch, vocabulary: Int) {
    self.init(length: batch.length, vocabulary: vocabulary)
    for row in 0..<batch.count { append(batch[row]) }
  }

  /// Sequences stored.
  public var count: Int { starts.count - 1 }

  /// Tokens stored, without any `<stop>`.
  public var tokenCount: Int { starts[starts.count - 1] }

  /// Adds one sequence, up to its first `<stop>`.
  public mutating func append(_ tokens: some Collection<Int32>) {
    let real = tokens.prefix { $0 != TokenBatch.stop }
    precondition(real.count <= length, "\(real.count) tokens do not fit into \(length)")
    // Taken out while it changes, so that it has one owner and is not copied.
    switch storage {
    case .narrow(var values):
      storage = .narrow([])
      for token in real { values.append(UInt8(token)) }
      storage = .narrow(values)
    case .wide(var values):
      storage = .wide([])
      for token in real { values.append(UInt16(token)) }
      storage = .wide(values)
    }
    starts.append(starts[starts.count - 1] + real.count)
  }

  /// Tokens of a sequence without `<stop>`.
  public subscript(_ row: Int) -> [Int32] {
    let range = starts[row]..<starts[row + 1]
    switch storage {
    case .narrow(let values): return values[range].map { Int32($0) }
    case .wide(let values): return values[range].map { Int32($0) }
    }
  }

  /// Positions of a sequence before its padding, its first `<stop>` included if it has one.
  public func realLength(_ row: Int) -> Int {
    min(length, starts[row + 1] - starts[row] + 1)
  }

  /// Rows of these indices, padded with `<stop>`.
  /// - Parameter columns: positions of a row, at least the longest `realLength`; nil for T.
  public func batch(_ rows: some Collection<Int>, columns: Int? = nil) -> TokenBatch {
    let width = columns ?? length
    var tokens = [Int32](repeating: TokenBatch.stop, count: rows.count * width)
    for (i, row) in rows.enumerated() {
      let (start, count) = (starts[row], starts[row + 1] - starts[row])
      precondition(count <= width, "a sequence of \(count) tokens does not fit into \(width)")
      switch storage {
      case .narrow(let values):
        for k in 0..<count { tokens[i * width + k] = Int32(values[start + k]) }
      case .wide(let values):
        for k in 0..<count { tokens[i * width + k] = Int32(values[start + k]) }
      }
    }
    return TokenBatch(count: rows.count, length: width, tokens: tokens)
  }

  /// The sequences of these indices, in this order.
  public func rows(_ indices: some Collection<Int>) -> TokenSequences {
    var picked = self
    switch storage {
    case .narrow: picked.storage = .narrow([])
    case .wide: picked.storage = .wide([])
    }
    picked.starts = [0]
    for row in indices { picked.append(self[row]) }
    return picked
  }

  /// The largest token number, or nil if there is no token.
  public var largestToken: Int? {
    switch storage {
    case .narrow(let values): values.max().map { Int($0) }
    case .wide(let values): values.max().map { Int($0) }
    }
  }

  /// A number that differs for different sequences or lengths, up to chance (FNV-1a, 64 bit).
  public var fingerprint: UInt64 {
    var hash = Fingerprint()
    hash.add(UInt64(length))
    for row in 0..<count { hash.add(UInt64(starts[row + 1] - starts[row])) }
    switch storage {
    case .narrow(let values): for value in values { hash.add(UInt64(value)) }
    case .wide(let values): for value in values { hash.add(UInt64(value)) }
    }
    return hash.value
  }
}
