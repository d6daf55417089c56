import Foundation

/// What the operators mean for each pair of types. Nothing is converted: a pair without a meaning
/// is an error that says how to write what was probably meant.
enum Operators {
  enum Arithmetic: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case power = "^"

    /// On two numbers. `%` has the sign of its right side, so that it wraps indices and angles.
    @inline(__always)
    func apply(_ x: Double, _ y: Double) -> Double {
      switch self {
      case .add: x + y
      case .subtract: x - y
      case .multiply: x * y
      case .divide: x / y
      case .remainder: Operators.remainder(x, y)
      case .power: y == 2 ? x * x : pow(x, y)
      }
    }
  }

  enum Comparison: String, Sendable {
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="

    @inline(__always)
    func holds(_ x: Double, _ y: Double) -> Bool {
      switch self {
      case .equal: x == y
      case .unequal: x != y
      case .less: x < y
      case .atMost: x <= y
      case .greater: x > y
      case .atLeast: x >= y
      }
    }

    func holds<T: Comparable>(_ x: T, _ y: T) -> Bool {
      switch self {
      case .equal: x == y
      case .unequal: x != y
      case .less: x < y
      case .atMost: x <= y
      case .greater: x > y
      case .atLeast: x >= y
      }
    }
  }

  static func remainder(_ x: Double, _ y: Double) -> Double {
    let r = fmod(x, y)
    return r != 0 && (r < 0) != (y < 0) ? r + y : r
  }

  // MARK: Arithmetic

  static func arithmetic(_ op: Arithmetic, _ a: Value, _ b: Value, _ span: Span) throws -> Value {
    switch (a, b) {
    case (.number(let x), .number(let y)): return .number(op.apply(x, y))
    case (.vector(let xs), .number(let y)): return .vector(map(xs, op, y))
    case (.number(let x), .vector(let ys)): return .vector(map(x, op, ys))
    case (.vector(let xs), .vector(let ys)):
      guard xs.count == ys.count else {
        throw Diagnostic(
          .lengthMismatch,
          "`\(op.rawValue)` needs vectors of one length, not of \(xs.count) and \(ys.count)",
          at: span)
      }
      return .vector(map(xs, op, ys))
    case (.string(let x), .string(let y)) where op == .add: return .string(x + y)
    case (.list(let x), .list(let y)) where op == .add: return .list(x + y)
    default: break
    }
    if let seconds = durations(op, a, b) { return seconds }
    throw wrongOperands(op.rawValue, a, b, span)
  }

  private static func durations(_ op: Arithmetic, _ a: Value, _ b: Value) -> Value? {
    switch (op, a, b) {
    case (.add, .duration(let x), .duration(let y)): .duration(seconds: x + y)
    case (.subtract, .duration(let x), .duration(let y)): .duration(seconds: x - y)
    case (.divide, .duration(let x), .duration(let y)): .number(x / y)
    case (.multiply, .duration(let x), .number(let y)): .duration(seconds: x * y)
    case (.multiply, .number(let x), .duration(let y)): .duration(seconds: x * y)
    case (.divide, .duration(let x), .number(let y)): .duration(seconds: x / y)
    default: nil
    }
  }

  private static func build(_ count: Int, _ entry: (Int) -> Double) -> [Double] {
    [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      for i in 0..<count { buffer.initializeElement(at: i, to: entry(i)) }
      initialized = count
    }
  }

  // One loop per operation, so that the compiler can vectorise the simple ones.
  private static func map(_ xs: [Double], _ op: Arithmetic, _ y: Double) -> [Double] {
    xs.withUnsafeBufferPointer { xs in
      switch op {
      case .add: build(xs.count) { xs[$0] + y }
      case .subtract: build(xs.count) { xs[$0] - y }
      case .multiply: build(xs.count) { xs[$0] * y }
      case .divide: build(xs.count) { xs[$0] / y }
      case .power where y == 2: build(xs.count) { xs[$0] * xs[$0] }
      case .remainder, .power: build(xs.count) { op.apply(xs[$0], y) }
      }
    }
  }

  private static func map(_ x: Double, _ op: Arithmetic, _ ys: [Double]) -> [Double] {
    ys.withUnsafeBufferPointer { ys in
      switch op {
      case .add: build(ys.count) { x + ys[$0] }
      case .subtract: build(ys.count) { x - ys[$0] }
      case .multiply: build(ys.count) { x * ys[$0] }
      case .divide: build(ys.count) { x / ys[$0] }
      case .remainder, .power: build(ys.count) { op.apply(x, ys[$0]) }
      }
    }
  }

  private static func map(_ xs: [Double], _ op: Arithmetic, _ ys: [Double]) -> [Double] {
    xs.withUnsafeBufferPointer { xs in
      ys.withUnsafeBufferPointer { ys in
        switch op {
        case .add: build(xs.count) { xs[$0] + ys[$0] }
        case .subtract: build(xs.count) { xs[$0] - ys[$0] }
        case .multiply: build(xs.count) { xs[$0] * ys[$0] }
        case .divide: build(xs.count) { xs[$0] / ys[$0] }
        case .remainder, .power: build(xs.count) { op.apply(xs[$0], ys[$0]) }
        }
      }
    }
  }

  static func negate(_ value: Value, _ span: Span) throws -> Value {
    switch value {
    case .number(let x): return .number(-x)
    case .vector(let xs): return .vector(xs.map { -$0 })
    case .duration(let seconds): return .duration(seconds: -seconds)
    default:
      throw Diagnostic(
        .wrongOperands, "`-` needs a number or a vector, not \(value.phrase)", at: span,
        advice: listAdvice(value))
    }
  }
}
