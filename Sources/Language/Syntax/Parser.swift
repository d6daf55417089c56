/// Makes statements of tokens. After an error it goes on with the next statement, so that all
/// errors of a file are found at once.
struct Parser {
  /// How deep expressions and blocks may be nested, and how long a chain of operators may be.
  static let deepestNesting = 100
  static let deepestTree = 500
  private static let mostDiagnostics = 50

  /// Thrown after an error was noted, to leave the statement.
  struct Abandoned: Error {}

  let source: SourceFile
  var tokens: [Token]
  var position = 0
  var comments: [Comment]
  var diagnostics: [Diagnostic]
  /// Open ( [ and { of records: line ends mean nothing inside.
  var brackets = 0
  var nesting = 0
  /// Inside `subject to`, where what is advised must not turn a size into a yes or no.
  var isInConstraint = false
  /// Whether every error so far is that the text ended too early.
  private(set) var onlyRanOut = true

  init(_ source: SourceFile) {
    var lexer = Lexer(source)
    self.source = source
    tokens = lexer.tokens()
    comments = lexer.comments
    diagnostics = lexer.diagnostics
    if !diagnostics.isEmpty { onlyRanOut = lexer.ranOut && diagnostics.count == 1 }
  }

  /// A parser of the expression inside a string.
  init(_ outer: Parser, tokens: [Token]) {
    source = outer.source
    self.tokens = tokens
    comments = []
    diagnostics = []
    brackets = 1
    nesting = outer.nesting
  }

  /// The program and all syntax errors, in the order of the text.
  static func parse(_ source: SourceFile) -> (program: Program, diagnostics: [Diagnostic]) {
    var parser = Parser(source)
    let statements = parser.statements(until: nil)
    let sorted = parser.diagnostics.sorted {
      ($0.span?.range.lowerBound ?? 0) < ($1.span?.range.lowerBound ?? 0)
    }
    return (
      Program(source: source, statements: statements, comments: parser.comments),
      Array(sorted.prefix(mostDiagnostics))
    )
  }

  /// Whether the text could go on: a bracket, block, string or operator is open at its end.
  ///
  /// A block is read to its end even where something in it is wrong already: its other lines make no
  /// sense without it, and would each be one more error.
  static func isOpen(_ source: SourceFile) -> Bool {
    var parser = Parser(source)
    _ = parser.statements(until: nil)
    if parser.diagnostics.isEmpty { return false }
    return parser.onlyRanOut || parser.hasOpenBlock
  }

  /// Whether more `{` than `}` stand in the text, counted from where all blocks were last closed.
  private var hasOpenBlock: Bool {
    var depth = 0
    for token in tokens {
      if case .symbol(.openCurly) = token.kind { depth += 1 }
      if case .symbol(.closeCurly) = token.kind { depth = max(0, depth - 1) }
    }
    return depth > 0
  }

  // MARK: Tokens

  var token: Token { tokens[position] }
  var following: Token { tokens[min(position + 1, tokens.count - 1)] }
  func span(_ token: Token) -> Span { Span(source, token.range) }
  var here: Span { span(token) }

  var previousEnd: Int { position > 0 ? tokens[position - 1].range.upperBound : 0 }
  func span(from start: Span) -> Span {
    Span(source, start.range.lowerBound..<max(start.range.upperBound, previousEnd))
  }

  mutating func advance() { if position < tokens.count - 1 { position += 1 } }

  func isAt(_ symbol: Symbol) -> Bool {
    if case .symbol(symbol) = token.kind { true } else { false }
  }
  func isAt(_ keyword: Keyword) -> Bool {
    if case .keyword(keyword) = token.kind { true } else { false }
  }
  func isAt(word: String) -> Bool { if case .name(word) = token.kind { true } else { false } }
  var isAtEnd: Bool { if case .end = token.kind { true } else { false } }

  mutating func take(_ symbol: Symbol) -> Bool {
    guard isAt(symbol) else { return false }
    advance()
    return true
  }

  mutating func take(_ keyword: Keyword) -> Bool {
    guard isAt(keyword) else { return false }
    advance()
    return true
  }

  // MARK: Errors

  mutating func note(_ diagnostic: Diagnostic) {
    if !isAtEnd { onlyRanOut = false }
    diagnostics.append(diagnostic)
  }

  mutating func fail(
    _ code: DiagnosticCode, _ message: String, at span: Span? = nil, advice: String? = nil
  ) -> Abandoned {
    // The lexer has said already what is wrong with an invalid token.
    if case .invalid = token.kind { return Abandoned() }
    note(Diagnostic(code, message, at: span ?? here, advice: advice))
    return Abandoned()
  }

  mutating func expected(_ what: String, advice: String? = nil) -> Abandoned {
    fail(.unexpectedToken, "\(what) is expected here, not \(found)", advice: advice)
  }

  /// The current token in words.
  var found: String {
    switch token.kind {
    case .end: "the end of the text"
    case .string: "a string"
    case .number, .duration: "the number `\(here.text)`"
    default: "`\(here.text)`"
    }
  }

  mutating func expect(_ symbol: Symbol, _ purpose: String) throws {
    if take(symbol) { return }
    throw expected("`\(symbol.rawValue)` \(purpose)")
  }

  /// Closes what `open` opened.
  /// - Parameter single: what to say where a comma follows although only one thing stands here.
  mutating func close(_ symbol: Symbol, open: Span, single: String? = nil) throws {
    if take(symbol) { return }
    if isAt(.comma) { throw expected("`\(symbol.rawValue)`", advice: single) }
    if !token.startsLine, !isAtEnd, symbol != .closeCurly || brackets > 0 {
      throw expected("`,` or `\(symbol.rawValue)`")
    }
    let place = "the `\(open.text)` in line \(open.start.line)"
    throw fail(
      .unclosedBracket,
      "\(place) is not closed: `\(symbol.rawValue)` is expected here, not \(found)")
  }

  mutating func nested<T>(_ body: (inout Parser) throws -> T) throws -> T {
    nesting += 1
    defer { nesting -= 1 }
    if nesting > Parser.deepestNesting {
      throw fail(
        .nestedTooDeeply, "this is nested more than \(Parser.deepestNesting) deep",
        advice: "give the inner parts names")
    }
    return try body(&self)
  }

  // MARK: Blocks

  /// Statements up to `}` (for a block) or the end of the text; stops before it.
  mutating func statements(until closer: Symbol?) -> [Statement] {
    var result: [Statement] = []
    while true {
      while take(.semicolon) {}
      if isAtEnd { return result }
      if isAt(.closeCurly) {
        if closer == .closeCurly { return result }
        note(Diagnostic(.unmatchedBracket, "this `}` closes nothing", at: here))
        advance()
        continue
      }
      let start = position
      do {
        result.append(try statement())
        try endOfStatement()
      } catch {
        recover(from: start)
      }
      if position == start { advance() }
    }
  }

  mutating func block(_ purpose: String) throws -> [Statement] {
    let open = here
    try expect(.openCurly, purpose)
    let outer = brackets
    brackets = 0
    defer { brackets = outer }
    return try nested { parser in
      let body = parser.statements(until: .closeCurly)
      try parser.close(.closeCurly, open: open)
      return body
    }
  }

  mutating func endOfStatement() throws {
    if token.startsLine || isAtEnd || isAt(.semicolon) || isAt(.closeCurly) { return }
    throw unexpectedAfterStatement()
  }

  private mutating func unexpectedAfterStatement() -> Abandoned {
    switch token.kind {
    case .symbol(.closeRound), .symbol(.closeSquare):
      return fail(.unmatchedBracket, "this `\(here.text)` closes nothing")
    case .symbol(.assign):
      return fail(
        .badTarget, "this cannot be assigned to", advice: "compare with `==`; assign to a name")
    case .symbol(.colon):
      return fail(
        .unexpectedToken, "`:` has no meaning here",
        advice: "blocks are written { … }; named arguments stand inside ( )")
    case .symbol(.openCurly):
      return fail(.unexpectedToken, "`{` has no meaning here")
    case .symbol(.comma):
      if position > 0, case .number = tokens[position - 1].kind,
        case .number = tokens[position + 1].kind
      {
        let text = "\(span(tokens[position - 1]).text).\(span(tokens[position + 1]).text)"
        return fail(.unexpectedToken, "numbers have decimal points", advice: "write \(text)")
      }
      return fail(
        .unexpectedToken, "the statement should end before `,`",
        advice: "put each statement on its own line; lists stand in [ ]")
    default:
      var advice = "put each statement on its own line, or `;` between them"
      if position > 0, case .name(let name) = tokens[position - 1].kind {
        advice = ForeignWords.advice[name] ?? "to call a function write \(name)(…)"
      }
      return fail(
        .unexpectedToken, "the statement should end before \(found)", advice: advice)
    }
  }

  /// Skips the rest of a broken statement: to a line that is not indented further, or the end of
  /// the block.
  mutating func recover(from start: Int) {
    brackets = 0
    let indentation = column(tokens[start])
    var depth = 0
    for i in start..<position {
      if case .symbol(.openCurly) = tokens[i].kind { depth += 1 }
      if case .symbol(.closeCurly) = tokens[i].kind { depth = max(0, depth - 1) }
    }
    while !isAtEnd {
      var isCloser = false
      switch token.kind {
      case .symbol(.closeRound), .symbol(.closeSquare), .symbol(.closeCurly): isCloser = true
      default: break
      }
      if token.startsLine, !isCloser, position > start, depth == 0, column(token) <= indentation {
        return
      }
      switch token.kind {
      case .symbol(.openCurly): depth += 1
      case .symbol(.closeCurly):
        if depth == 0 { return }
        depth -= 1
        advance()
        if depth == 0 { return }
        continue
      default: break
      }
      advance()
    }
  }

  private func column(_ token: Token) -> Int { source.location(token.range.lowerBound).column }
}
