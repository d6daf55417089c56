extension [StatementNode] {
  /// Runs a block.
  @inline(__always)
  func run(_ frame: Frame) throws -> Flow {
    for statement in self {
      let flow = try statement.execute(frame)
      if flow != .next { return flow }
    }
    return .next
  }
}

/// `if`, with everything its branches hold.
final class IfStatement: StatementNode, @unchecked Sendable {
  let condition: Node
  let yes: [StatementNode]
  let no: [StatementNode]

  init(_ condition: Node, _ yes: [StatementNode], _ no: [StatementNode], _ span: Span) {
    self.condition = condition
    self.yes = yes
    self.no = no
    super.init(span)
  }

  override func execute(_ frame: Frame) throws -> Flow {
    try condition.truth(frame) ? try yes.run(frame) : try no.run(frame)
  }
}

/// `while`.
final class WhileStatement: StatementNode, @unchecked Sendable {
  let condition: Node
  let body: [StatementNode]

  init(_ condition: Node, _ body: [StatementNode], _ span: Span) {
    self.condition = condition
    self.body = body
    super.init(span)
  }

  override func execute(_ frame: Frame) throws -> Flow {
    let machine = frame.machine
    while try condition.truth(frame) {
      try machine.checkCancellation(span)
      switch try body.run(frame) {
      case .next, .nextTurn: continue
      case .leaveLoop: return .next
      case .leaveFunction: return .leaveFunction
      }
    }
    return .next
  }
}

/// `for`. The values are those the collection had when the loop began.
final class ForStatement: StatementNode, @unchecked Sendable {
  let variable: Storage
  let collection: Node
  let body: [StatementNode]

  init(_ variable: Storage, _ collection: Node, _ body: [StatementNode], _ span: Span) {
    self.variable = variable
    self.collection = collection
    self.body = body
    super.init(span)
  }

  override func execute(_ frame: Frame) throws -> Flow {
    let values = try collection.evaluate(frame)
    switch values {
    case .range(let range):
      guard let integers = range.integers else { throw notWhole(range) }
      return try turns(frame, integers) { .number(Double($0)) }
    case .list(let items): return try turns(frame, items) { $0 }
    case .vector(let numbers): return try turns(frame, numbers) { .number($0) }
    case .string(let text): return try turns(frame, text) { .string(String($0)) }
    case .record(let record): return try turns(frame, record.keys) { .string($0) }
    default: break
    }
    guard let count = Access.count(values) else {
      throw Diagnostic(
        .notIterable,
        "a loop goes over a range, list, vector, table or the like, not \(values.phrase)",
        at: collection.span, advice: advice(values))
    }
    return try turns(frame, 0..<count) { i in
      try Access.located(collection.span) { try Access.element(values, i) }
    }
  }

  @inline(__always)
  private func turns<Items: Sequence>(
    _ frame: Frame, _ items: Items, _ value: (Items.Element) throws -> Value
  ) throws -> Flow {
    let place = variable.pointer(frame)
    let machine = frame.machine
    for item in items {
      try machine.checkCancellation(span)
      place.pointee = try value(item)
      switch try body.run(frame) {
      case .next, .nextTurn: continue
      case .leaveLoop: return .next
      case .leaveFunction: return .leaveFunction
      }
    }
    return .next
  }

  private func notWhole(_ range: NumberRange) -> Diagnostic {
    Diagnostic(
      .notIterable, "a loop needs whole numbers at both ends, not \(range.text)",
      at: collection.span, advice: "linspace(0, 1, 11) gives evenly spaced numbers")
  }

  private func advice(_ value: Value) -> String? {
    if case .number(let x) = value { return "to count, write 0..<\(NumberText.exact(x))" }
    return nil
  }
}

/// `break` and `continue`.
final class JumpStatement: StatementNode, @unchecked Sendable {
  let flow: Flow

  init(_ flow: Flow, _ span: Span) {
    self.flow = flow
    super.init(span)
  }

  override func execute(_ frame: Frame) throws -> Flow { flow }
}

/// `return`.
final class ReturnStatement: StatementNode, @unchecked Sendable {
  let value: Node?
  let slot: Int

  init(_ value: Node?, slot: Int, _ span: Span) {
    self.value = value
    self.slot = slot
    super.init(span)
  }

  override func execute(_ frame: Frame) throws -> Flow {
    frame.slots[slot] = try value?.evaluate(frame) ?? Value.none
    return .leaveFunction
  }
}

/// `problem`: computes the space and captures what the body refers to.
final class ProblemStatement: StatementNode, @unchecked Sendable {
  let target: Storage
  let code: ProblemCode
  let spaces: [Node]
  let sources: [Node]

  init(_ target: Storage, _ code: ProblemCode, spaces: [Node], sources: [Node], _ span: Span) {
    self.target = target
    self.code = code
    self.spaces = spaces
    self.sources = sources
    super.init(span)
  }

  override func execute(_ frame: Frame) throws -> Flow {
    let problem = ProblemValue(
      body: code, spaces: try spaces.map { try $0.evaluate(frame) },
      captures: sources.map { $0.peek(frame) }, environment: frame.machine.environment)
    try problem.checkRequirement()
    target.pointer(frame).pointee = .problem(problem)
    return .next
  }
}

/// `use`: runs the module's top level, once.
final class UseStatement: StatementNode, @unchecked Sendable {
  let module: Module

  init(_ module: Module, _ span: Span) {
    self.module = module
    super.init(span)
  }

  override func execute(_ frame: Frame) throws -> Flow {
    try module.run(frame.machine, span)
    return .next
  }
}
