extension Parser {
  mutating func primary() throws -> Expression {
    let start = here
    switch token.kind {
    case .number(let value):
      advance()
      return try make(.number(value), from: start)
    case .duration(let seconds):
      advance()
      return try make(.duration(seconds: seconds), from: start)
    case .string(let parts):
      advance()
      return try string(parts, start)
    case .keyword(.true), .keyword(.false):
      let value = isAt(.true)
      advance()
      return try make(.bool(value), from: start)
    case .keyword(.none):
      advance()
      return try make(.none, from: start)
    case .name(let name):
      advance()
      return try make(.name(name), from: start)
    case .symbol(.openRound):
      advance()
      let inner = try bracketed { try $0.expression() }
      try close(.closeRound, open: start)
      return try make(.group(inner), from: start, inner)
    case .symbol(.openSquare): return try list()
    case .symbol(.openCurly): return try record()
    case .keyword(.if):
      throw fail(
        .unexpectedToken, "an `if` inside an expression stands in parentheses",
        advice: "as in 1 + (if x > 0 then x else 0)")
    default: throw notAnExpression()
    }
  }

  private mutating func notAnExpression() -> Abandoned {
    switch token.kind {
    case .symbol(.dot):
      return expected("a value", advice: "write numbers with a leading zero, as in 0.5")
    case .symbol(.assign):
      return expected("a value", advice: "compare with `==`")
    case .keyword(let keyword):
      return expected("a value", advice: "`\(keyword.rawValue)` is a word of the language")
    default: return expected("a value")
    }
  }

  private mutating func string(_ parts: [Token.StringPart], _ start: Span) throws -> Expression {
    if parts.isEmpty { return try make(.string(""), from: start) }
    if parts.count == 1, case .text(let text) = parts[0] {
      return try make(.string(text), from: start)
    }
    var result: [Expression.Part] = []
    var children: [Expression] = []
    for part in parts {
      switch part {
      case .text(let text): result.append(.text(text))
      case .tokens(let tokens):
        let value = try interpolated(tokens)
        children.append(value)
        result.append(.value(value))
      }
    }
    return try make(.interpolation(result), from: start, children)
  }

  /// The expression inside `{…}`. Its errors are this parser's errors.
  private mutating func interpolated(_ tokens: [Token]) throws -> Expression {
    var inner = Parser(self, tokens: tokens)
    defer { for diagnostic in inner.diagnostics { note(diagnostic) } }
    if inner.isAtEnd {
      throw inner.fail(
        .unexpectedToken, "there is nothing between { and }",
        advice: "write \\{ and \\} for braces in text, or r\"…\" for text as it is")
    }
    let value = try inner.expression()
    if !inner.isAtEnd {
      throw inner.fail(
        .unexpectedToken, "`}` is expected here, not \(inner.found)",
        advice: "write \\{ for a brace in text, or r\"…\" for text as it is")
    }
    return value
  }

  private mutating func list() throws -> Expression {
    let start = here
    advance()
    let items = try bracketed { parser in
      var items: [Expression] = []
      while !parser.isAt(.closeSquare) {
        items.append(try parser.expression())
        if !parser.take(.comma) { break }
      }
      return items
    }
    try close(.closeSquare, open: start)
    return try make(.list(items), from: start, items)
  }

  private mutating func record() throws -> Expression {
    let start = here
    advance()
    let fields = try bracketed { parser in
      var fields: [(name: String, value: Expression)] = []
      while !parser.isAt(.closeCurly) {
        let (key, span) = try parser.key()
        if fields.contains(where: { $0.name == key }) {
          parser.note(Diagnostic(.duplicateName, "the field `\(key)` appears twice", at: span))
        }
        try parser.expect(.colon, "after the field's name")
        fields.append((key, try parser.expression()))
        if !parser.take(.comma) { break }
      }
      return fields
    }
    try close(.closeCurly, open: start)
    return try make(.record(fields), from: start, fields.map(\.value))
  }

  private mutating func key() throws -> (String, Span) {
    let span = here
    switch token.kind {
    case .name(let name):
      advance()
      return (name, span)
    case .keyword(let keyword):
      advance()
      return (keyword.rawValue, span)
    case .string(let parts):
      guard parts.count == 1, case .text(let text) = parts[0] else { break }
      advance()
      return (text, span)
    default: break
    }
    throw expected("a field's name", advice: "as in {name: \"x\", n: 3}")
  }
}
