/// Sequences of token numbers, all padded with `<stop>` to one length.
public struct TokenBatch: Sendable, Equatable {
  /// `<start>`, which no sequence holds, and `<stop>`, which ends and pads every sequence.
  public static let start: Int32 = 0
  /// `<stop>`, which ends and pads every sequence.
  public static let stop: Int32 = 1

  /// B: sequences, and T: positions of each.
  public let count: Int
  /// T: positions of each sequence.
  public let length: Int
  /// Row-major, B x T.
  public var tokens: [Int32]

  /// A batch of `count` sequences of `length` tokens, row after row.
  public init(count: Int, length: Int, tokens: [Int32]) {
    precondition(tokens.count == count * length, "\(tokens.count) tokens for \(count) x \(length)")
    self.count = count
    self.length = length
    self.tokens = tokens
  }

  /// The tokens of one sequence, with its padding.
  public subscript(_ row: Int) -> ArraySlice<Int32> { tokens[row * length..<(row + 1) * length] }

  /// Rows `range` as a batch.
  public func rows(_ range: Range<Int>) -> TokenBatch {
    TokenBatch(
      count: range.count, length: length,
      tokens: Array(tokens[range.lowerBound * length..<range.upperBound * length]))
  }

  /// Rows of these indices as a batch.
  public func rows(_ indices: [Int]) -> TokenBatch {
    var picked: [Int32] = []
    picked.reserveCapacity(indices.count * length)
    for i in indices { picked += self[i] }
    return TokenBatch(count: indices.count, length: length, tokens: picked)
  }

  /// The first `count` positions of all sequences.
  func columns(_ count: Int) -> TokenBatch {
    precondition(count <= length, "\(count) of \(length) positions")
    let kept = (0..<self.count).flatMap { tokens[$0 * length..<$0 * length + count] }
    return TokenBatch(count: self.count, length: count, tokens: kept)
  }

  /// Batches of one length, one after the other.
  public static func + (a: TokenBatch, b: TokenBatch) -> TokenBatch {
    precondition(a.length == b.length, "lengths \(a.length) and \(b.length)")
    return TokenBatch(count: a.count + b.count, length: a.length, tokens: a.tokens + b.tokens)
  }

  /// The same sequences with everything after the first `<stop>` made `<stop>`.
  public func trimmed() -> TokenBatch {
    var result = self
    for row in 0..<count {
      let range = row * length..<(row + 1) * length
      guard let end = result.tokens[range].firstIndex(of: TokenBatch.stop) else { continue }
      for i in end..<range.upperBound { result.tokens[i] = TokenBatch.stop }
    }
    return result
  }

  /// Positions before the padding, including the `<stop>` that ends the sequence if there is one.
  public func realLength(_ row: Int) -> Int {
    guard let end = self[row].firstIndex(of: TokenBatch.stop) else { return length }
    return end - row * length + 1
  }
}
