import Core

/// Random numbers, all from the session's seed.
enum RandomFunctions {
  static let family = FunctionCatalog.Family(
    "random numbers", doc: "random numbers, the same for the same seed",
    [seed, uniform, normal, choose])

  private static let seed = NativeFunction(
    "seed",
    FunctionSignature([.required("n", "a whole number of at least 0", "the seed")]),
    doc: "Starts all random numbers again from a seed: the same seed gives the same results.",
    example: "seed(7)", effect: .ordered
  ) { arguments, context in
    // Whole numbers are exact up to 2^53.
    let n = try arguments.integer("n", in: 0...(1 << 53))
    context.random.seed(UInt64(n))
    return .none
  }

  private static let count = Parameter.named(
    "n", "a whole number of at least 0", "how many, as a vector; without it one number")

  private static func draw(
    _ arguments: Arguments, _ context: CallContext,
    _ next: @Sendable (inout RandomStream) -> Double
  ) throws -> Value {
    guard arguments.has("n") else { return .number(context.random.draw(next)) }
    let n = try arguments.integer("n", in: 0...Value.longestList)
    return .vector(
      context.random.draw { stream in
        var numbers: [Double] = []
        numbers.reserveCapacity(n)
        for _ in 0..<n { numbers.append(next(&stream)) }
        return numbers
      })
  }

  private static let uniform = NativeFunction(
    "uniform",
    FunctionSignature(
      [
        .optional("low", "a number", default: "0", "the least"),
        .optional("high", "a number", default: "1", "what it stays below"), count,
      ], result: "a number or a vector"),
    doc: "A random number, equally likely everywhere from low to high.", example: "uniform(-1, 1)",
    effect: .ordered
  ) { arguments, context in
    let low = try arguments.number("low", default: 0)
    let high = try arguments.number("high", default: 1)
    if low > high {
      throw Failure(.badArgument, "`low` is at most `high`, not \(NumberText.exact(low))")
    }
    return try draw(arguments, context) { $0.uniform(low, high) }
  }

  private static let normal = NativeFunction(
    "normal",
    FunctionSignature(
      [
        .optional("mean", "a number", default: "0", "the centre"),
        .optional("std", "a number of at least 0", default: "1", "the standard deviation"), count,
      ], result: "a number or a vector"),
    doc: "A random number from the normal distribution.", example: "normal(n: 3)",
    effect: .ordered
  ) { arguments, context in
    let mean = try arguments.number("mean", default: 0)
    let std = try arguments.number("std", in: 0...Double.infinity, default: 1)
    return try draw(arguments, context) { mean + std * $0.normal() }
  }

  private static let choose = NativeFunction(
    "choose",
    FunctionSignature(
      [.required("x", "a list, vector, range or table", "the elements")], result: "an element"),
    doc: "One element drawn at random.", example: "choose([\"C\", \"N\", \"O\"])", effect: .ordered
  ) { arguments, context in
    let value = try arguments.value("x")
    guard let count = Access.count(value), count > 0 else {
      throw arguments.mismatch("x", "something with at least one element")
    }
    return try Access.element(value, context.random.draw { $0.integer(below: count) })
  }
}
