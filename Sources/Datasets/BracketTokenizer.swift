import Core

/// The symbols of a SELFIES, e.g. `[C]`, `[=Branch1]` and the dot between fragments.
public struct BracketTokenizer: Tokenizer {
  /// The name a checkpoint stores.
  public let name = "selfies"

  /// The tokenizer.
  public init() {}

  /// The symbols in order.
  /// - Throws: `.badData` if anything but a dot stands outside brackets, or a bracket stays open.
  public func tokens(_ text: String) throws(Failure) -> [String] {
    var tokens: [String] = []
    var rest = Substring(text).utf8
    while let first = rest.first {
      if first == UInt8(ascii: ".") {
        tokens.append(".")
        rest.removeFirst()
        continue
      }
      guard first == UInt8(ascii: "["), let end = rest.firstIndex(of: UInt8(ascii: "]")) else {
        throw Failure(
          .badData, "\"\(text)\" is not a SELFIES: it does not consist of symbols in brackets",
          advice: "encode a SMILES with selfies_encode() first")
      }
      tokens.append(String(Substring(rest[...end])))
      rest = rest[rest.index(after: end)...]
    }
    return tokens
  }

  /// The text these tokens make.
  public func text(_ tokens: [String]) -> String { tokens.joined() }
}
