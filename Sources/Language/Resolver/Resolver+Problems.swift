import Core

extension Resolver {
  func problem(_ problem: ProblemSyntax, _ span: Span, _ scope: Scope) -> StatementNode? {
    let spaces = problem.parameters.map { expression($0.space, scope) }
    let parameters = problem.parameters.map(\.name)
    let inner = Scope(.problem, parent: scope)
    for name in parameters {
      _ = inner.addSlot(name)
      inner.assigned.insert(name)
    }
    var names = AssignedNames.Names()
    for item in problem.items {
      if case .statement(let statement) = item { AssignedNames.visit(statement, &names) }
    }
    for name in names.variables + names.others { _ = inner.addSlot(name) }
    let recorded = names.variables.filter { !parameters.contains($0) }

    var body = ProblemBody()
    for item in problem.items { body.lines.append(line(item, &body, inner)) }
    checkProblem(problem, body, inner, scope)
    guard let goal = body.goal else { return nil }
    let end = problem.parameters.last?.span ?? problem.nameSpan
    let header = Span(span.source, span.range.lowerBound..<end.range.upperBound)
    let code = ProblemCode(
      name: problem.name, parameterNames: parameters, goal: goal, subjects: body.subjects,
      steps: body.steps, recordedNames: recorded,
      recordedSlots: recorded.compactMap { inner.slots[$0] }, slotCount: inner.slotCount,
      doc: problem.doc, span: header, text: span.text, uses: inner.uses,
      requirement: body.requirement(inner.captures), slices: body.slices(inner.captures))
    let place = storage(problem.name, scope)
    scope.assigned.insert(problem.name)
    return ProblemStatement(place, code, spaces: spaces, sources: inner.sources, span)
  }

  private struct ProblemBody {
    var goal: ProblemValue.Goal?
    var subjects: [ProblemValue.Subject] = []
    var steps: [ProblemCode.Step] = []
    var lines: [ProblemLine] = []
    /// Whether a line was not understood, so that what is missing may be what it meant.
    var hasMisspeltLine = false

    /// What each constraint needs.
    /// - Parameter captures: places of the names that the body captures.
    func slices(_ captures: [String: Int]) -> [ProblemCode.Slice] {
      subjects.indices.map { own in lines.slice(captures) { $0 == own } }
    }

    /// What all that is required needs; nil where nothing is.
    func requirement(_ captures: [String: Int]) -> ProblemCode.Slice? {
      guard subjects.contains(where: \.isRequired) else { return nil }
      return lines.slice(captures) { subjects[$0].isRequired }
    }
  }

  /// Resolves a line of the body, and keeps what it gives values to and what it needs.
  private func line(
    _ item: ProblemSyntax.Item, _ body: inout ProblemBody, _ scope: Scope
  ) -> ProblemLine {
    let (uses, mentioned, count) = (scope.uses, scope.mentioned, body.steps.count)
    (scope.uses, scope.mentioned) = (CodeUses(), [])
    add(item, to: &body, scope)
    let line = ProblemLine(
      step: body.steps.count > count ? body.steps[count] : nil, uses: scope.uses,
      needs: scope.mentioned, gives: item.assignedNames)
    scope.uses = uses
    scope.uses.add(line.uses)
    scope.mentioned.formUnion(mentioned)
    return line
  }

  private func add(_ item: ProblemSyntax.Item, to body: inout ProblemBody, _ scope: Scope) {
    switch item {
    case .statement(let statement):
      if isMisspelt(statement, scope) {
        body.hasMisspeltLine = true
        return
      }
      if let node = self.statement(statement, scope) { body.steps.append(.statement(node)) }
    case .goal(let sense, let label, let value, let span):
      let node = expression(value, scope)
      if body.goal != nil {
        note(
          .severalGoals, "a problem has one goal; several goals are not possible yet", span,
          advice: "combine them in one expression, or keep one as `subject to`")
        return
      }
      body.goal = .init(name: label?.name ?? value.plainName ?? "objective", sense: sense)
      body.steps.append(.goal(node))
    case .subject(let label, let value, let isRequired, let span):
      let constraint = constraint(value, scope)
      let name = label?.name ?? subjectName(value, body.subjects)
      if body.subjects.contains(where: { $0.name == name }) {
        note(
          .duplicateSubject, "two constraints are named `\(name)`", label?.span ?? span,
          advice: "give each its own name")
      }
      warnOfJoinedComparisons(value)
      var kind = ProblemValue.Subject.Kind.violation
      if case .indicator = constraint { kind = .indicator }
      body.steps.append(.subject(body.subjects.count, constraint, value.span))
      body.subjects.append(.init(name: name, kind: kind, isRequired: isRequired))
    }
  }

  /// A name for a constraint without a label: the variable it is about, or its number.
  private func subjectName(_ value: Expression, _ taken: [ProblemValue.Subject]) -> String {
    switch value.ungrouped.kind {
    case .comparison(_, let left, _), .membership(let left, _, _):
      if let name = left.plainName, !taken.contains(where: { $0.name == name }) { return name }
    default: break
    }
    return "constraint_\(taken.count + 1)"
  }

  private func constraint(_ value: Expression, _ scope: Scope) -> ProblemCode.Constraint {
    switch value.ungrouped.kind {
    case .comparison(let op, let left, let right) where op != .unequal:
      let a = expression(left, scope)
      let b = expression(right, scope)
      // `0 <= x` is about x.
      if a is ConstantNode, !(b is ConstantNode) { return .comparison(b, op.mirrored, a) }
      return .comparison(a, op, b)
    case .membership(let item, let container, false):
      if case .range(let lower, let upper, _) = container.ungrouped.kind,
        let a = (expression(lower, scope) as? ConstantNode)?.value,
        let b = (expression(upper, scope) as? ConstantNode)?.value,
        case .number(let x) = a, case .number(let y) = b, x > y
      {
        note(
          .emptyRange, "nothing lies in the range \(container.span.text)", container.span,
          advice: "write the smaller number first")
      }
      return .membership(expression(item, scope), expression(container, scope))
    default: return .indicator(expression(value, scope))
    }
  }

  private func checkProblem(
    _ problem: ProblemSyntax, _ body: ProblemBody, _ inner: Scope, _ scope: Scope
  ) {
    if body.hasMisspeltLine { return }
    if body.goal == nil {
      note(
        .noGoal, "the problem `\(problem.name)` has no goal", problem.nameSpan,
        advice: "add a line `maximize …` or `minimize …`")
    } else if inner.mentioned.isDisjoint(with: problem.parameters.map(\.name)) {
      unusedCandidates.append(UnusedCandidate(problem: problem, scope: inner))
    }
  }

  /// Tells of `minimze (x - 1)^2`, which reads like a call until names are looked up.
  private func isMisspelt(_ statement: Statement, _ scope: Scope) -> Bool {
    guard case .expression(let expression, _) = statement.kind,
      let first = expression.firstName, case .name(let name) = first.kind,
      let meant = ProblemSyntax.Opening(misspelt: name), read(name, first.span, scope) == nil
    else { return false }
    diagnostics.append(meant.diagnostic(misspelt: name, at: first.span))
    return true
  }
}

extension Expression {
  /// The name, if the expression is just that.
  fileprivate var plainName: String? {
    if case .name(let name) = ungrouped.kind { name } else { nil }
  }

  /// The name that the expression begins with, if it begins with one.
  fileprivate var firstName: Expression? {
    var first = self
    while true {
      switch first.kind {
      case .name: return first
      case .call(let inner, _), .index(let inner, _), .arithmetic(_, let inner, _),
        .comparison(_, let inner, _), .membership(let inner, _, _), .range(let inner, _, _),
        .logic(_, let inner, _), .pipe(let inner, _):
        first = inner
      default: return nil
      }
    }
  }
}

extension Operators.Comparison {
  /// The same comparison with its sides swapped.
  var mirrored: Operators.Comparison {
    switch self {
    case .less: .greater
    case .greater: .less
    case .atMost: .atLeast
    case .atLeast: .atMost
    case .equal, .unequal: self
    }
  }
}
