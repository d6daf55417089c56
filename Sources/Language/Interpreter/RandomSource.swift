import Core
import Synchronization

/// Where a script's random numbers come from.
///
/// Two kinds of streams come out of one seed: the script's own stream, which `uniform()` and the
/// like draw from one after the other, and numbered streams by label, which pieces of work take
/// so that two calls of `sample` differ and one more `uniform()` changes neither.
public final class RandomSource: Sendable {
  private struct State {
    var root: RandomStream
    var script: RandomStream
    var taken: [String: Int] = [:]

    init(_ root: RandomStream) {
      self.root = root
      script = root.stream("script")
    }
  }

  private let state: Mutex<State>

  /// A source at the start of this stream.
  public init(_ root: RandomStream) { state = Mutex(State(root)) }

  /// Starts again from a seed.
  public func seed(_ seed: UInt64) { state.withLock { $0 = State(RandomStream(seed: seed)) } }

  /// The root of all streams.
  public var root: RandomStream { state.withLock { $0.root } }

  /// Draws from the script's own stream.
  public func draw<Result: Sendable>(
    _ body: (inout RandomStream) throws -> Result
  ) rethrows -> Result {
    try state.withLock { try body(&$0.script) }
  }

  /// The next unused stream of this label.
  public func next(_ label: String) -> RandomStream {
    state.withLock { state in
      let index = state.taken[label, default: 0]
      state.taken[label] = index + 1
      return state.root.stream(label, index)
    }
  }
}
