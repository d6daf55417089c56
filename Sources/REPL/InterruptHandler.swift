import CTerminal
import Core
import Foundation

/// Turns Ctrl-C, and signals to end, into a request that work looks at when it is safe to stop.
public final class InterruptHandler: Sendable {
  /// Requested while work runs by Ctrl-C, or by a signal to end.
  public let cancellation: Cancellation

  /// Prepares to catch SIGINT while work runs.
  /// - Throws: `.external` when the system has no file descriptor left.
  public init(cancellation: Cancellation = Cancellation()) throws(Failure) {
    self.cancellation = cancellation
    // The handler may be called as long as the process lives, so the flag has to live as long.
    let context = Unmanaged.passRetained(cancellation).toOpaque()
    if terminal_catch_interrupts(requestCancellation, context) != 0 {
      throw Failure(.external, "cannot watch for Ctrl-C: \(String(cString: strerror(errno)))")
    }
  }

  /// The exit code that a signal to end (SIGTERM, SIGHUP) during work asks for; nil if none came.
  public static var endingCode: Int32? {
    let signal = terminal_ending_signal()
    return signal == 0 ? nil : 128 + signal
  }

  /// Catches SIGINT, and signals to end, from now on, and forgets earlier presses; call before each piece of work.
  public func beginWork() {
    cancellation.reset()
    terminal_begin_work()
  }
}

/// Runs as a signal handler: one atomic store, no allocation.
private func requestCancellation(_ context: UnsafeMutableRawPointer?) {
  guard let context else { return }
  Unmanaged<Cancellation>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.request() }
}
