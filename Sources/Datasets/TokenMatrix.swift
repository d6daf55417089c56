/// Sequences of tokens as numbers: B rows of T tokens, each row ended and filled by `<stop>`.
public struct TokenMatrix: Sendable, Equatable {
  /// Sequences (B).
  public let rows: Int
  /// Tokens in each, at least one of them `<stop>` (T).
  public let columns: Int
  /// Row after row.
  public private(set) var values: [UInt16]

  /// A matrix of these values, row after row; `values.count` must be `rows * columns`.
  public init(rows: Int, columns: Int, values: [UInt16]) {
    precondition(values.count == rows * columns, "a token matrix is rows x columns")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// One row, with its `<stop>`s.
  public subscript(row: Int) -> ArraySlice<UInt16> {
    values[(row * columns)..<((row + 1) * columns)]
  }

  /// The rows of these indices, in this order.
  public func rows(_ indices: [Int]) -> TokenMatrix {
    var picked: [UInt16] = []
    picked.reserveCapacity(indices.count * columns)
    for index in indices { picked += self[index] }
    return TokenMatrix(rows: indices.count, columns: columns, values: picked)
  }

  /// Tokens of a row before its first `<stop>`.
  public func length(ofRow row: Int) -> Int {
    let values = self[row]
    return values.firstIndex(of: TokenVocabulary.stop).map { $0 - values.startIndex } ?? columns
  }

  /// Tokens of all rows, the first `<stop>` of each included: what training rates count.
  public var tokenCount: Int {
    (0..<rows).reduce(0) { $0 + min(columns, length(ofRow: $1) + 1) }
  }
}
