import Core

/// SMILES cut into atoms, bonds, branches and ring marks: the tokens that sequence models use.
public enum SMILESTokens {
  /// The tokens in order: bracket atoms, `Br` and `Cl`, `%nn`, and single characters otherwise;
  /// joined again they are the text.
  /// - Throws: `.badData` for an open bracket or a character no SMILES holds.
  public static func tokens(_ smiles: String) throws(Failure) -> [String] {
    let bytes = Array(smiles.utf8)
    var tokens: [String] = []
    var i = 0
    while i < bytes.count {
      var end = i + 1
      switch bytes[i] {
      case UInt8(ascii: "["):
        while end < bytes.count, bytes[end] != UInt8(ascii: "]") { end += 1 }
        guard end < bytes.count else {
          throw Failure(
            .badData, "the SMILES `\(smiles)` opens a bracket at \(i + 1) and never closes it")
        }
        end += 1
      case UInt8(ascii: "%"): end = min(i + 3, bytes.count)
      case UInt8(ascii: "B") where end < bytes.count && bytes[end] == UInt8(ascii: "r"): end += 1
      case UInt8(ascii: "C") where end < bytes.count && bytes[end] == UInt8(ascii: "l"): end += 1
      case let byte:
        guard byte > 32, byte < 127 else {
          throw Failure(
            .badData, "the SMILES `\(smiles)` holds a character at \(i + 1) that no SMILES has")
        }
      }
      tokens.append(String(decoding: bytes[i..<end], as: UTF8.self))
      i = end
    }
    return tokens
  }
}
