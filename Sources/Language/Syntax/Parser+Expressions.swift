extension Parser {
  mutating func expression() throws -> Expression {
    try nested { parser in
      if parser.isAt(.if) { return try parser.choice() }
      if let lambda = try parser.lambda() { return lambda }
      return try parser.binary(.pipe)
    }
  }

  mutating func make(_ kind: Expression.Kind, from start: Span, _ children: Expression...) throws
    -> Expression
  {
    try make(kind, from: start, children)
  }

  mutating func make(_ kind: Expression.Kind, from start: Span, _ children: [Expression]) throws
    -> Expression
  {
    let depth = 1 + (children.map(\.depth).max() ?? 0)
    if depth > Parser.deepestTree {
      throw fail(
        .nestedTooDeeply, "this expression is a chain of more than \(Parser.deepestTree) parts",
        at: start, advice: "give parts of it names, or use a loop, sum(…) or join(…)")
    }
    return Expression(kind: kind, span: span(from: start), depth: depth)
  }

  // MARK: Lambdas and choices

  private mutating func choice() throws -> Expression {
    let start = here
    advance()
    let condition = try expression()
    guard take(.then) else {
      throw expected("`then`", advice: "as in `if x > 0 then x else 0`")
    }
    let yes = try expression()
    guard take(.else) else {
      throw expected("`else`", advice: "an `if` with `then` gives a value in both cases")
    }
    let no = try expression()
    return try make(.choice(condition, yes, no), from: start, condition, yes, no)
  }

  private mutating func lambda() throws -> Expression? {
    let start = here
    var parameters: [ParameterSyntax]
    if case .name(let name) = token.kind, case .symbol(.arrow) = following.kind {
      advance()
      parameters = [ParameterSyntax(name: name, span: start, standard: nil)]
    } else if isAt(.openRound), isArrowAfterBracket() {
      parameters = try self.parameters()
    } else {
      return nil
    }
    advance()
    if isAt(.openCurly), startsBlock() {
      throw fail(
        .unexpectedToken, "a lambda has one expression and no block",
        advice: "write a function: fn name(x) { … }")
    }
    let body = try expression()
    return try make(.lambda(.init(parameters: parameters, body: body)), from: start, body)
  }

  private func isArrowAfterBracket() -> Bool {
    var depth = 0
    for i in position..<tokens.count {
      switch tokens[i].kind {
      case .symbol(.openRound), .symbol(.openSquare), .symbol(.openCurly): depth += 1
      case .symbol(.closeRound), .symbol(.closeSquare), .symbol(.closeCurly):
        depth -= 1
        if depth == 0 {
          if i + 1 < tokens.count, case .symbol(.arrow) = tokens[i + 1].kind { return true }
          return false
        }
      default: break
      }
    }
    return false
  }

  /// Whether `{` opens a block rather than a record.
  private func startsBlock() -> Bool {
    let first = following
    let second = tokens[min(position + 2, tokens.count - 1)]
    switch (first.kind, second.kind) {
    case (.symbol(.closeCurly), _): return false
    case (.name, .symbol(.colon)), (.string, .symbol(.colon)): return false
    default: return true
    }
  }

  // MARK: Operators

  /// How tightly operators bind, loosest first.
  enum Precedence: Int {
    case pipe, or, and, not, comparison, range, sum, product, sign, power

    var next: Precedence { Precedence(rawValue: rawValue + 1) ?? .power }
  }

  private enum Operator {
    case pipe
    case logic(isAnd: Bool)
    case comparison(Operators.Comparison)
    case membership(isNegated: Bool)
    case range(includesUpper: Bool)
    case arithmetic(Operators.Arithmetic)
  }

  private var currentOperator: (Operator, Precedence)? {
    switch token.kind {
    case .symbol(.minus) where startsNegation: nil
    case .symbol(let symbol): Parser.operators[symbol]
    case .keyword(.or): (.logic(isAnd: false), .or)
    case .keyword(.and): (.logic(isAnd: true), .and)
    case .keyword(.in): (.membership(isNegated: false), .comparison)
    case .keyword(.not):
      if case .keyword(.in) = following.kind, !token.startsLine {
        (.membership(isNegated: true), .comparison)
      } else {
        nil
      }
    default: nil
    }
  }

  /// Whether the `-` here begins a line and touches what follows: a negative value of its own,
  /// where `- x` at a line's start would continue the line above.
  private var startsNegation: Bool {
    token.startsLine && brackets == 0 && token.range.upperBound == following.range.lowerBound
  }

  private static let operators: [Symbol: (Operator, Precedence)] = [
    .pipe: (.pipe, .pipe),
    .equal: (.comparison(.equal), .comparison),
    .unequal: (.comparison(.unequal), .comparison),
    .less: (.comparison(.less), .comparison),
    .atMost: (.comparison(.atMost), .comparison),
    .greater: (.comparison(.greater), .comparison),
    .atLeast: (.comparison(.atLeast), .comparison),
    .closedRange: (.range(includesUpper: true), .range),
    .halfOpenRange: (.range(includesUpper: false), .range),
    .plus: (.arithmetic(.add), .sum),
    .minus: (.arithmetic(.subtract), .sum),
    .times: (.arithmetic(.multiply), .product),
    .divide: (.arithmetic(.divide), .product),
    .remainder: (.arithmetic(.remainder), .product),
    .power: (.arithmetic(.power), .power),
  ]

  /// Operators that bind at least as tightly as `lowest`, by precedence climbing.
  mutating func binary(_ lowest: Precedence) throws -> Expression {
    let start = here
    var left = try prefix()
    while let (op, precedence) = currentOperator, precedence.rawValue >= lowest.rawValue {
      let place = here
      advance()
      if case .membership(true) = op { advance() }
      try refuseDoubledOperator(place)
      // `^` groups to the right: its right side may hold further powers.
      let right = try nested { parser in
        if precedence == .pipe, let lambda = try parser.lambda() { return lambda }
        return try parser.binary(precedence == .power ? .sign : precedence.next)
      }
      left = try combine(left, op, right, start)
      if precedence == .comparison || precedence == .range { try refuseChain(precedence) }
    }
    return left
  }

  private mutating func combine(
    _ left: Expression, _ op: Operator, _ right: Expression, _ start: Span
  ) throws -> Expression {
    let kind: Expression.Kind =
      switch op {
      case .pipe: .pipe(left, right)
      case .logic(let isAnd): .logic(isAnd: isAnd, left, right)
      case .comparison(let operation): .comparison(operation, left, right)
      case .membership(let isNegated): .membership(left, in: right, isNegated: isNegated)
      case .range(let includesUpper): .range(left, right, includesUpper: includesUpper)
      case .arithmetic(let operation): .arithmetic(operation, left, right)
      }
    return try make(kind, from: start, left, right)
  }

  private mutating func refuseChain(_ precedence: Precedence) throws {
    guard let (_, next) = currentOperator, next == precedence else { return }
    if precedence == .range { throw fail(.chainedComparison, "ranges cannot be chained") }
    throw fail(
      .chainedComparison, "comparisons cannot be chained",
      advice: isInConstraint
        ? "write `b in a...c` for a range"
        : "write `a < b and b < c`, or `b in a...c` for a range")
  }

  private mutating func refuseDoubledOperator(_ previous: Span) throws {
    guard case .symbol(let symbol) = token.kind, token.range.lowerBound == previous.range.upperBound
    else { return }
    switch (previous.text, symbol) {
    case ("*", .times):
      throw fail(.unexpectedToken, "`**` has no meaning here", advice: "a power is written x^2")
    case ("/", .divide):
      throw fail(
        .unexpectedToken, "`//` has no meaning here",
        advice: "comments start with #; for whole division write floor(a / b)")
    default: return
    }
  }

  private mutating func prefix() throws -> Expression {
    let start = here
    if take(.minus) {
      let operand = try nested { try $0.binary(.sign) }
      return try make(.negate(operand), from: start, operand)
    }
    if take(.not) {
      let operand = try nested { try $0.binary(.comparison) }
      return try make(.not(operand), from: start, operand)
    }
    return try postfix()
  }

  // MARK: Calls, indices, members

  private mutating func postfix() throws -> Expression {
    let start = here
    var result = try primary()
    while true {
      let continues = !token.startsLine || brackets > 0
      if isAt(.openRound), continues {
        let arguments = try self.arguments()
        result = try make(
          .call(result, arguments), from: start, [result] + arguments.map(\.value))
      } else if isAt(.openSquare), continues {
        let open = here
        advance()
        let index = try bracketed { try $0.expression() }
        try close(
          .closeSquare, open: open,
          single: "an index is one number or a range; calls have round brackets, as in f([1, 2])")
        result = try make(.index(result, index), from: start, result, index)
      } else if take(.dot) {
        let (name, span) = try memberName()
        result = try make(.member(result, name, span), from: start, result)
      } else {
        return result
      }
    }
  }

  /// A name after a dot; words of the language are allowed there.
  private mutating func memberName() throws -> (String, Span) {
    if case .keyword(let keyword) = token.kind {
      let span = here
      advance()
      return (keyword.rawValue, span)
    }
    if isAt(.dot) {
      throw fail(
        .unexpectedToken, "`..` is no range",
        advice: "write `1...3`, which has 3, or `1..<3`, which has not")
    }
    return try name("a name after `.`")
  }

  mutating func bracketed<T>(_ body: (inout Parser) throws -> T) throws -> T {
    brackets += 1
    defer { brackets = max(0, brackets - 1) }
    return try body(&self)
  }

  private mutating func arguments() throws -> [Expression.Argument] {
    let open = here
    advance()
    let result = try bracketed { parser in
      var result: [Expression.Argument] = []
      while !parser.isAt(.closeRound) {
        let argument = try parser.argument()
        if argument.name == nil, result.last?.name != nil {
          parser.note(
            Diagnostic(
              .positionalAfterNamed, "an argument without a name stands after a named one",
              at: argument.value.span, advice: "put the named arguments last"))
        }
        if let name = argument.name, result.contains(where: { $0.name == name }) {
          parser.note(
            Diagnostic(
              .argumentTwice, "the argument `\(name)` is given twice", at: argument.nameSpan))
        }
        result.append(argument)
        if !parser.take(.comma) { break }
      }
      return result
    }
    try close(.closeRound, open: open)
    return result
  }

  private mutating func argument() throws -> Expression.Argument {
    guard case .name(let name) = token.kind else {
      return .init(name: nil, nameSpan: nil, value: try expression())
    }
    if case .symbol(.colon) = following.kind {
      let span = here
      advance()
      advance()
      return .init(name: name, nameSpan: span, value: try expression())
    }
    if case .symbol(.assign) = following.kind {
      throw fail(
        .unexpectedToken, "`=` has no meaning in a call", at: span(following),
        advice: "named arguments are written `\(name): …`")
    }
    return .init(name: nil, nameSpan: nil, value: try expression())
  }
}
