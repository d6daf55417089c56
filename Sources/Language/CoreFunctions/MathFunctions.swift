import Core
import Foundation

/// Functions of numbers; each acts on every entry of a vector.
enum MathFunctions {
  static let family = FunctionCatalog.Family(
    "math", doc: "functions of numbers, and of each entry of a vector",
    scalars + [
      clamp, round, extreme("min", "smallest") { $0 < $1 }, extreme("max", "largest") { $0 > $1 },
    ])

  private static let scalars: [NativeFunction] = [
    scalar("sqrt", "The square root; nan below zero.", "sqrt(2)") { $0.squareRoot() },
    scalar("exp", "e to the power of x.", "exp(1)") { Foundation.exp($0) },
    scalar("log", "The natural logarithm; nan below zero.", "log(10)") { Foundation.log($0) },
    scalar("log2", "The logarithm to base 2.", "log2(8)") { Foundation.log2($0) },
    scalar("log10", "The logarithm to base 10.", "log10(1000)") { Foundation.log10($0) },
    scalar("sin", "The sine of an angle in radians.", "sin(pi / 2)") { Foundation.sin($0) },
    scalar("cos", "The cosine of an angle in radians.", "cos(pi)") { Foundation.cos($0) },
    scalar("tan", "The tangent of an angle in radians.", "tan(pi / 4)") { Foundation.tan($0) },
    scalar("asin", "The angle in radians whose sine is x.", "asin(1)") { Foundation.asin($0) },
    scalar("acos", "The angle in radians whose cosine is x.", "acos(1)") { Foundation.acos($0) },
    scalar("atan", "The angle in radians whose tangent is x.", "atan(1)") { Foundation.atan($0) },
    scalar("tanh", "The hyperbolic tangent.", "tanh(0.5)") { Foundation.tanh($0) },
    scalar("sinh", "The hyperbolic sine.", "sinh(0.5)") { Foundation.sinh($0) },
    scalar("cosh", "The hyperbolic cosine.", "cosh(0.5)") { Foundation.cosh($0) },
    scalar("sigmoid", "1 / (1 + exp(-x)).", "sigmoid(0)") { 1 / (1 + Foundation.exp(-$0)) },
    scalar("abs", "The size without the sign.", "abs(-3)") { Swift.abs($0) },
    scalar("sign", "-1, 0 or 1.", "sign(-3)") { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 },
    scalar("floor", "The next whole number below.", "floor(2.7)") { $0.rounded(.down) },
    scalar("ceil", "The next whole number above.", "ceil(2.1)") { $0.rounded(.up) },
  ]

  private static func scalar(
    _ name: String, _ doc: String, _ example: String,
    _ function: @escaping @Sendable (Double) -> Double
  ) -> NativeFunction {
    NativeFunction(scalar: name, doc: doc, example: example, function)
  }

  private static let round = NativeFunction(
    "round",
    FunctionSignature(
      [
        .required("x", "a number or a vector", "what to round"),
        .optional("digits", "a whole number from 0 to 15", default: "0", "digits after the point"),
      ], result: "a number or a vector"),
    doc: "Rounds to the nearest number with so many digits after the point; halves away from zero.",
    example: "round(2.345, 2)"
  ) { arguments, _ in
    let digits = try arguments.integer("digits", in: 0...15, default: 0)
    let scale = pow(10, Double(digits))
    // Beyond 2^53 there are no digits after the point to round.
    let rounded = { (x: Double) in
      Swift.abs(x) * scale < 0x1p53 ? (x * scale).rounded() / scale : x
    }
    switch try Read.numeric(arguments, "x") {
    case .number(let x): return .number(rounded(x))
    case .vector(let xs): return .vector(xs.map(rounded))
    }
  }

  private static let clamp = NativeFunction(
    "clamp",
    FunctionSignature(
      [
        .required("x", "a number or a vector", "what to limit"),
        .required("low", "a number", "the least it may be"),
        .required("high", "a number", "the most it may be"),
      ], result: "a number or a vector"),
    doc: "Limits a number, or each entry of a vector, to the range from low to high.",
    example: "clamp(7, 0, 5)"
  ) { arguments, _ in
    let low = try arguments.number("low")
    let high = try arguments.number("high")
    if low > high {
      throw Failure(
        .badArgument, "`low` is at most `high`, not \(NumberText.exact(low))")
    }
    switch try Read.numeric(arguments, "x") {
    case .number(let x): return .number(Swift.min(high, Swift.max(low, x)))
    case .vector(let xs): return .vector(xs.map { Swift.min(high, Swift.max(low, $0)) })
    }
  }

  private static func extreme(
    _ name: String, _ word: String, _ wins: @escaping @Sendable (Double, Double) -> Bool
  ) -> NativeFunction {
    NativeFunction(
      name,
      FunctionSignature(
        [.variadic("values", "numbers, vectors, or one list", "what to compare")],
        result: "a number or a vector"),
      doc: "The \(word) of its arguments, or of the entries of one vector or list. "
        + "With several arguments a vector is compared entry by entry; nan wins.",
      example: "\(name)([3, 1, 2])"
    ) { arguments, _ in
      let pick = { @Sendable (a: Double, b: Double) in a.isNaN || wins(a, b) ? a : b }
      if arguments.rest.count == 1 {
        guard let numbers = arguments.rest[0].numbers else {
          if case .number(let x) = arguments.rest[0] { return .number(x) }
          throw Failure(
            .badArgument, "`\(name)` compares numbers, not \(arguments.rest[0].phrase)")
        }
        guard let first = numbers.first else {
          throw Failure(.badArgument, "`\(name)` of nothing: the list is empty")
        }
        return .number(numbers.dropFirst().reduce(first) { pick($1, $0) })
      }
      guard let first = arguments.rest.first else {
        throw Failure(.badArgument, "`\(name)` needs at least one argument")
      }
      return try arguments.rest.dropFirst().reduce(first) { try combine($0, $1, name, pick) }
    }
  }

  private static func combine(
    _ a: Value, _ b: Value, _ name: String, _ pick: (Double, Double) -> Double
  ) throws -> Value {
    switch (a, b) {
    case (.number(let x), .number(let y)): return .number(pick(y, x))
    case (.vector(let xs), .number(let y)): return .vector(xs.map { pick($0, y) })
    case (.number(let x), .vector(let ys)): return .vector(ys.map { pick($0, x) })
    case (.vector(let xs), .vector(let ys)):
      if xs.count == ys.count { return .vector(zip(xs, ys).map { pick($0, $1) }) }
      throw Failure(
        .badArgument, "`\(name)` needs vectors of one length, not of \(xs.count) and \(ys.count)")
    default:
      var other = b
      if case .number = b { other = a }
      if case .vector = b { other = a }
      throw Failure(
        .badArgument, "`\(name)` of several arguments compares numbers, not \(other.phrase)")
    }
  }
}
