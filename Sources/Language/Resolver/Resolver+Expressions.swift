import Core

extension Resolver {
  func expression(_ expression: Expression, _ scope: Scope) -> Node {
    let span = expression.span
    switch expression.kind {
    case .invalid, .none: return ConstantNode(.none, span)
    case .number(let x): return ConstantNode(.number(x), span)
    case .duration(let seconds): return ConstantNode(.duration(seconds: seconds), span)
    case .string(let text): return ConstantNode(.string(text), span)
    case .bool(let flag): return ConstantNode(.bool(flag), span)
    case .group(let inner): return self.expression(inner, scope)
    case .name(let name): return self.name(name, span, scope)
    case .interpolation(let parts): return interpolation(parts, span, scope)
    case .list(let items): return ListNode(items.map { self.expression($0, scope) }, span)
    case .record(let fields):
      return RecordNode(fields.map { ($0.name, self.expression($0.value, scope)) }, span)
    case .lambda(let lambda): return self.lambda(lambda, span, scope)
    case .pipe(let value, let target): return pipe(value, target, span, scope)
    case .member(let object, let name, let nameSpan):
      return MemberNode(self.expression(object, scope), name, nameSpan: nameSpan, span)
    case .index(let object, let index):
      return IndexNode(self.expression(object, scope), self.expression(index, scope), span)
    case .call(let callee, let arguments):
      return call(
        callee, arguments.map { ($0.name, $0.nameSpan, self.expression($0.value, scope)) }, span,
        scope)
    default: return operation(expression, scope)
    }
  }

  private func operation(_ expression: Expression, _ scope: Scope) -> Node {
    let span = expression.span
    func node(_ inner: Expression) -> Node { self.expression(inner, scope) }
    switch expression.kind {
    case .choice(let condition, let yes, let no):
      return ChoiceNode(node(condition), node(yes), node(no), span)
    case .logic(let isAnd, let left, let right):
      return LogicNode(isAnd: isAnd, node(left), node(right), span)
    case .not(let operand): return NotNode(node(operand), span)
    case .comparison(let op, let left, let right):
      let (a, b) = (node(left), node(right))
      return folded(a, b, span) { try Operators.compare(op, $0, $1, span) }
        ?? ComparisonNode(op, a, b, span)
    case .membership(let item, let container, let isNegated):
      return MembershipNode(node(item), in: node(container), isNegated: isNegated, span)
    case .range(let lower, let upper, let includesUpper):
      return RangeNode(node(lower), node(upper), includesUpper: includesUpper, span)
    case .arithmetic(let op, let left, let right):
      let (a, b) = (node(left), node(right))
      return folded(a, b, span) { try Operators.arithmetic(op, $0, $1, span) }
        ?? ArithmeticNode(op, a, b, span)
    case .negate(let operand):
      let inner = node(operand)
      return folded(inner, inner, span) { value, _ in try Operators.negate(value, span) }
        ?? NegateNode(inner, span)
    default: return ConstantNode(.none, span)
    }
  }

  /// Works out an operation on two constants; what cannot work is an error before anything runs.
  private func folded(
    _ a: Node, _ b: Node, _ span: Span, _ operation: (Value, Value) throws -> Value
  ) -> Node? {
    guard let x = a as? ConstantNode, let y = b as? ConstantNode else { return nil }
    do {
      return ConstantNode(try operation(x.value, y.value), span)
    } catch {
      if let diagnostic = error as? Diagnostic { diagnostics.append(diagnostic) }
      return nil
    }
  }

  private func name(_ name: String, _ span: Span, _ scope: Scope) -> Node {
    if let node = read(name, span, scope) { return node }
    noteUnknown(name, span, scope, isCall: false)
    return Node(span)
  }

  private func interpolation(_ parts: [Expression.Part], _ span: Span, _ scope: Scope) -> Node {
    InterpolationNode(
      parts.map { part in
        switch part {
        case .text(let text): .text(text)
        case .value(let value): .value(expression(value, scope))
        }
      }, span)
  }

  private func lambda(_ lambda: Expression.Lambda, _ span: Span, _ scope: Scope) -> Node {
    let inner = Scope(.lambda, parent: scope)
    let name = lambdaName
    lambdaName = nil
    if !scope.isTop { inner.selfName = name }
    return closure(
      name: name ?? "lambda", lambda.parameters, .expression(lambda.body), doc: nil, span, inner)
  }

  // MARK: Calls

  private func pipe(_ value: Expression, _ target: Expression, _ span: Span, _ scope: Scope) -> Node
  {
    let first = expression(value, scope)
    guard case .call(let callee, let arguments) = target.kind else {
      return call(target, [(nil, nil, first)], span, scope)
    }
    let others = arguments.map { ($0.name, $0.nameSpan, expression($0.value, scope)) }
    return call(callee, [(nil, nil, first)] + others, span, scope)
  }

  private func call(
    _ callee: Expression, _ arguments: [(name: String?, nameSpan: Span?, value: Node)],
    _ span: Span, _ scope: Scope
  ) -> Node {
    let positional = arguments.filter { $0.name == nil }.map(\.value)
    let named = arguments.compactMap { argument in
      argument.name.map { (name: $0, value: argument.value) }
    }
    guard case .name(let name) = callee.kind else {
      return CallNode(expression(callee, scope), positional, named: named, span)
    }
    guard let target = read(name, callee.span, scope) else {
      noteUnknown(name, callee.span, scope, isCall: true)
      return Node(span)
    }
    if let signature = knownSignature(name, target, scope),
      let problem = signature.shapeProblem(
        positional: positional.count, named: named.map(\.name), of: name)
    {
      notify(problem, arguments.compactMap { a in a.nameSpan.map { (a.name, $0) } }, callee.span)
      return Node(span)
    }
    guard case .function(.native(let native))? = (target as? ConstantNode)?.value else {
      return CallNode(target, positional, named: named, span)
    }
    if native === ScriptFunctions.measured {
      for name in positional + named.map(\.value) { noteMeasured(name, scope) }
    }
    if let scalar = native.scalar, positional.count == 1, named.isEmpty {
      return ScalarCallNode(native, scalar, positional[0], span)
    }
    return NativeCallNode(native, positional, named: named, span)
  }

  /// Keeps what is measured by name: a study has to know before anything runs.
  private func noteMeasured(_ name: Node, _ scope: Scope) {
    if case .string(let text)? = (name as? ConstantNode)?.value, !text.isEmpty {
      scope.uses.measured.append(text)
    } else {
      note(
        .unnamedMeasurement, "`measured` takes a name in quotes, which `ask` then lists", name.span,
        advice: "write what is measured, as in measured(\"activity\")")
    }
  }

  /// The signature of a function that cannot be another one when the call runs.
  private func knownSignature(_ name: String, _ target: Node, _ scope: Scope) -> FunctionSignature?
  {
    if let constant = target as? ConstantNode {
      if case .function(let function) = constant.value { return function.signature }
      return nil
    }
    if scope.ownsOrInherits(name) { return nil }
    if let signature = declared[name] { return signature }
    guard !redefined.contains(name), let entry = globals.entries[name],
      case .function(let function)? = entry.cell.pointer.pointee
    else { return nil }
    return function.signature
  }

  private func notify(_ problem: CallShape, _ names: [(String?, Span)], _ callee: Span) {
    var place = callee
    switch problem {
    case .unknown(_, _, let argument), .twice(_, let argument):
      place = names.first { $0.0 == argument }?.1 ?? callee
    default: break
    }
    note(problem.code, problem.failure.message, place, advice: problem.failure.advice)
  }
}
