/// What a long run needs from outside: randomness, a place for events, and a way to be stopped.
public final class RunContext: Sendable {
  /// The root of all randomness of this run; consumers derive their own by label and index.
  public let random: RandomStream
  /// Set by Ctrl-C.
  public let cancellation: Cancellation
  private let sink: @Sendable (RunEvent) -> Void

  /// A context whose events go to `sink`.
  public init(
    random: RandomStream, cancellation: Cancellation = Cancellation(),
    events sink: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) {
    self.random = random
    self.cancellation = cancellation
    self.sink = sink
  }

  /// A quiet context with its own cancellation flag, as tests and tools use it.
  public convenience init(seed: UInt64) { self.init(random: RandomStream(seed: seed)) }

  /// The same run with the randomness of a part of it.
  public func scoped(_ label: String, _ index: Int = 0) -> RunContext {
    RunContext(
      random: random.stream(label, index), cancellation: cancellation, events: sink)
  }

  /// The stream of this label and index, derived from the run's root.
  public func stream(_ label: String, _ index: Int = 0) -> RandomStream {
    random.stream(label, index)
  }

  /// Tells the outside.
  public func report(_ event: RunEvent) { sink(event) }

  /// Throws `.cancelled` if the user asked to stop.
  public func checkCancellation(_ what: @autoclosure () -> String = "stopped") throws(Failure) {
    try cancellation.check(what())
  }
}
