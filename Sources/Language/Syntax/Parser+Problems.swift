import Core

extension Parser {
  mutating func problem() throws -> ProblemSyntax {
    let doc = docComment()
    advance()
    let (name, nameSpan) = try name("the problem's name")
    let open = here
    try expect(.openRound, "and the candidate, as in `problem \(name)(x in box(0, 1, dim: 2))`,")
    var parameters = [try problemParameter(of: name)]
    while take(.comma), !isAt(.closeRound) {
      let next = try problemParameter(of: name)
      if parameters.contains(where: { $0.name == next.name }) {
        note(
          Diagnostic(.duplicateName, "the setting `\(next.name)` appears twice", at: next.span))
      }
      parameters.append(next)
    }
    try close(.closeRound, open: open)
    let body = here
    try expect(.openCurly, "to open the problem's body")
    let items = try nested { parser in
      let items = parser.problemItems()
      try parser.close(.closeCurly, open: body)
      return items
    }
    return ProblemSyntax(
      name: name, nameSpan: nameSpan, parameters: parameters, items: items, doc: doc)
  }

  private mutating func problemParameter(of problem: String) throws -> ProblemSyntax.Parameter {
    let (name, span) = try self.name("the candidate's name")
    guard take(.in) else {
      throw expected(
        "`in` and the space",
        advice: isAt(.comma)
          ? "each setting says where it lies, as in `problem \(problem)(\(name) in 0...1, b in [1, 2])`; "
            + "one candidate of several coordinates has them as x[0], x[1], …"
          : "as in `problem \(problem)(\(name) in box(0, 1, dim: 2))`")
    }
    brackets += 1
    defer { brackets -= 1 }
    return ProblemSyntax.Parameter(name: name, span: span, space: try expression())
  }

  private mutating func problemItems() -> [ProblemSyntax.Item] {
    var items: [ProblemSyntax.Item] = []
    while true {
      while take(.semicolon) {}
      if isAtEnd || isAt(.closeCurly) { return items }
      let start = position
      do {
        items.append(try problemItem())
        try endOfStatement()
      } catch {
        recover(from: start)
      }
      if position == start { advance() }
    }
  }

  private mutating func problemItem() throws -> ProblemSyntax.Item {
    let start = here
    guard case .name(let word) = token.kind, !isAssigned(following) else {
      return .statement(try statement())
    }
    if let opening = ProblemSyntax.Opening(rawValue: word) { return try item(opening, start) }
    // A name with a value behind it is an error anyhow; what was meant is gone on with, so that a
    // slip of the finger is one error.
    if isOperandNext, let meant = ProblemSyntax.Opening(misspelt: word) {
      note(meant.diagnostic(misspelt: word, at: here))
      return try item(meant, start)
    }
    return .statement(try statement())
  }

  /// The goal or constraint that the current word opens.
  private mutating func item(_ opening: ProblemSyntax.Opening, _ start: Span) throws
    -> ProblemSyntax.Item
  {
    let isMisspelt = !isAt(word: opening.rawValue)
    advance()
    if let sense = opening.sense {
      let label = label()
      let value = try expression()
      return .goal(sense, label: label, value, span(from: start))
    }
    if opening == .subject {
      if isAt(word: "to") {
        advance()
      } else if !isMisspelt {
        throw expected("`to` after `subject`")
      }
    }
    isInConstraint = true
    defer { isInConstraint = false }
    let label = label()
    let value = try expression()
    return .subject(
      label: label, value, isRequired: opening == .require, span(from: start))
  }

  /// Whether a value follows on the same line, which no operator joins to the current word.
  var isOperandNext: Bool {
    if following.startsLine { return false }
    switch following.kind {
    case .name, .number, .string, .duration: return true
    case .keyword(let keyword): return [.not, .if, .true, .false, .none].contains(keyword)
    default: return false
    }
  }

  private func isAssigned(_ token: Token) -> Bool {
    switch token.kind {
    case .symbol(.assign), .symbol(.assignAdd), .symbol(.assignSubtract),
      .symbol(.assignMultiply), .symbol(.assignDivide), .symbol(.dot):
      true
    default: false
    }
  }

  private mutating func label() -> ProblemSyntax.Label? {
    guard case .name(let name) = token.kind, case .symbol(.colon) = following.kind else {
      return nil
    }
    let span = here
    advance()
    advance()
    return ProblemSyntax.Label(name: name, span: span)
  }
}

extension ProblemSyntax {
  /// A word that opens a line of a problem which is no statement elsewhere.
  enum Opening: String, CaseIterable {
    case maximize
    case minimize
    case subject
    case require

    /// The word that a name is a misspelling of, if it is likely one.
    init?(misspelt name: String) {
      let words = Opening.allCases.map(\.rawValue) + ["subjectto", "subject_to"]
      guard let nearest = Suggestion.nearest(to: name, among: words) else { return nil }
      self = Opening(rawValue: nearest) ?? .subject
    }

    /// The direction of the goal it states; nil for a constraint.
    var sense: ProblemValue.Goal.Sense? { ProblemValue.Goal.Sense(rawValue: rawValue) }

    func diagnostic(misspelt name: String, at span: Span) -> Diagnostic {
      let whole = self == .subject ? "subject to" : rawValue
      return Diagnostic(
        .misspeltGoal, "`\(name)` begins no line of a problem", at: span,
        advice: "did you mean `\(whole)`?")
    }
  }
}
