/// Cuts a source into tokens. Never stops at an error: it notes it and goes on.
struct Lexer {
  let source: SourceFile
  let bytes: [UInt8]
  var position = 0
  var startsLine = true
  var line = 1
  private(set) var comments: [Comment] = []
  private(set) var diagnostics: [Diagnostic] = []
  /// Whether the text ended inside a `"""` string: at the prompt, more lines may follow.
  var ranOut = false
  private var interpolationDepth = 0

  init(_ source: SourceFile) {
    self.source = source
    bytes = source.bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// All tokens, closed by an `.end` token.
  mutating func tokens() -> [Token] {
    var result: [Token] = []
    while let token = next() { result.append(token) }
    result.append(Token(kind: .end, range: bytes.count..<bytes.count, startsLine: true))
    return result
  }

  /// Whether `text` can stand as a name.
  static func isName(_ text: String) -> Bool {
    var lexer = Lexer(SourceFile(name: "", text: text))
    guard let token = lexer.next(), case .name = token.kind else { return false }
    return token.range == 0..<text.utf8.count
  }

  // MARK: Characters

  var current: UInt8? { position < bytes.count ? bytes[position] : nil }
  func peek(_ distance: Int) -> UInt8? {
    position + distance < bytes.count ? bytes[position + distance] : nil
  }

  mutating func note(
    _ code: DiagnosticCode, _ message: String, _ range: Range<Int>, advice: String? = nil
  ) {
    diagnostics.append(Diagnostic(code, message, at: Span(source, range), advice: advice))
  }

  // MARK: Tokens

  mutating func next() -> Token? {
    skipBlank()
    guard let byte = current else { return nil }
    let start = position
    let isFirst = startsLine
    startsLine = false
    let kind: Token.Kind
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): kind = number()
    case UInt8(ascii: "\""): kind = string(isRaw: false)
    case UInt8(ascii: "r") where peek(1) == UInt8(ascii: "\""):
      position += 1
      kind = string(isRaw: true)
    default:
      kind = Lexer.startsName(byte) ? name() : symbol()
    }
    return Token(kind: kind, range: start..<max(position, start), startsLine: isFirst)
  }

  private mutating func skipBlank() {
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\n"):
        position += 1
        line += 1
        startsLine = true
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
      case UInt8(ascii: "#"): comment()
      default: return
      }
    }
  }

  private mutating func comment() {
    let start = position
    while let byte = current, byte != UInt8(ascii: "\n") { position += 1 }
    let text = source.slice(start..<position)
    let marks: [(String, Comment.Kind)] = [
      ("#%%", .cell), ("#|", .prose), ("##", .doc), ("#", .plain),
    ]
    for (mark, kind) in marks where text.hasPrefix(mark) {
      var body = text.dropFirst(mark.count)
      if body.hasPrefix(" ") { body = body.dropFirst() }
      if body.hasSuffix("\r") { body = body.dropLast() }
      comments.append(
        Comment(kind: kind, text: String(body), range: start..<position, line: line))
      return
    }
  }

  static func startsName(_ byte: UInt8) -> Bool {
    (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
      || byte == UInt8(ascii: "_") || byte >= 0x80
  }

  static func isDigit(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private mutating func name() -> Token.Kind {
    let start = position
    while let byte = current, Lexer.startsName(byte) || Lexer.isDigit(byte) { position += 1 }
    let text = source.slice(start..<position)
    if text.utf8.contains(where: { $0 >= 0x80 }), let strange = strangeScalar(text) {
      // Only the strange character is at fault; what comes before it is a name of its own.
      let before = text.unicodeScalars.prefix { $0 != strange }
      let length = String(String.UnicodeScalarView(before)).utf8.count
      if length > 0 {
        position = start + length
        return .name(source.slice(start..<position))
      }
      position = start + String(strange).utf8.count
      note(
        .unexpectedCharacter, "the character `\(String(strange))` has no meaning here",
        start..<position, advice: Lexer.advice(for: strange))
      return .invalid
    }
    return Keyword(rawValue: text).map { .keyword($0) } ?? .name(text)
  }

  private func strangeScalar(_ text: String) -> Unicode.Scalar? {
    text.unicodeScalars.first { !($0 == "_" || $0.properties.isXIDContinue) }
  }

  private static func advice(for scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "\u{201C}", "\u{201D}", "\u{2018}", "\u{2019}": "strings are written with straight quotes"
    case "\u{2212}", "\u{2013}", "\u{2014}": "the minus sign is `-`"
    case "\u{00D7}", "\u{22C5}", "\u{00B7}": "multiplication is `*`"
    case "\u{2264}": "write `<=`"
    case "\u{2265}": "write `>=`"
    case "\u{2260}": "write `!=`"
    case "\u{00A0}": "this is a non-breaking space; use an ordinary one"
    default: nil
    }
  }

  private mutating func symbol() -> Token.Kind {
    let start = position
    let byte = bytes[position]
    for symbol in Symbol.byFirstByte[byte] ?? [] {
      let text = Array(symbol.rawValue.utf8)
      if bytes[start...].starts(with: text) {
        position += text.count
        return .symbol(symbol)
      }
    }
    position += 1
    let pair = source.slice(start..<min(start + 2, bytes.count))
    switch pair {
    case "&&", "||":
      position += 1
      note(
        .unexpectedCharacter, "`\(pair)` has no meaning here", start..<position,
        advice: pair == "&&" ? "write `and`" : "write `or`")
    default:
      note(
        .unexpectedCharacter, Lexer.describe(byte), start..<position, advice: Lexer.advice(byte))
    }
    return .invalid
  }

  private static func describe(_ byte: UInt8) -> String {
    byte < 0x20 || byte == 0x7F
      ? "the control character \(byte) has no meaning here"
      : "the character `\(Character(Unicode.Scalar(byte)))` has no meaning here"
  }

  private static func advice(_ byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "!"): "write `not`"
    case UInt8(ascii: "'"): "strings are written with double quotes, \"…\""
    case UInt8(ascii: "&"): "write `and`"
    case UInt8(ascii: "|"): "write `or`; a pipe is `|>`"
    case 0: "is this a text file?"
    default: nil
    }
  }

  // MARK: Interpolation

  /// The tokens of `{…}` in a string, after the opening brace; the closing one is consumed.
  /// Nil when the text or, in a one-line string, the line ends first.
  mutating func interpolation(multiline: Bool) -> [Token]? {
    interpolationDepth += 1
    defer { interpolationDepth -= 1 }
    if interpolationDepth > 16 {
      note(.nestedTooDeeply, "strings are nested too deeply", position..<position)
      position = bytes.count
      return nil
    }
    var tokens: [Token] = []
    var depth = 0
    let startLine = line
    while let token = next() {
      if !multiline, line != startLine { return nil }
      switch token.kind {
      case .symbol(.openCurly): depth += 1
      case .symbol(.closeCurly):
        if depth == 0 {
          let end = token.range.lowerBound
          tokens.append(Token(kind: .end, range: end..<end, startsLine: false))
          return tokens
        }
        depth -= 1
      default: break
      }
      tokens.append(token)
    }
    return nil
  }
}
