import Core

/// One token per word; words are separated by white space, and joined again by single spaces.
public struct WordTokenizer: Tokenizer {
  /// The name a checkpoint stores.
  public let name = "words"

  /// The tokenizer.
  public init() {}

  /// The tokens in order.
  public func tokens(_ text: String) throws(Failure) -> [String] {
    text.split(whereSeparator: \.isWhitespace).map(String.init)
  }

  /// The text these tokens make.
  public func text(_ tokens: [String]) -> String { tokens.joined(separator: " ") }
}
