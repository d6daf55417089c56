/// `+ - * / % ^`.
final class ArithmeticNode: Node, @unchecked Sendable {
  let operation: Operators.Arithmetic
  let left: Node
  let right: Node

  init(_ operation: Operators.Arithmetic, _ left: Node, _ right: Node, _ span: Span) {
    self.operation = operation
    self.left = left
    self.right = right
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    let a = try left.evaluate(frame)
    let b = try right.evaluate(frame)
    if case .number(let x) = a, case .number(let y) = b { return .number(operation.apply(x, y)) }
    return try Operators.arithmetic(operation, a, b, span)
  }
}

/// `-x`.
final class NegateNode: Node, @unchecked Sendable {
  let operand: Node

  init(_ operand: Node, _ span: Span) {
    self.operand = operand
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    try Operators.negate(try operand.evaluate(frame), span)
  }
}

/// `== != < <= > >=`.
final class ComparisonNode: Node, @unchecked Sendable {
  let operation: Operators.Comparison
  let left: Node
  let right: Node

  init(_ operation: Operators.Comparison, _ left: Node, _ right: Node, _ span: Span) {
    self.operation = operation
    self.left = left
    self.right = right
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    let a = try left.evaluate(frame)
    let b = try right.evaluate(frame)
    if case .number(let x) = a, case .number(let y) = b { return .bool(operation.holds(x, y)) }
    return try Operators.compare(operation, a, b, span)
  }
}

/// `x in xs`, `x not in xs`.
final class MembershipNode: Node, @unchecked Sendable {
  let item: Node
  let container: Node
  let isNegated: Bool

  init(_ item: Node, in container: Node, isNegated: Bool, _ span: Span) {
    self.item = item
    self.container = container
    self.isNegated = isNegated
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    let found = try Operators.contains(
      try container.evaluate(frame), try item.evaluate(frame), span)
    return .bool(found != isNegated)
  }
}

/// `not x`.
final class NotNode: Node, @unchecked Sendable {
  let operand: Node

  init(_ operand: Node, _ span: Span) {
    self.operand = operand
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value { .bool(!(try operand.truth(frame))) }
}

/// `a and b`, `a or b`; the right side is only run when it decides.
final class LogicNode: Node, @unchecked Sendable {
  let isAnd: Bool
  let left: Node
  let right: Node

  init(isAnd: Bool, _ left: Node, _ right: Node, _ span: Span) {
    self.isAnd = isAnd
    self.left = left
    self.right = right
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    if try left.truth(frame) != isAnd { return .bool(!isAnd) }
    return .bool(try right.truth(frame))
  }
}

/// `if a then b else c`.
final class ChoiceNode: Node, @unchecked Sendable {
  let condition: Node
  let yes: Node
  let no: Node

  init(_ condition: Node, _ yes: Node, _ no: Node, _ span: Span) {
    self.condition = condition
    self.yes = yes
    self.no = no
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    try condition.truth(frame) ? try yes.evaluate(frame) : try no.evaluate(frame)
  }
}

/// `a...b`, `a..<b`.
final class RangeNode: Node, @unchecked Sendable {
  let lower: Node
  let upper: Node
  let includesUpper: Bool

  init(_ lower: Node, _ upper: Node, includesUpper: Bool, _ span: Span) {
    self.lower = lower
    self.upper = upper
    self.includesUpper = includesUpper
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    let a = try lower.evaluate(frame)
    let b = try upper.evaluate(frame)
    guard case .number(let x) = a, case .number(let y) = b, !x.isNaN, !y.isNaN else {
      throw Diagnostic(
        .wrongOperands,
        "a range goes from a number to a number, not from \(a.phrase) to \(b.phrase)",
        at: span)
    }
    return .range(NumberRange(x, y, includesUpper: includesUpper))
  }
}
