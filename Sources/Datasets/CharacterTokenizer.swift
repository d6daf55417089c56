import Core

/// One token per character, as for proteins, DNA and plain SMILES.
public struct CharacterTokenizer: Tokenizer {
  /// The name a checkpoint stores.
  public let name = "characters"

  /// The tokenizer.
  public init() {}

  /// The tokens in order.
  public func tokens(_ text: String) throws(Failure) -> [String] { text.map(String.init) }

  /// The text these tokens make.
  public func text(_ tokens: [String]) -> String { tokens.joined() }
}
