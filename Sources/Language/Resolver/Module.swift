import Core
import Synchronization

/// A resolved module: its names, and its top level, which runs once.
final class Module: Sendable {
  private enum State {
    case ready
    case running
    case done
  }

  let name: String
  let exports: [String: GlobalCell]
  private let statements: [StatementNode]
  private let prerequisites: [Module]
  private let state = Mutex<State>(.ready)

  init(
    name: String, exports: [String: GlobalCell], statements: [StatementNode],
    prerequisites: [Module]
  ) {
    self.name = name
    self.exports = exports
    self.statements = statements
    self.prerequisites = prerequisites
  }

  /// Runs the top level unless that was done before. A module whose run failed may run again.
  func run(_ machine: Machine, _ span: Span) throws {
    let isFirst = state.withLock { state in
      defer { if case .ready = state { state = .running } }
      if case .ready = state { return true }
      return false
    }
    guard isFirst else { return }
    do {
      for module in prerequisites { try module.run(machine, span) }
      _ = try machine.withFrame(1, captures: nil, closure: nil) { try statements.run($0) }
      state.withLock { $0 = .done }
    } catch {
      state.withLock { $0 = .ready }
      throw error
    }
  }
}
