extension Parser {
  mutating func statement() throws -> Statement {
    let start = here
    let kind: Statement.Kind
    switch token.kind {
    case .keyword(.fn): kind = .function(try function())
    case .keyword(.if): return try ifStatement()
    case .keyword(.for): kind = try forLoop()
    case .keyword(.while):
      advance()
      let condition = try expression()
      kind = .whileLoop(condition, try block("to open the loop's body"))
    case .keyword(.return):
      advance()
      let hasValue = !(token.startsLine || isAtEnd || isAt(.semicolon) || isAt(.closeCurly))
      kind = .returning(hasValue ? try expression() : nil)
    case .keyword(.break):
      advance()
      kind = .breaking
    case .keyword(.continue):
      advance()
      kind = .continuing
    case .name(let word):
      if let special = try contextual(word) { kind = special } else { kind = try simple() }
    default: kind = try simple()
    }
    return Statement(kind: kind, span: span(from: start))
  }

  /// Statements that begin with a word that is a name elsewhere.
  private mutating func contextual(_ word: String) throws -> Statement.Kind? {
    guard !following.startsLine, case .name(let next) = following.kind else {
      if word == "maximize" || word == "minimize", isOperandNext { throw outOfPlace(word) }
      return nil
    }
    switch word {
    case "use":
      advance()
      let span = here
      advance()
      return .use(next, span)
    case "problem": return .problem(try problem())
    case "maximize", "minimize": throw outOfPlace(word)
    case "subject" where next == "to": throw outOfPlace("subject to")
    case "require": throw outOfPlace(word)
    default: return nil
    }
  }

  private mutating func outOfPlace(_ word: String) -> Abandoned {
    fail(
      .statementOutOfPlace, "`\(word)` stands directly in the body of a `problem`",
      advice: "for a goal that depends on a condition write `if … then … else …` in it")
  }

  private mutating func simple() throws -> Statement.Kind {
    let target = try expression()
    let operation: Operators.Arithmetic?
    switch token.kind {
    case .symbol(.assign): operation = nil
    case .symbol(.assignAdd): operation = .add
    case .symbol(.assignSubtract): operation = .subtract
    case .symbol(.assignMultiply): operation = .multiply
    case .symbol(.assignDivide): operation = .divide
    default: return .expression(target, isHidden: isAt(.semicolon))
    }
    guard Parser.isTarget(target) else {
      throw fail(
        .badTarget, "this cannot be assigned to", at: target.span,
        advice: "assign to a name, as in x = 3, or to a part of one, as in x[0] = 3")
    }
    advance()
    return .assign(target, operation, try expression())
  }

  private static func isTarget(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .name: true
    case .index(let object, _), .member(let object, _, _): isTarget(object)
    default: false
    }
  }

  // MARK: Branches and loops

  private mutating func ifStatement() throws -> Statement {
    let start = here
    let begin = position
    advance()
    let condition = try expression()
    if isAt(.then) {
      position = begin
      let value = try expression()
      return Statement(
        kind: .expression(value, isHidden: isAt(.semicolon)), span: span(from: start))
    }
    if isAt(.assign) {
      throw fail(
        .unexpectedToken, "`=` assigns and cannot stand in a condition", advice: "compare with `==`"
      )
    }
    let yes = try block("to open the block, or `then`,")
    var no: [Statement] = []
    if take(.else) {
      no = isAt(.if) ? [try nested { try $0.ifStatement() }] : try block("or `if` after `else`")
    }
    return Statement(kind: .choice(condition, yes, no), span: span(from: start))
  }

  private mutating func forLoop() throws -> Statement.Kind {
    advance()
    let (name, span) = try name("a name for the loop's variable")
    guard take(.in) else { throw expected("`in` after the loop's variable") }
    let collection = try expression()
    return .forLoop(name, span, collection, try block("to open the loop's body"))
  }

  mutating func name(_ what: String) throws -> (String, Span) {
    guard case .name(let name) = token.kind else {
      if case .keyword = token.kind {
        throw expected(what, advice: "`\(here.text)` is a word of the language; choose another")
      }
      throw expected(what)
    }
    let span = here
    advance()
    return (name, span)
  }

  // MARK: Functions

  private mutating func function() throws -> FunctionSyntax {
    let doc = docComment()
    advance()
    let (name, nameSpan) = try name("the function's name")
    let parameters = try parameters()
    let body: FunctionSyntax.Body
    if take(.assign) {
      body = .expression(try expression())
    } else {
      body = .block(try block("or `=` to begin the function's body"))
    }
    return FunctionSyntax(
      name: name, nameSpan: nameSpan, parameters: parameters, body: body, doc: doc)
  }

  /// `(a, b = 3)`; a default may also be written `b: 3`.
  mutating func parameters() throws -> [ParameterSyntax] {
    let open = here
    try expect(.openRound, "to open the parameters")
    brackets += 1
    defer { brackets -= 1 }
    var result: [ParameterSyntax] = []
    while !isAt(.closeRound) {
      let (name, span) = try name("a parameter's name")
      if result.contains(where: { $0.name == name }) {
        note(Diagnostic(.duplicateName, "the parameter `\(name)` appears twice", at: span))
      }
      let hasDefault = take(.assign) || take(.colon)
      let standard = hasDefault ? try expression() : nil
      if standard == nil, result.last?.standard != nil {
        note(
          Diagnostic(
            .requiredAfterDefault, "`\(name)` has no default, but the parameter before it has one",
            at: span, advice: "put parameters with defaults last"))
      }
      result.append(ParameterSyntax(name: name, span: span, standard: standard))
      if !take(.comma) { break }
    }
    try close(.closeRound, open: open)
    return result
  }

  /// The `##` lines directly above the current token.
  func docComment() -> String? {
    var line = here.start.line - 1
    var lines: [String] = []
    for comment in comments.reversed() where comment.line <= line {
      guard comment.kind == .doc, comment.line == line else { break }
      lines.append(comment.text)
      line -= 1
    }
    return lines.isEmpty ? nil : lines.reversed().joined(separator: "\n")
  }
}
