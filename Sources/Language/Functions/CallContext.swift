import Core

/// What a native function may use while it runs, beside its arguments.
///
/// A context belongs to the thread the function was called on; `detached` gives one for another.
public struct CallContext: @unchecked Sendable {
  let machine: Machine
  /// The call in the script.
  public let span: Span

  init(machine: Machine, span: Span) {
    self.machine = machine
    self.span = span
  }

  /// Output, events, cancellation, permissions.
  public var environment: ScriptEnvironment { machine.environment }

  /// The script's random numbers.
  public var random: RandomSource { machine.random }

  /// What was measured of the candidate that is evaluated, by name; empty outside a problem's body.
  var measurements: [String: Value] { machine.measurements }

  /// A run for long work, whose randomness is the next unused one of this label: two calls differ,
  /// and the same script with the same seed gives the same runs.
  public func nextRun(_ label: String) -> RunContext {
    RunContext(
      random: random.next(label), cancellation: environment.cancellation,
      events: environment.events)
  }

  /// Writes a line where `print` writes.
  public func print(_ text: String) { environment.output(text + "\n") }

  /// Throws `.cancelled` if the user asked to stop.
  public func checkCancellation() throws(Failure) { try environment.cancellation.check() }

  /// Calls a function value.
  /// - Throws: what the function throws, or a diagnostic when `function` cannot be called.
  public func call(
    _ function: Value, _ arguments: [Value], named: [(String, Value)] = []
  ) throws -> Value {
    try machine.call(function, arguments, named: named, at: span)
  }

  /// A context for work on another thread, with randomness of its own.
  public func detached(random: RandomStream) -> CallContext {
    CallContext(
      machine: Machine(
        environment: environment, random: RandomSource(random),
        measurements: machine.measurements), span: span)
  }
}
