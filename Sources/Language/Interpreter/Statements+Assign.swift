/// An expression on its own.
final class ExpressionStatement: StatementNode, @unchecked Sendable {
  let expression: Node
  /// Whether a `;` after it keeps the prompt from showing its value.
  let isHidden: Bool

  init(_ expression: Node, isHidden: Bool, _ span: Span) {
    self.expression = expression
    self.isHidden = isHidden
    super.init(span)
  }

  override func execute(_ frame: Frame) throws -> Flow {
    _ = try expression.evaluate(frame)
    return .next
  }
}

/// `name = value`; also how functions get their names.
final class AssignStatement: StatementNode, @unchecked Sendable {
  let target: Storage
  let value: Node

  init(_ target: Storage, _ value: Node, _ span: Span) {
    self.target = target
    self.value = value
    super.init(span)
  }

  override func execute(_ frame: Frame) throws -> Flow {
    let new = try value.evaluate(frame)
    target.pointer(frame).pointee = new
    return .next
  }
}

/// `name += value` and the like; lists and strings grow in place.
final class UpdateStatement: StatementNode, @unchecked Sendable {
  let target: Storage
  let operation: Operators.Arithmetic
  /// Reads the variable, with its meaning outside the function as a fallback.
  let current: Node
  let value: Node

  init(
    _ target: Storage, _ operation: Operators.Arithmetic, current: Node, _ value: Node, _ span: Span
  ) {
    self.target = target
    self.operation = operation
    self.current = current
    self.value = value
    super.init(span)
  }

  override func execute(_ frame: Frame) throws -> Flow {
    let change = try value.evaluate(frame)
    let place = target.pointer(frame)
    if operation == .add, Grow.append(change, to: place) { return .next }
    let old = try current.evaluate(frame)
    if case .number(let x) = old, case .number(let y) = change {
      place.pointee = .number(operation.apply(x, y))
    } else {
      place.pointee = try Operators.arithmetic(operation, old, change, span)
    }
    return .next
  }
}

/// `name = append(name, item)`, without copying the list.
final class AppendStatement: StatementNode, @unchecked Sendable {
  let target: Storage
  let item: Node
  /// The same statement without the short cut, for anything but a list.
  let plain: AssignStatement

  init(_ target: Storage, _ item: Node, plain: AssignStatement, _ span: Span) {
    self.target = target
    self.item = item
    self.plain = plain
    super.init(span)
  }

  override func execute(_ frame: Frame) throws -> Flow {
    // The item may run anything, but cannot assign: the variable still holds what it held.
    let place = target.pointer(frame)
    guard Grow.isList(place) else { return try plain.execute(frame) }
    _ = Grow.appendItem(try item.evaluate(frame), to: place)
    return .next
  }
}

/// Growth in place: the value is taken out of its variable, so that nothing else shares it.
enum Grow {
  @inline(__always)
  static func append(_ change: Value, to place: UnsafeMutablePointer<Value?>) -> Bool {
    switch change {
    case .list(let items): appendAll(items, to: place)
    case .string(let text): appendText(text, to: place)
    default: false
    }
  }

  /// Appends one item to the list in a variable; false if there is none.
  static func appendItem(_ item: Value, to place: UnsafeMutablePointer<Value?>) -> Bool {
    guard isList(place) else { return false }
    let taken = place.move()
    place.initialize(to: nil)
    guard case .list(var old)? = consume taken else { return false }
    old.append(item)
    place.pointee = .list(old)
    return true
  }

  private static func appendAll(_ items: [Value], to place: UnsafeMutablePointer<Value?>) -> Bool {
    guard isList(place) else { return false }
    let taken = place.move()
    place.initialize(to: nil)
    guard case .list(var old)? = consume taken else { return false }
    old.append(contentsOf: items)
    place.pointee = .list(old)
    return true
  }

  private static func appendText(_ text: String, to place: UnsafeMutablePointer<Value?>) -> Bool {
    guard isString(place) else { return false }
    let taken = place.move()
    place.initialize(to: nil)
    guard case .string(var old)? = consume taken else { return false }
    old += text
    place.pointee = .string(old)
    return true
  }

  // Tests in functions of their own: the value they look at is released before the change.
  @inline(never)
  static func isList(_ place: UnsafeMutablePointer<Value?>) -> Bool {
    if case .list? = place.pointee { true } else { false }
  }

  @inline(never)
  private static func isString(_ place: UnsafeMutablePointer<Value?>) -> Bool {
    if case .string? = place.pointee { true } else { false }
  }
}

/// One step into a value: `[index]` or `.name`.
enum PathStep: Sendable {
  case index(Node)
  case member(String, Span)
}

/// `name[i].field = value`, changed in place.
final class PathAssignStatement: StatementNode, @unchecked Sendable {
  let target: Storage
  let current: Node
  let path: [PathStep]
  let operation: Operators.Arithmetic?
  let value: Node

  init(
    _ target: Storage, current: Node, path: [PathStep], _ operation: Operators.Arithmetic?,
    _ value: Node, _ span: Span
  ) {
    self.target = target
    self.current = current
    self.path = path
    self.operation = operation
    self.value = value
    super.init(span)
  }

  override func execute(_ frame: Frame) throws -> Flow {
    let new = try value.evaluate(frame)
    var steps: [(Value, Span)] = []
    for step in path {
      switch step {
      case .index(let node): steps.append((try node.evaluate(frame), node.span))
      case .member(let name, let span): steps.append((.string(name), span))
      }
    }
    let place = target.pointer(frame)
    var root = try place.pointee.take() ?? current.evaluate(frame)
    // Whatever happens, the variable gets its value back; failed changes leave it as it was.
    defer { place.pointee = root }
    try Access.change(&root, steps[...]) { old in
      guard let operation = self.operation else { return new }
      guard let old else { throw Operators.noValueYet("this", self.span) }
      return try Operators.arithmetic(operation, old, new, self.span)
    }
    return .next
  }
}
