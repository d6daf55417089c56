/// A literal, or anything known before running.
final class ConstantNode: Node, @unchecked Sendable {
  let value: Value

  init(_ value: Value, _ span: Span) {
    self.value = value
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value { value }
  override func peek(_ frame: Frame) -> Value? { value }
}

/// A variable of the running function. `outer` is what its name means outside, used until the
/// function gives it a value.
final class LocalNode: Node, @unchecked Sendable {
  let name: String
  let slot: Int
  let outer: Node?

  init(_ name: String, slot: Int, outer: Node?, _ span: Span) {
    self.name = name
    self.slot = slot
    self.outer = outer
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    if let value = frame.slots[slot] { return value }
    guard let outer else { throw Operators.noValueYet(name, span) }
    return try outer.evaluate(frame)
  }

  override func peek(_ frame: Frame) -> Value? { frame.slots[slot] ?? outer?.peek(frame) }
}

/// A value the running closure captured. `live` is asked where there was none at the time.
final class CaptureNode: Node, @unchecked Sendable {
  let name: String
  let index: Int
  let live: Node?

  init(_ name: String, index: Int, live: Node?, _ span: Span) {
    self.name = name
    self.index = index
    self.live = live
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    if let value = frame.captures?[index] { return value }
    guard let live else { throw Operators.noValueYet(name, span) }
    return try live.evaluate(frame)
  }

  override func peek(_ frame: Frame) -> Value? { frame.captures?[index] ?? live?.peek(frame) }
}

/// A variable of the top level. `outer` is what its name means until it has a value.
final class GlobalNode: Node, @unchecked Sendable {
  let cell: GlobalCell
  let outer: Node?

  init(_ cell: GlobalCell, outer: Node?, _ span: Span) {
    self.cell = cell
    self.outer = outer
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    if let value = cell.pointer.pointee { return value }
    guard let outer else { throw Operators.noValueYet(cell.name, span) }
    return try outer.evaluate(frame)
  }

  override func peek(_ frame: Frame) -> Value? { cell.pointer.pointee }
}

/// The running function itself, so that a function inside a function can call itself.
final class SelfNode: Node, @unchecked Sendable {
  override func evaluate(_ frame: Frame) throws -> Value {
    guard let closure = frame.closure else { throw Operators.noValueYet("this function", span) }
    return .function(.closure(closure.takeUnretainedValue()))
  }

  override func peek(_ frame: Frame) -> Value? { try? evaluate(frame) }
}

/// Makes a closure: a lambda, or a function inside a function.
final class ClosureNode: Node, @unchecked Sendable {
  let code: FunctionCode
  /// Where the captured values are found in the frame the closure is made in.
  let sources: [Node]

  init(_ code: FunctionCode, sources: [Node], _ span: Span) {
    self.code = code
    self.sources = sources
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    .function(.closure(Closure(code: code, captures: sources.map { $0.peek(frame) })))
  }
}
