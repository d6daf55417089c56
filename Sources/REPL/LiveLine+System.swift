import CTerminal
import Core
import Foundation
import Synchronization

extension LiveLine {
  /// The live line over this process's standard output and standard error.
  public static func standard(_ output: StandardOutput = .shared) -> LiveLine {
    let start = ContinuousClock.now
    let isLive =
      terminal_is_terminal(STDERR_FILENO) != 0
      && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    return LiveLine(
      Sinks(
        output: { output.write($0) },
        messages: { text in
          output.flush()
          StandardOutput.put(text, STDERR_FILENO)
        },
        columns: {
          guard isLive else { return nil }
          let columns = Int(terminal_columns(STDERR_FILENO))
          return columns > 0 ? columns : 80
        },
        now: { ContinuousClock.now - start }))
  }
}

/// Standard output: at once on a terminal, elsewhere in large pieces that wait a moment at most, so
/// that the log of a run of days can be read while it runs; remembers when it failed.
public final class StandardOutput: Sendable {
  /// This process's one.
  public static let shared = StandardOutput()

  private struct State {
    var waiting: [UInt8] = []
    /// Whether what waits will be written without a further call.
    var isDue = false
    var error: Int32 = 0
  }

  /// How long text may wait.
  private static let patience = DispatchTimeInterval.milliseconds(200)

  private let state = Mutex(State())
  private let isTerminal = terminal_is_terminal(STDOUT_FILENO) != 0

  private init() {}

  /// Writes text, now or a little later.
  public func write(_ text: String) {
    state.withLock { state in
      state.waiting += text.utf8
      if isTerminal || state.waiting.count > 65_536 {
        StandardOutput.flush(&state)
      } else if !state.isDue {
        state.isDue = true
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.patience) { [self] in flush() }
      }
    }
  }

  /// Writes what waits.
  public func flush() {
    state.withLock { StandardOutput.flush(&$0) }
  }

  /// Why output was lost (a full disk, say), or nil.
  public var failure: Failure? {
    let error = state.withLock { $0.error }
    if error == 0 { return nil }
    var failure = FileWriter.failure("standard output", error)
    failure.message = failure.message.replacingOccurrences(of: "\"", with: "")
    return failure
  }

  private static func flush(_ state: inout State) {
    let error = put(state.waiting, STDOUT_FILENO)
    if state.error == 0 { state.error = error }
    state.waiting.removeAll(keepingCapacity: true)
    state.isDue = false
  }

  static func put(_ text: String, _ descriptor: Int32) {
    _ = put(Array(text.utf8), descriptor)
  }

  private static func put(_ bytes: [UInt8], _ descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let n = Foundation.write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
        if n > 0 {
          offset += n
        } else if n < 0, errno != EINTR {
          return errno
        }
      }
      return 0
    }
  }
}
