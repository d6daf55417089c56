extension Lexer {
  // MARK: Numbers

  mutating func number() -> Token.Kind {
    let start = position
    digits()
    if current == UInt8(ascii: "."), Lexer.isDigit(peek(1)) {
      position += 1
      digits()
    }
    if let e = current, e | 0x20 == UInt8(ascii: "e") {
      let isSigned = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
      if Lexer.isDigit(peek(isSigned ? 2 : 1)) {
        position += isSigned ? 2 : 1
        digits()
      }
    }
    let digitsEnd = position
    while let byte = current, Lexer.startsName(byte) || Lexer.isDigit(byte) { position += 1 }
    let text = source.slice(start..<digitsEnd).filter { $0 != "_" }
    let suffix = source.slice(digitsEnd..<position)
    guard let value = Double(text), value.isFinite else {
      note(.badNumber, "the number \(text.prefix(20)) is too large", start..<position)
      return .invalid
    }
    if suffix.isEmpty { return .number(value) }
    if let unit = DurationText.units.first(where: { $0.name == suffix }) {
      return .duration(seconds: value * unit.seconds)
    }
    note(
      .badNumber, "`\(source.slice(start..<position))` is not a number", start..<position,
      advice: "write `\(text) * \(suffix)` to multiply; durations end in ms, s, min, h or d")
    return .invalid
  }

  private mutating func digits() {
    while let byte = current, Lexer.isDigit(byte) || byte == UInt8(ascii: "_") { position += 1 }
  }

  // MARK: Strings

  /// `"…"`, `"""…"""`, and with `isRaw` the same without escapes and `{…}`.
  mutating func string(isRaw: Bool) -> Token.Kind {
    let start = position
    let quote = UInt8(ascii: "\"")
    let multiline = peek(1) == quote && peek(2) == quote
    position += multiline ? 3 : 1
    let indentation = multiline ? openBlock() : 0
    var parts: [Token.StringPart] = []
    var text: [UInt8] = []
    while let byte = current {
      if byte == quote, !multiline || (peek(1) == quote && peek(2) == quote) {
        position += multiline ? 3 : 1
        if multiline { dropLastLineEnd(&text, isWhole: indentation >= 0) }
        if !text.isEmpty || parts.isEmpty {
          parts.append(.text(String(decoding: text, as: UTF8.self)))
        }
        return .string(parts)
      }
      switch byte {
      case UInt8(ascii: "\n"):
        guard multiline else { return unterminated(start) }
        position += 1
        line += 1
        text.append(byte)
        skipIndentation(indentation)
      case UInt8(ascii: "\\") where !isRaw: escape(&text)
      case UInt8(ascii: "{") where !isRaw:
        position += 1
        let isFirst = startsLine
        guard let tokens = interpolation(multiline: multiline) else { return unterminated(start) }
        startsLine = isFirst
        if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
        text = []
        parts.append(.tokens(tokens))
      default:
        text.append(byte)
        position += 1
      }
    }
    if multiline { ranOut = true }
    return unterminated(start)
  }

  private mutating func unterminated(_ start: Int) -> Token.Kind {
    while let byte = current, byte != UInt8(ascii: "\n") { position += 1 }
    let isBlock = bytes[start...].starts(with: Array("\"\"\"".utf8))
    note(
      .unterminatedString, "this string has no end",
      start..<max(start + 1, min(position, lineEnd(start))),
      advice: isBlock
        ? "close it with \"\"\"" : "close it with \", or use \"\"\"…\"\"\" over several lines")
    return .invalid
  }

  private func lineEnd(_ start: Int) -> Int {
    bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
  }

  /// After `"""`: skips a line end, and finds how far the lines are indented: as far as the line
  /// of the closing quotes, if those stand alone; -1 if not.
  private mutating func openBlock() -> Int {
    guard current == UInt8(ascii: "\n") else { return -1 }
    var end = position
    let quote = UInt8(ascii: "\"")
    while end + 2 < bytes.count,
      !(bytes[end] == quote && bytes[end + 1] == quote && bytes[end + 2] == quote)
    {
      end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    var start = min(end, bytes.count)
    while start > 0, bytes[start - 1] == UInt8(ascii: " ") { start -= 1 }
    let standsAlone = start > 0 && bytes[start - 1] == UInt8(ascii: "\n")
    position += 1
    line += 1
    let indentation = standsAlone ? min(end, bytes.count) - start : -1
    skipIndentation(indentation)
    return indentation
  }

  private mutating func skipIndentation(_ count: Int) {
    var left = count
    while left > 0, current == UInt8(ascii: " ") {
      position += 1
      left -= 1
    }
  }

  private func dropLastLineEnd(_ text: inout [UInt8], isWhole: Bool) {
    if isWhole, text.last == UInt8(ascii: "\n") { text.removeLast() }
  }

  private mutating func escape(_ text: inout [UInt8]) {
    let start = position
    position += 1
    guard let byte = current else { return }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): text.append(UInt8(ascii: "\n"))
    case UInt8(ascii: "t"): text.append(UInt8(ascii: "\t"))
    case UInt8(ascii: "r"): text.append(UInt8(ascii: "\r"))
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "}"):
      text.append(byte)
    case UInt8(ascii: "u") where current == UInt8(ascii: "{"): unicodeEscape(start, &text)
    default:
      position -= 1
      if byte < 0x80, byte != UInt8(ascii: "\n") { position += 1 }
      note(
        .badEscape, "`\(source.slice(start..<position))` is not an escape", start..<position,
        advice: "write `\\\\` for a backslash, or r\"…\" for text without escapes, as in a SMILES")
    }
  }

  private mutating func unicodeEscape(_ start: Int, _ text: inout [UInt8]) {
    position += 1
    let first = position
    while let byte = current, byte != UInt8(ascii: "}"), byte != UInt8(ascii: "\""),
      byte != UInt8(ascii: "\n")
    {
      position += 1
    }
    let scalar = UInt32(source.slice(first..<position), radix: 16).flatMap(Unicode.Scalar.init)
    if current == UInt8(ascii: "}") { position += 1 }
    if let scalar {
      text.append(contentsOf: String(scalar).utf8)
    } else {
      note(
        .badEscape, "`\(source.slice(start..<position))` is not a character", start..<position,
        advice: "write the code of the character in hexadecimal, as in \\u{3b1}")
    }
  }
}
