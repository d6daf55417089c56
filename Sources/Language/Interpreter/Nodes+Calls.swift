import Core

/// A call of whatever an expression gives.
final class CallNode: Node, @unchecked Sendable {
  let callee: Node
  let positional: [Node]
  let named: [(name: String, value: Node)]
  let names: [String]

  init(_ callee: Node, _ positional: [Node], named: [(name: String, value: Node)], _ span: Span) {
    self.callee = callee
    self.positional = positional
    self.named = named
    names = named.map(\.name)
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    let function = try callee.evaluate(frame)
    let machine = frame.machine
    if case .function(.closure(let closure)) = function {
      return try machine.run(closure, span) { slots in
        let code = closure.code
        try code.checkShape(positional.count, names, span)
        for i in positional.indices { slots[i] = try positional[i].evaluate(frame) }
        for (name, value) in named {
          if let i = code.signature.position(name) { slots[i] = try value.evaluate(frame) }
        }
      }
    }
    guard function.isCallable else {
      throw Diagnostic(
        .notCallable, "\(calleeText) is \(function.kindPhrase), not a function", at: callee.span,
        advice: "only functions and problems can be called")
    }
    let values = try positional.map { try $0.evaluate(frame) }
    let pairs = try named.map { ($0.name, try $0.value.evaluate(frame)) }
    if case .function(.native(let native)) = function {
      return try machine.run(native, span, place: { self.place($0, native.signature) }) {
        try Arguments(values, named: pairs, to: native.signature, of: native.name)
      }
    }
    return try machine.call(function, values, named: pairs, at: span)
  }

  private var calleeText: String {
    let text = callee.span.text
    return text.count > 30 || text.contains("\n") ? "this" : "`\(text)`"
  }

  private func place(_ name: String, _ signature: FunctionSignature) -> Span? {
    ArgumentPlace.find(name, signature, positional, named)
  }
}

/// A call of a native function known before running; the arguments' places are worked out once.
final class NativeCallNode: Node, @unchecked Sendable {
  let function: NativeFunction
  let positional: [Node]
  let named: [(name: String, value: Node)]
  /// The parameter of each positional argument; -1 for the variadic one.
  private let positions: [Int]
  private let namedPositions: [Int]

  init(
    _ function: NativeFunction, _ positional: [Node], named: [(name: String, value: Node)],
    _ span: Span
  ) {
    self.function = function
    self.positional = positional
    self.named = named
    positions = function.signature.positions(positional.count)
    namedPositions = named.map { function.signature.position($0.name) ?? -1 }
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    let machine = frame.machine
    var arguments = Arguments(unbound: function.signature)
    for i in positional.indices {
      let value = try positional[i].evaluate(frame)
      if positions[i] >= 0 {
        arguments.values[positions[i]] = value
      } else {
        arguments.rest.append(value)
      }
    }
    for i in named.indices {
      let value = try named[i].value.evaluate(frame)
      if namedPositions[i] >= 0 {
        arguments.values[namedPositions[i]] = value
      } else {
        arguments.extras.append((named[i].name, value))
      }
    }
    return try machine.run(function, span, place: place) { arguments }
  }

  private func place(_ name: String) -> Span? {
    ArgumentPlace.find(name, function.signature, positional, named)
  }
}

/// A call of a function of one number.
final class ScalarCallNode: Node, @unchecked Sendable {
  let function: NativeFunction
  let scalar: @Sendable (Double) -> Double
  let argument: Node

  init(
    _ function: NativeFunction, _ scalar: @escaping @Sendable (Double) -> Double, _ argument: Node,
    _ span: Span
  ) {
    self.function = function
    self.scalar = scalar
    self.argument = argument
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    switch try argument.evaluate(frame) {
    case .number(let x): return .number(scalar(x))
    case .vector(let xs): return .vector(xs.map(scalar))
    case let other:
      throw Diagnostic(
        .badArgument, "`\(function.name)` takes a number or a vector, not \(other.phrase)",
        at: argument.span, advice: Operators.listAdvice(other))
    }
  }
}

/// Finds the source of an argument.
enum ArgumentPlace {
  static func find(
    _ name: String, _ signature: FunctionSignature, _ positional: [Node],
    _ named: [(name: String, value: Node)]
  ) -> Span? {
    if let argument = named.first(where: { $0.name == name }) { return argument.value.span }
    guard let parameter = signature.position(name) else { return nil }
    let position = signature.positions(positional.count).firstIndex(of: parameter)
    return position.map { positional[$0].span }
  }
}

extension FunctionSignature {
  /// The parameter of each of `count` positional arguments; -1 for what a variadic one takes.
  func positions(_ count: Int) -> [Int] {
    let open = parameters.indices.filter {
      !parameters[$0].isNamedOnly && parameters[$0].kind != .variadic
    }
    return (0..<count).map { $0 < open.count ? open[$0] : -1 }
  }
}

extension Arguments {
  /// Arguments of a checked call, to be filled in.
  init(unbound signature: FunctionSignature) {
    self.signature = signature
    values = [Value?](repeating: nil, count: signature.parameters.count)
  }
}
