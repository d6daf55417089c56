import Core

/// The tokens a model knows, and their numbers: `<start>` is 0, `<stop>` (also the padding) is 1,
/// the others follow by frequency and then by name, so the same data give the same numbers.
public struct TokenVocabulary: Sendable, Equatable {
  /// The number of `<start>`.
  public static let start: UInt16 = 0
  /// The number of `<stop>`, which also fills rows.
  public static let stop: UInt16 = 1
  static let reserved = ["<start>", "<stop>"]
  private static let limit = Int(UInt16.max) + 1

  /// All tokens by number.
  public let tokens: [String]
  private let numbers: [String: UInt16]

  /// Tokens known, the two reserved ones included (V).
  public var count: Int { tokens.count }

  /// The vocabulary of these sequences, counted on all cores.
  /// - Throws: `.badData` if there is no token, a reserved token is used, or there are more than
  ///   65,536.
  public init(counting sequences: [[String]]) throws(Failure) {
    let ranges = Parallel.ranges(sequences.count, by: 8192)
    let counts = Parallel.map(ranges.count) { piece in
      var counts: [String: Int] = [:]
      for i in ranges[piece] {
        for token in sequences[i] { counts[token, default: 0] += 1 }
      }
      return counts
    }
    var total: [String: Int] = [:]
    for part in counts { total.merge(part, uniquingKeysWith: +) }
    try self.init(counts: total)
  }

  /// The vocabulary of tokens that occur so often.
  /// - Throws: as `init(counting:)`.
  init(counts total: [String: Int]) throws(Failure) {
    guard !total.isEmpty else {
      throw Failure(
        .badData, "there are no tokens to make a vocabulary of", advice: "check the data set")
    }
    if let taken = TokenVocabulary.reserved.first(where: { total[$0] != nil }) {
      throw Failure(
        .badData, "the data hold the token `\(taken)`, which is reserved",
        advice: "rename it in the data")
    }
    let sorted = total.sorted {
      $0.value != $1.value
        ? $0.value > $1.value
        : $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars)
    }
    try self.init(tokens: TokenVocabulary.reserved + sorted.map(\.key))
  }

  /// The vocabulary that was stored as `tokens`, in order of their numbers.
  /// - Throws: `.badData` if it does not begin with the reserved tokens, repeats one, or is too
  ///   large.
  public init(tokens: [String]) throws(Failure) {
    guard tokens.starts(with: TokenVocabulary.reserved), tokens.count > 2 else {
      throw Failure(
        .badData, "a vocabulary holds <start>, <stop> and at least one token",
        advice: "make it from data")
    }
    guard tokens.count <= TokenVocabulary.limit else { throw Self.tooMany(tokens.count) }
    var numbers: [String: UInt16] = [:]
    numbers.reserveCapacity(tokens.count)
    for (number, token) in tokens.enumerated() {
      guard numbers.updateValue(UInt16(number), forKey: token) == nil else {
        throw Failure(.badData, "the vocabulary holds the token `\(token)` twice")
      }
    }
    self.tokens = tokens
    self.numbers = numbers
  }

  static func tooMany(_ count: Int) -> Failure {
    Failure(
      .badData, "the data have \(count) different tokens; at most \(limit) can be used",
      advice: "cut the texts into smaller tokens, e.g. characters")
  }

  /// The number of a token, or nil if it is not known.
  public func number(of token: String) -> UInt16? { numbers[token] }
}
