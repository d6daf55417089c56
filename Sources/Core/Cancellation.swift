import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The flag that Ctrl-C sets and long work looks at: once per training batch, per shard of
/// candidates, per trial, per loop turn of a script.
public final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  /// A flag that is not set.
  public init() {}

  /// Asks the work to stop at its next safe point. Safe to call from a signal handler.
  public func request() { flag.store(true, ordering: .releasing) }

  /// Forgets a request, before new work starts.
  public func reset() { flag.store(false, ordering: .releasing) }

  /// Whether the user asked to stop.
  public var isRequested: Bool { flag.load(ordering: .acquiring) }

  /// Waits until the user asks to stop, or the time is over.
  public func wait(atMost limit: Duration) {
    let clock = ContinuousClock()
    let end = clock.now + limit
    while !isRequested, clock.now < end { usleep(10_000) }
  }

  /// Throws a `Failure` of kind `.cancelled` if the user asked to stop.
  public func check(_ what: @autoclosure () -> String = "stopped") throws(Failure) {
    if isRequested { throw Failure(.cancelled, what()) }
  }
}
