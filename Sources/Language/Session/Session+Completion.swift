extension Session {
  /// What could stand at a place of a text. Evaluates nothing.
  ///
  /// - Parameter cursor: bytes of the text before the cursor; what follows is not looked at.
  public func completions(_ text: String, cursor: Int) -> Completion {
    let before = String(decoding: Array(text.utf8.prefix(max(0, cursor))), as: UTF8.self)
    let end = before.utf8.count
    var lexer = Lexer(SourceFile(name: "input", text: before))
    let tokens = Array(lexer.tokens().dropLast())
    if let open = lexer.diagnostics.last, open.code == .unterminatedString,
      let start = open.span?.range.lowerBound
    {
      let quotes = before.utf8.dropFirst(start).prefix {
        $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "r")
      }
      let inside = start + quotes.count
      let typed = String(decoding: Array(before.utf8.dropFirst(inside)), as: UTF8.self)
      // Where an argument is one of a few texts, what stands in quotes is no path.
      let texts = choices(tokens.filter { $0.range.upperBound <= start }).compactMap(\.inQuotes)
      return Completion(
        range: inside..<end, candidates: texts.filter { $0.text.hasPrefix(typed) },
        path: texts.isEmpty ? typed : nil)
    }
    var prefix = ""
    var context = tokens[...]
    if let last = tokens.last, last.range.upperBound == end, let word = last.word {
      prefix = word
      context = tokens.dropLast()
    }
    let candidates = self.candidates(Array(context)).filter { $0.text.hasPrefix(prefix) }
    return Completion(
      range: end - prefix.utf8.count..<end, candidates: candidates, path: nil)
  }

  private func candidates(_ tokens: [Token]) -> [Completion.Candidate] {
    if let last = tokens.last {
      if case .symbol(.dot) = last.kind { return members(tokens.dropLast()) }
      if case .name("use") = last.kind, last.startsLine {
        return library.names.sorted().map { .init(text: $0, kind: .module, detail: "module") }
      }
    }
    return choices(tokens) + arguments(tokens) + names(tokens)
  }

  // MARK: Names

  private func names(_ tokens: [Token]) -> [Completion.Candidate] {
    var seen: Set<String> = []
    var result: [Completion.Candidate] = []
    func add(_ name: String, _ kind: Completion.Kind, _ detail: String) {
      if seen.insert(name).inserted { result.append(.init(text: name, kind: kind, detail: detail)) }
    }
    for name in assigned(tokens) { add(name, .variable, "") }
    for (name, entry) in globals.entries.sorted(by: { $0.key < $1.key }) {
      switch entry.cell.pointer.pointee {
      case .function(let function)?: add(name, .function, function.signature.text(name: name))
      case let value?: add(name, .variable, value.typeName)
      case nil: continue
      }
    }
    for name in catalog.names {
      add(name, .function, catalog[name]?.signature.text(name: name) ?? "")
    }
    for (name, constant) in catalog.constants.sorted(by: { $0.key < $1.key }) {
      add(name, .variable, constant.doc)
    }
    for name in library.automatic.keys.sorted() { add(name, .function, "") }
    for word in Keyword.allCases.map(\.rawValue) + Keyword.contextual { add(word, .keyword, "") }
    return result
  }

  /// Names given a value or listed as parameters in the text itself.
  private func assigned(_ tokens: [Token]) -> [String] {
    zip(tokens, tokens.dropFirst()).compactMap { token, next in
      guard case .name(let name) = token.kind else { return nil }
      switch next.kind {
      case .symbol(.assign), .symbol(.arrow), .keyword(.in): return name
      default: return nil
      }
    }
  }

  // MARK: Arguments

  /// Named arguments of the call the cursor is in, where an argument can begin.
  private func arguments(_ tokens: [Token]) -> [Completion.Candidate] {
    guard case .symbol(let last)? = tokens.last?.kind, last == .openRound || last == .comma,
      let (signature, open) = call(tokens)
    else { return [] }
    let given = names(in: tokens[(open + 1)...])
    return signature.parameters.filter { !given.contains($0.name) && $0.kind != .variadic }.map {
      .init(text: "\($0.name): ", kind: .argument, detail: $0.doc.isEmpty ? $0.type : $0.doc)
    }
  }

  /// What the argument may be whose name and colon stand before the cursor, where that is a short list.
  private func choices(_ tokens: [Token]) -> [Completion.Candidate] {
    guard case .symbol(.colon)? = tokens.last?.kind, let name = tokens.dropLast().last?.word,
      let (signature, _) = call(tokens),
      let parameter = signature.parameters.first(where: { $0.name == name })
    else { return [] }
    return parameter.choices.map { .init(text: $0, kind: .argument, detail: parameter.doc) }
  }

  /// The call that the cursor is in: what it takes, and where its bracket opens.
  private func call(_ tokens: [Token]) -> (signature: FunctionSignature, open: Int)? {
    guard let open = openBracket(tokens), open > 0, case .symbol(.openRound) = tokens[open].kind,
      let signature = signature(tokens[..<open])
    else { return nil }
    return (signature, open)
  }

  private func openBracket(_ tokens: [Token]) -> Int? {
    var depth = 0
    for (i, token) in tokens.enumerated().reversed() {
      switch token.kind {
      case .symbol(.closeRound), .symbol(.closeSquare), .symbol(.closeCurly): depth += 1
      case .symbol(.openRound), .symbol(.openSquare), .symbol(.openCurly):
        if depth == 0 { return i }
        depth -= 1
      default: break
      }
    }
    return nil
  }

  private func names(in tokens: ArraySlice<Token>) -> Set<String> {
    var depth = 0
    var names: Set<String> = []
    for (token, next) in zip(tokens, tokens.dropFirst()) {
      switch token.kind {
      case .symbol(.openRound), .symbol(.openSquare), .symbol(.openCurly): depth += 1
      case .symbol(.closeRound), .symbol(.closeSquare), .symbol(.closeCurly): depth -= 1
      case .name(let name):
        if depth == 0, case .symbol(.colon) = next.kind { names.insert(name) }
      default: break
      }
    }
    return names
  }

  private func signature(_ callee: ArraySlice<Token>) -> FunctionSignature? {
    if case .name(let name)? = callee.last?.kind, !isAfterDot(callee), self[name] == nil {
      return catalog[name]?.signature
    }
    switch value(callee) {
    case .function(let function)?: return function.signature
    case .problem(let problem)?: return problem.signature
    case .host(let object)?: return object.signature
    default: return nil
    }
  }

  private func isAfterDot(_ tokens: ArraySlice<Token>) -> Bool {
    guard case .symbol(.dot)? = tokens.dropLast().last?.kind else { return false }
    return true
  }

  // MARK: Members

  private func members(_ object: ArraySlice<Token>) -> [Completion.Candidate] {
    guard let value = value(object) else { return [] }
    let names: [String] =
      switch value {
      case .record(let record): record.keys
      case .table(let table): table.names
      case .host(let host): host.members
      case .problem: ProblemValue.memberNames
      case .range: ["lower", "upper"]
      default: []
      }
    return names.filter { Lexer.isName($0) }.map {
      .init(text: $0, kind: .member, detail: value.typeName)
    }
  }

  /// The value of `name.field.field` at the end of the tokens, from what is already there.
  private func value(_ tokens: ArraySlice<Token>) -> Value? {
    guard let last = tokens.last, let name = last.word else { return nil }
    guard isAfterDot(tokens) else {
      return self[name] ?? catalog[name].map { .function(.native($0)) }
    }
    switch value(tokens.dropLast(2)) {
    case .record(let record)?: return record[name]
    case .table(let table)?: return table[name].map { Value($0) }
    default: return nil
    }
  }
}

extension Completion.Candidate {
  /// What is left to write of a text behind its opening quote; nil for what is no text.
  fileprivate var inQuotes: Self? {
    guard text.hasPrefix("\"") else { return nil }
    return .init(text: String(text.dropFirst()), kind: kind, detail: detail)
  }
}

extension Token {
  /// The text of a name or keyword.
  fileprivate var word: String? {
    switch kind {
    case .name(let name): name
    case .keyword(let keyword): keyword.rawValue
    default: nil
    }
  }
}
