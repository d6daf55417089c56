import Core

/// Many texts cut into tokens and numbered, in two bytes a token.
///
/// Texts are cut in pieces on all cores, and each piece keeps numbers of its own until the vocabulary
/// of all is known: the tokens' texts never exist all at once.
public struct NumberedSequences: Sendable, Equatable {
  /// The tokens of the sequences taken.
  public let vocabulary: TokenVocabulary
  /// For each sequence taken, the index of its text.
  public let kept: [Int]
  /// Texts that could not be cut; `line` is the index, from 0.
  public let skipped: SkipReport
  /// Texts left out because they have more than `max` tokens.
  public let tooLong: Int
  /// Tokens of the longest sequence taken.
  public let longest: Int
  private var values: [UInt16] = []
  private var starts: [Int] = [0]

  /// The tokens of a sequence taken, as numbers.
  public subscript(_ row: Int) -> ArraySlice<UInt16> { values[starts[row]..<starts[row + 1]] }

  /// Texts cut together.
  private static let pieceSize = 512

  private struct Piece: Sendable {
    var tokens: [String] = []
    var numbers: [UInt16] = []
    var counts: [Int] = []
    var kept: [Int] = []
    var lengths: [Int] = []
    var skipped: [(Int, String)] = []
    var skips = 0
    var tooLong = 0
    var shortest = Int.max
    var overflow = false
  }

  /// Cuts and numbers `count` texts.
  /// - Parameters:
  ///   - max: the most tokens a sequence may have; longer ones are left out and counted.
  ///   - context: what can stop the work, and where its progress goes.
  ///   - cut: the tokens of the text of this index; what it throws counts as skipped.
  /// - Throws: `.badData` if nothing is left or there are too many different tokens; `.cancelled`.
  public init(
    count: Int, max: Int? = nil, context: RunContext? = nil,
    cut: @Sendable (Int) throws(Failure) -> [String]
  ) throws {
    let ranges = Parallel.ranges(count, by: Self.pieceSize)
    let pieces = try Parallel.map(ranges.count) { i in
      try context?.checkCancellation("stopped cutting texts into tokens")
      return Self.piece(ranges[i], max: max ?? .max, cut)
    }
    var (skipped, kept, tooLong) = (SkipReport(), [Int](), 0)
    var counts: [String: Int] = [:]
    for piece in pieces {
      for (row, reason) in piece.skipped { skipped.add(line: row, reason: reason) }
      skipped.add(furtherCount: piece.skips - piece.skipped.count)
      kept += piece.kept
      tooLong += piece.tooLong
      for (token, n) in zip(piece.tokens, piece.counts) { counts[token, default: 0] += n }
    }
    guard !kept.isEmpty else {
      let shortest = pieces.map(\.shortest).min() ?? .max
      throw Self.nothingLeft(count, skipped, max: max, shortest: shortest)
    }
    if pieces.contains(where: \.overflow) { throw TokenVocabulary.tooMany(counts.count) }
    vocabulary = try TokenVocabulary(counts: counts)
    (self.kept, self.skipped, self.tooLong) = (kept, skipped, tooLong)
    longest = pieces.lazy.flatMap(\.lengths).max() ?? 0
    values.reserveCapacity(pieces.reduce(0) { $0 + $1.numbers.count })
    starts.reserveCapacity(kept.count + 1)
    for piece in pieces {
      let numbers = piece.tokens.map { vocabulary.number(of: $0) ?? TokenVocabulary.stop }
      for number in piece.numbers { values.append(numbers[Int(number)]) }
      for length in piece.lengths { starts.append(starts[starts.count - 1] + length) }
    }
  }

  private static func piece(
    _ range: Range<Int>, max: Int, _ cut: (Int) throws(Failure) -> [String]
  ) -> Piece {
    var piece = Piece()
    var known: [String: UInt16] = [:]
    for row in range {
      let tokens: [String]
      do throws(Failure) { tokens = try cut(row) } catch {
        piece.skips += 1
        if piece.skipped.count < SkipReport.kept { piece.skipped.append((row, error.message)) }
        continue
      }
      piece.shortest = min(piece.shortest, tokens.count)
      guard tokens.count <= max else {
        piece.tooLong += 1
        continue
      }
      for token in tokens {
        if let number = known[token] {
          piece.numbers.append(number)
          piece.counts[Int(number)] += 1
          continue
        }
        guard let number = UInt16(exactly: known.count) else {
          piece.overflow = true
          return piece
        }
        known[token] = number
        piece.tokens.append(token)
        piece.counts.append(1)
        piece.numbers.append(number)
      }
      piece.kept.append(row)
      piece.lengths.append(tokens.count)
    }
    return piece
  }

  private static func nothingLeft(
    _ count: Int, _ skipped: SkipReport, max: Int?, shortest: Int
  ) -> Failure {
    if let max, skipped.count < count {
      return Failure(
        .badData, "all \(count - skipped.count) sequences are longer than \(max) tokens",
        advice: "raise `max`; the shortest has \(shortest) tokens")
    }
    guard let first = skipped.first.first else {
      return Failure(.badData, "there are no texts to cut into tokens")
    }
    return Failure(
      .badData,
      "none of the \(count) texts can be cut into tokens; row \(first.line): \(first.reason)")
  }
}
