import Core

extension SELFIES {
  /// Splits SELFIES into its symbols, dots between molecules included:
  /// `"[C][=C].[F]"` gives `["[C]", "[=C]", ".", "[F]"]`. Symbols are not looked up.
  /// - Throws: `.badData` with the position if anything stands outside brackets or a bracket is
  ///   not closed.
  public static func tokens(_ selfies: String) throws(Failure) -> [String] {
    var text = selfies
    let result: Result<[String], Failure> = text.withUTF8 { bytes in
      do throws(Failure) {
        var tokens: [String] = []
        tokens.reserveCapacity(bytes.count / 4)
        var cursor = SymbolCursor(bytes)
        while true {
          if let symbol = try cursor.next() {
            tokens.append(String(decoding: symbol, as: UTF8.self))
          } else if cursor.skipDot() {
            tokens.append(".")
          } else {
            return .success(tokens)
          }
        }
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// How many symbols `tokens` would give, without splitting or checking the text.
  public static func length(_ selfies: String) -> Int {
    selfies.utf8.reduce(0) { $0 + ($1 == Ascii.bracketOpen || $1 == Ascii.dot ? 1 : 0) }
  }

  /// The different symbols of some SELFIES, sorted, without the dot.
  /// - Throws: as `tokens`.
  public static func alphabet(of selfies: some Sequence<String>) throws(Failure) -> [String] {
    var symbols: Set<String> = []
    for text in selfies { symbols.formUnion(try tokens(text)) }
    symbols.remove(".")
    return symbols.sorted()
  }
}

/// Walks over the symbols of a SELFIES text.
struct SymbolCursor {
  private let bytes: UnsafeBufferPointer<UInt8>
  private(set) var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// The next symbol with its brackets, or nil before a dot or at the end.
  mutating func next() throws(Failure) -> UnsafeBufferPointer<UInt8>? {
    guard position < bytes.count, bytes[position] != Ascii.dot else { return nil }
    guard bytes[position] == Ascii.bracketOpen else {
      throw problem("text outside of brackets", at: position)
    }
    var end = position + 1
    while end < bytes.count, bytes[end] != Ascii.bracketClose {
      if bytes[end] == Ascii.bracketOpen || bytes[end] == Ascii.dot { break }
      end += 1
    }
    guard end < bytes.count, bytes[end] == Ascii.bracketClose else {
      throw problem("the bracket `[` is never closed", at: position)
    }
    defer { position = end + 1 }
    return UnsafeBufferPointer(rebasing: bytes[position...end])
  }

  /// Passes a dot; false if there is none here.
  mutating func skipDot() -> Bool {
    guard position < bytes.count, bytes[position] == Ascii.dot else { return false }
    position += 1
    return true
  }

  func problem(_ reason: String, at position: Int) -> Failure {
    Failure(
      .badData, "\(quoted(bytes)) is not SELFIES: \(reason) at position \(position + 1)",
      advice: "SELFIES is made of symbols in brackets, for example [C][=C][F]")
  }
}

/// A text for a message: in backticks, cut to a readable length.
func quoted(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
  let text = String(decoding: bytes.prefix(240), as: UTF8.self)
  return text.count > 60 ? "`\(text.prefix(57))…`" : "`\(text)`"
}
