import Core

extension TokenVocabulary {
  /// What to do with sequences that are longer than wanted.
  public enum Overlong: Sendable, Equatable {
    /// Leave them out and count them.
    case skip
    /// Throw `.badData` for the first.
    case fail
  }

  /// Encoded sequences, and which they were.
  public struct Encoding: Sendable, Equatable {
    /// The sequences taken.
    public var matrix: TokenMatrix
    /// For each row, the index of its sequence in what was given.
    public var kept: [Int]
    /// How many were left out because they are too long.
    public var tooLong: Int
  }

  /// Encodes sequences as rows of numbers, on all cores.
  /// - Parameters:
  ///   - max: the most tokens a sequence may have, `<stop>` not counted; nil for any length.
  ///   - columns: tokens in a row (T); nil for the longest sequence taken and one `<stop>`.
  ///   - overlong: what to do with sequences longer than `max` or than `columns - 1`.
  /// - Throws: `.badData` for a token the vocabulary lacks (which, and in which sequence), a
  ///   sequence too long, or if nothing is left.
  public func encode(
    _ sequences: [[String]], max: Int? = nil, columns: Int? = nil, overlong: Overlong = .fail
  ) throws(Failure) -> Encoding {
    let limit = min(max ?? .max, columns.map { $0 - 1 } ?? .max)
    if limit < 1 {
      throw Failure(
        .badArgument, "sequences of at most \(limit) tokens were asked for",
        advice: "allow at least 1")
    }
    var kept: [Int] = []
    for (i, sequence) in sequences.enumerated() {
      if sequence.count <= limit {
        kept.append(i)
      } else if overlong == .fail {
        throw Failure(
          .badData, "sequence \(i + 1) has \(sequence.count) tokens, more than \(limit)",
          advice: "allow more with max:, or leave out what is longer")
      }
    }
    guard let longest = kept.map({ sequences[$0].count }).max() else {
      let advice = "allow more with max:"
      throw sequences.isEmpty
        ? Failure(.badData, "there are no sequences to encode")
        : Failure(
          .badData, "all \(sequences.count) sequences have more than \(limit) tokens",
          advice: advice)
    }
    let width = columns ?? longest + 1
    let values = try rows(kept, of: sequences, width: width)
    return Encoding(
      matrix: TokenMatrix(rows: kept.count, columns: width, values: values), kept: kept,
      tooLong: sequences.count - kept.count)
  }

  private func rows(
    _ kept: [Int], of sequences: [[String]], width: Int
  ) throws(Failure) -> [UInt16] {
    let ranges = Parallel.ranges(kept.count, by: 4096)
    let pieces = Parallel.map(ranges.count) { piece -> Result<[UInt16], Failure> in
      var values: [UInt16] = []
      values.reserveCapacity(ranges[piece].count * width)
      for i in ranges[piece].map({ kept[$0] }) {
        for token in sequences[i] {
          guard let number = number(of: token) else { return .failure(unknown(token, i)) }
          values.append(number)
        }
        values.append(
          contentsOf: repeatElement(TokenVocabulary.stop, count: width - sequences[i].count))
      }
      return .success(values)
    }
    var values: [UInt16] = []
    values.reserveCapacity(kept.count * width)
    for piece in pieces { values += try piece.get() }
    return values
  }

  private func unknown(_ token: String, _ index: Int) -> Failure {
    Failure(
      .badData, "sequence \(index + 1) holds the token `\(token)`, which the vocabulary lacks",
      advice: Suggestion.phrase(for: token, among: tokens)
        ?? "make the vocabulary from data that hold it, or leave the sequence out")
  }

  /// The tokens of one row, up to its first `<stop>`.
  /// - Throws: `.badData` for a number the vocabulary does not have.
  public func decode(_ row: some Sequence<UInt16>) throws(Failure) -> [String] {
    var result: [String] = []
    for number in row {
      if number == TokenVocabulary.stop { break }
      guard Int(number) < tokens.count else {
        throw Failure(
          .badData, "there is no token number \(number); the vocabulary has \(tokens.count)",
          advice: "use the vocabulary that these were encoded with")
      }
      result.append(tokens[Int(number)])
    }
    return result
  }

  /// The tokens of every row.
  /// - Throws: `.badData` for a number the vocabulary does not have.
  public func decode(_ matrix: TokenMatrix) throws(Failure) -> [[String]] {
    var result: [[String]] = []
    for row in 0..<matrix.rows { result.append(try decode(matrix[row])) }
    return result
  }
}
