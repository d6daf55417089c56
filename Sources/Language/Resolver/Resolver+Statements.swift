import Core

extension Resolver {
  /// The code of a statement; nil for one that only means something before running.
  func statement(_ statement: Statement, _ scope: Scope) -> StatementNode? {
    let span = statement.span
    switch statement.kind {
    case .expression(let expression, let isHidden):
      return ExpressionStatement(self.expression(expression, scope), isHidden: isHidden, span)
    case .assign(let target, let operation, let value):
      return assign(target, operation, value, span, scope)
    case .use(let name, let nameSpan): return use(name, nameSpan, span, scope)
    case .function(let function): return self.function(function, span, scope)
    case .problem(let problem): return self.problem(problem, span, scope)
    case .choice(let condition, let yes, let no):
      let condition = expression(condition, scope)
      return IfStatement(condition, block(yes, scope), block(no, scope), span)
    case .forLoop(let name, _, let collection, let body):
      let collection = expression(collection, scope)
      let variable = storage(name, scope)
      scope.assigned.insert(name)
      return ForStatement(variable, collection, loop(body, scope), span)
    case .whileLoop(let condition, let body):
      return WhileStatement(expression(condition, scope), loop(body, scope), span)
    case .returning(let value): return returning(value, span, scope)
    case .breaking, .continuing: return jump(statement, scope)
    }
  }

  private func block(_ statements: [Statement], _ scope: Scope) -> [StatementNode] {
    scope.blockDepth += 1
    defer { scope.blockDepth -= 1 }
    return statements.compactMap { statement($0, scope) }
  }

  private func loop(_ statements: [Statement], _ scope: Scope) -> [StatementNode] {
    scope.loopDepth += 1
    defer { scope.loopDepth -= 1 }
    return block(statements, scope)
  }

  private func jump(_ statement: Statement, _ scope: Scope) -> StatementNode {
    var flow = Flow.nextTurn
    if case .breaking = statement.kind { flow = .leaveLoop }
    if scope.loopDepth == 0 {
      note(
        .statementOutOfPlace,
        "`\(flow == .leaveLoop ? "break" : "continue")` stands outside a loop",
        statement.span)
    }
    return JumpStatement(flow, statement.span)
  }

  private func returning(_ value: Expression?, _ span: Span, _ scope: Scope) -> StatementNode {
    let node = value.map { expression($0, scope) }
    switch scope.kind {
    case .top:
      note(.statementOutOfPlace, "`return` stands outside a function", span)
    case .problem:
      note(
        .returnInProblem, "`return` cannot leave a problem's body", span,
        advice: "state the goal with `maximize` or `minimize`; fail(\"why\") gives a candidate up")
    default: break
    }
    let result = ReturnStatement(node, scope: scope, span)
    return result
  }

  private func use(_ name: String, _ nameSpan: Span, _ span: Span, _ scope: Scope) -> StatementNode?
  {
    guard scope.isTop, scope.blockDepth == 0 else {
      note(
        .statementOutOfPlace, "`use` stands at the top level of a script", span,
        advice: "move it to the beginning")
      return nil
    }
    guard let module = try? load(name, nameSpan) else { return nil }
    return UseStatement(module, span)
  }

  // MARK: Assignment

  /// Where a name that the scope assigns lives.
  func storage(_ name: String, _ scope: Scope) -> Storage {
    if !scope.isTop { return .slot(scope.addSlot(name)) }
    if let entry = globals.entries[name] { return .global(entry.cell) }
    let cell = GlobalCell(name)
    globals.entries[name] = GlobalTable.Entry(cell: cell)
    return .global(cell)
  }

  private func assign(
    _ target: Expression, _ operation: Operators.Arithmetic?, _ value: Expression, _ span: Span,
    _ scope: Scope
  ) -> StatementNode? {
    guard let root = AssignedNames.root(target) else { return nil }
    if case .name(let name) = target.kind, operation == nil {
      return assignName(name, value, span, scope)
    }
    let node = expression(value, scope)
    guard let current = changeable(root, target, scope) else { return nil }
    let place = storage(root, scope)
    if case .name = target.kind, let operation {
      scope.assigned.insert(root)
      return UpdateStatement(place, operation, current: current, node, span)
    }
    return PathAssignStatement(
      place, current: current, path: path(target, scope), operation, node, span)
  }

  private func assignName(_ name: String, _ value: Expression, _ span: Span, _ scope: Scope)
    -> StatementNode
  {
    let isLambda = if case .lambda = value.ungrouped.kind { true } else { false }
    let wasLive = scope.liveNames.contains(name)
    if isLambda {
      scope.liveNames.insert(name)
      lambdaName = name
    }
    let node = expression(value, scope)
    if isLambda, !wasLive { scope.liveNames.remove(name) }
    let place = storage(name, scope)
    scope.assigned.insert(name)
    let plain = AssignStatement(place, node, span)
    guard let item = appended(to: name, value, node) else { return plain }
    return AppendStatement(place, item, plain: plain, span)
  }

  /// The item of `name = append(name, item)`.
  private func appended(to name: String, _ value: Expression, _ node: Node) -> Node? {
    guard let call = node as? NativeCallNode, call.function === catalog["append"],
      call.positional.count == 2, call.named.isEmpty,
      case .call(_, let arguments) = value.ungrouped.kind, arguments.count == 2,
      case .name(name) = arguments[0].value.kind
    else { return nil }
    return call.positional[1]
  }

  /// Code that reads what `x += …` or `x[i] = …` changes; notes an error when the scope may not
  /// change it.
  private func changeable(_ root: String, _ target: Expression, _ scope: Scope) -> Node? {
    guard let current = read(root, target.span, scope) else {
      noteUnknown(root, target.span, scope, isCall: false)
      return nil
    }
    let owns = scope.isTop ? globals.entries[root] != nil : scope.slots[root] != nil
    if owns { return current }
    if current is ConstantNode {
      note(
        .outerVariable, "`\(root)` belongs to the language and cannot be changed", target.span,
        advice: "choose another name")
    } else {
      note(
        .outerVariable,
        "`\(root)` belongs to the code around this function and cannot be changed here",
        target.span, advice: "return the new value, or give the function its own copy: \(root) = …")
    }
    return nil
  }

  private func path(_ target: Expression, _ scope: Scope) -> [PathStep] {
    switch target.kind {
    case .index(let object, let index):
      path(object, scope) + [.index(expression(index, scope))]
    case .member(let object, let name, let span): path(object, scope) + [.member(name, span)]
    default: []
    }
  }

  // MARK: Functions

  private func function(_ function: FunctionSyntax, _ span: Span, _ scope: Scope) -> StatementNode {
    let inner = Scope(.function, parent: scope)
    if !scope.isTop { inner.selfName = function.name }
    let header = Span(span.source, span.range.lowerBound..<function.nameSpan.range.upperBound)
    let node = closure(
      name: function.name, function.parameters, function.body, doc: function.doc, header, inner)
    let place = storage(function.name, scope)
    scope.assigned.insert(function.name)
    return AssignStatement(place, node, span)
  }

  /// Resolves a function's body in `inner` and gives the code that makes the closure.
  func closure(
    name: String, _ parameters: [ParameterSyntax], _ body: FunctionSyntax.Body, doc: String?,
    _ span: Span, _ inner: Scope
  ) -> Node {
    for parameter in parameters {
      _ = inner.addSlot(parameter.name)
      inner.assigned.insert(parameter.name)
    }
    if case .block(let statements) = body {
      let names = AssignedNames.collect(statements)
      for name in names.variables + names.others { _ = inner.addSlot(name) }
    }
    let resolvedParameters = parameters.map {
      FunctionCode.Parameter(
        name: $0.name, standard: $0.standard.map { expression($0, inner) })
    }
    let code: FunctionCode.Body =
      switch body {
      case .expression(let value): .expression(expression(value, inner))
      case .block(let statements):
        .block(statements.compactMap { statement($0, inner) })
      }
    let function = FunctionCode(
      name: name, parameters: resolvedParameters, slotCount: inner.slotCount, body: code, doc: doc,
      span: span, signature: Resolver.signature(parameters), uses: inner.uses)
    inner.parent?.uses.functions.append(function)
    functionCodes.append(function)
    return ClosureNode(function, sources: inner.sources, span)
  }
}

extension ReturnStatement {
  /// The return slot comes after all variables, whose number is final before the body is resolved.
  convenience init(_ value: Node?, scope: Scope, _ span: Span) {
    self.init(value, slot: scope.slotCount, span)
  }
}
