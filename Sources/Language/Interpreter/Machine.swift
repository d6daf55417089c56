import Core

/// One thread of execution: its environment, randomness, variables' stack and depth of calls.
final class Machine {
  /// Calls inside calls before a script is stopped. The same on every computer, unlike the size
  /// of the stack, which is guarded as well.
  static let deepestCall = 1_000
  /// Variables kept in one block; deeper frames get a block of their own.
  private static let blockCount = 4_096

  let environment: ScriptEnvironment
  let random: RandomSource
  let cancellation: Cancellation
  /// What `measured(…)` gives, by name.
  let measurements: [String: Value]
  private let stackLimit: UInt
  private let block: UnsafeMutablePointer<Value?>
  private var used = 0
  private var depth = 0

  init(
    environment: ScriptEnvironment, random: RandomSource, measurements: [String: Value] = [:]
  ) {
    self.environment = environment
    self.random = random
    self.measurements = measurements
    cancellation = environment.cancellation
    stackLimit = StackGuard.limit()
    block = .allocate(capacity: Machine.blockCount)
  }

  deinit { block.deallocate() }

  /// Runs `body` with a fresh frame of `count` empty slots.
  @inline(__always)
  func withFrame<Result>(
    _ count: Int, captures: UnsafePointer<Value?>?, closure: Unmanaged<Closure>?,
    _ body: (Frame) throws -> Result
  ) rethrows -> Result {
    let start = used
    let fits = start + count <= Machine.blockCount
    let slots = fits ? block + start : .allocate(capacity: count)
    slots.initialize(repeating: nil, count: count)
    if fits { used = start + count }
    defer {
      slots.deinitialize(count: count)
      if fits { used = start } else { slots.deallocate() }
    }
    return try body(
      Frame(
        slots: slots, captures: captures, closure: closure, owner: Unmanaged.passUnretained(self)))
  }

  /// Runs `body` one call deeper.
  @inline(__always)
  func withCall<Result>(_ span: Span, _ body: () throws -> Result) throws -> Result {
    guard depth < Machine.deepestCall, !StackGuard.isExhausted(stackLimit) else {
      throw Diagnostic(
        .tooDeep, "calls are nested more than \(depth) deep", at: span,
        advice: "a function that calls itself needs a case that does not")
    }
    try checkCancellation(span)
    depth += 1
    defer { depth -= 1 }
    return try body()
  }

  /// Stops here if the user asked to.
  @inline(__always)
  func checkCancellation(_ span: Span) throws {
    if cancellation.isRequested { throw Machine.stopped(span) }
  }

  @inline(never)
  private static func stopped(_ span: Span) -> Diagnostic {
    Diagnostic(.cancelled, "stopped", at: span)
  }
}

/// The variables of one running function, and the machine it runs on. Valid while it runs.
struct Frame {
  let slots: UnsafeMutablePointer<Value?>
  let captures: UnsafePointer<Value?>?
  /// The running closure; nil at the top level of a script and in a problem.
  let closure: Unmanaged<Closure>?
  let owner: Unmanaged<Machine>

  var machine: Machine { owner._withUnsafeGuaranteedRef { $0 } }
}
