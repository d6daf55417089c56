/// A resolved expression. Trees are built by the resolver and never change, so that several
/// threads may run them at once.
class Node: @unchecked Sendable {
  let span: Span

  init(_ span: Span) { self.span = span }

  /// The expression's value.
  func evaluate(_ frame: Frame) throws -> Value { .none }

  /// The value if there is one already, without running anything: what a closure captures.
  func peek(_ frame: Frame) -> Value? { nil }

  /// The expression as a condition.
  final func truth(_ frame: Frame) throws -> Bool {
    let value = try evaluate(frame)
    if case .bool(let flag) = value { return flag }
    throw Operators.notACondition(value, span)
  }
}

/// A resolved statement.
class StatementNode: @unchecked Sendable {
  let span: Span

  init(_ span: Span) { self.span = span }

  /// Runs it.
  func execute(_ frame: Frame) throws -> Flow { .next }
}

/// How a statement ended. A returned value waits in the frame's return slot.
enum Flow {
  case next
  case leaveLoop
  case nextTurn
  case leaveFunction
}

/// A variable of the script's top level, or of a module.
final class GlobalCell: @unchecked Sendable {
  let name: String
  /// Read by any thread, written only by the top level of its script, which waits while natives
  /// and problem evaluations run.
  let pointer: UnsafeMutablePointer<Value?>

  init(_ name: String) {
    self.name = name
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: nil)
  }

  deinit {
    pointer.deinitialize(count: 1)
    pointer.deallocate()
  }
}

/// Where a variable lives.
enum Storage: Sendable {
  case slot(Int)
  case global(GlobalCell)

  @inline(__always)
  func pointer(_ frame: Frame) -> UnsafeMutablePointer<Value?> {
    switch self {
    case .slot(let index): frame.slots + index
    case .global(let cell): cell.pointer
    }
  }
}
