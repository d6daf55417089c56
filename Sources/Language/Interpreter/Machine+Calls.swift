import Core

extension Machine {
  /// Calls anything callable with values, as natives do.
  func call(
    _ function: Value, _ arguments: [Value], named: [(String, Value)] = [], at span: Span
  ) throws -> Value {
    switch function {
    case .function(.native(let native)):
      return try run(native, span) {
        try Arguments(arguments, named: named, to: native.signature, of: native.name)
      }
    case .function(.closure(let closure)):
      return try run(closure, span) { slots in
        let code = closure.code
        try code.checkShape(arguments.count, named.map(\.0), span)
        for (i, value) in arguments.enumerated() { slots[i] = value }
        for (name, value) in named {
          if let i = code.signature.position(name) { slots[i] = value }
        }
      }
    case .problem(let problem):
      return try Access.located(span) {
        let bound = try Arguments(arguments, named: named, to: problem.signature, of: problem.name)
        return try problem.call(
          bound, random: random.next("evaluation"), measurements: measurements)
      }
    case .host(let object):
      guard let signature = object.signature else { break }
      return try Access.located(span) {
        let bound = try Arguments(arguments, named: named, to: signature, of: object.typeName)
        return try object.call(bound, CallContext(machine: self, span: span))
      }
    default: break
    }
    throw Diagnostic(
      .notCallable, "\(function.phrase) is not a function", at: span,
      advice: "only functions and problems can be called")
  }

  /// Runs a closure whose arguments `fill` puts in its first slots.
  @inline(__always)
  func run(
    _ closure: Closure, _ span: Span, fill: (UnsafeMutablePointer<Value?>) throws -> Void
  ) throws -> Value {
    let code = closure.code
    return try closure.captures.withUnsafeBufferPointer { captures in
      try withFrame(
        code.slotCount + 1, captures: captures.baseAddress,
        closure: Unmanaged.passUnretained(closure)
      ) { frame in
        try fill(frame.slots)
        return try withCall(span) {
          do {
            return try code.execute(frame)
          } catch var diagnostic as Diagnostic {
            diagnostic.trace.append(.init(function: code.name, span: span))
            throw diagnostic
          }
        }
      }
    }
  }

  /// Runs a native function; its failures become diagnostics at the argument they name, or at the
  /// call. `place` finds an argument's span by name.
  func run(
    _ native: NativeFunction, _ span: Span, place: (String) -> Span? = { _ in nil },
    bind: () throws -> Arguments
  ) throws -> Value {
    do {
      let arguments = try bind()
      return try withCall(span) {
        try native.body(arguments, CallContext(machine: self, span: span))
      }
    } catch var diagnostic as Diagnostic {
      if diagnostic.span == nil { diagnostic.span = span }
      if !diagnostic.trace.isEmpty {
        diagnostic.trace.append(.init(function: native.name, span: span))
      }
      throw diagnostic
    } catch let failure as Failure {
      let named = failure.kind == .badArgument ? Machine.firstName(failure.message) : nil
      throw Diagnostic(failure, at: named.flatMap(place) ?? span)
    } catch {
      throw Diagnostic(
        .internalError, "internal error in `\(native.name)`: \(error)", at: span,
        advice: "please report it with the script that led here")
    }
  }

  /// The name in backticks a message starts with: by custom the argument it is about.
  private static func firstName(_ message: String) -> String? {
    guard message.first == "`" else { return nil }
    return String(message.dropFirst().prefix { $0 != "`" })
  }
}

extension FunctionCode {
  /// Fills in defaults and runs the body.
  func execute(_ frame: Frame) throws -> Value {
    for (i, parameter) in parameters.enumerated() where frame.slots[i] == nil {
      guard let standard = parameter.standard else { continue }
      frame.slots[i] = try standard.evaluate(frame)
    }
    switch body {
    case .expression(let node): return try node.evaluate(frame)
    case .block(let statements):
      for statement in statements {
        if try statement.execute(frame) == .leaveFunction { break }
      }
      return frame.slots[slotCount].take() ?? .none
    }
  }

  /// Checks number and names of a call's arguments.
  @inline(__always)
  func checkShape(_ positional: Int, _ named: [String], _ span: Span) throws {
    if named.isEmpty, positional == parameters.count { return }
    try checkUnusualShape(positional, named, span)
  }

  private func checkUnusualShape(_ positional: Int, _ named: [String], _ span: Span) throws {
    if let problem = signature.shapeProblem(positional: positional, named: named, of: name) {
      throw Diagnostic(
        problem.code, problem.failure.message, at: span, advice: problem.failure.advice)
    }
  }
}

extension FunctionSignature {
  /// What is wrong with a call of this shape, if anything.
  func shapeProblem(positional: Int, named: [String], of function: String) -> CallShape? {
    if let most = mostPositional, positional > most {
      return .tooMany(function, self, given: positional)
    }
    var isGiven = [Bool](repeating: false, count: parameters.count)
    var left = positional
    for (i, parameter) in parameters.enumerated()
    where !parameter.isNamedOnly && parameter.kind != .variadic && left > 0 {
      isGiven[i] = true
      left -= 1
    }
    for name in named {
      guard let i = position(name), parameters[i].kind != .variadic else {
        if acceptsAnyNamed { continue }
        return .unknown(function, self, argument: name)
      }
      if isGiven[i] { return .twice(function, argument: name) }
      isGiven[i] = true
    }
    for (i, parameter) in parameters.enumerated() where parameter.kind == .required && !isGiven[i] {
      return .missing(function, self, argument: parameter.name)
    }
    return nil
  }
}
