import Core

/// Making and measuring vectors.
enum VectorFunctions {
  static let family = FunctionCatalog.Family(
    "vectors", doc: "making and measuring vectors",
    [
      vector, filled("zeros", 0), filled("ones", 1), linspace, norm, dot,
      position("argmin", "smallest") { $0 < $1 }, position("argmax", "largest") { $0 > $1 },
    ])

  private static let vector = NativeFunction(
    "vector",
    FunctionSignature(
      [.required("x", "a list of numbers or a range", "the entries")], result: "a vector"),
    doc: "Makes a vector of a list of numbers or a range of whole numbers.",
    example: "vector([1, 2, 3]) * 2"
  ) { arguments, _ in .vector(try arguments.numbers("x")) }

  private static func filled(_ name: String, _ entry: Double) -> NativeFunction {
    NativeFunction(
      name,
      FunctionSignature(
        [.required("n", "a whole number of at least 0", "how many")], result: "a vector"),
      doc: "A vector of n entries that are all \(NumberText.exact(entry)).", example: "\(name)(3)"
    ) { arguments, _ in
      .vector(.init(repeating: entry, count: try arguments.integer("n", in: 0...Value.longestList)))
    }
  }

  private static let linspace = NativeFunction(
    "linspace",
    FunctionSignature(
      [
        .required("from", "a number", "the first entry"),
        .required("to", "a number", "the last entry"),
        .optional("n", "a whole number of at least 2", default: "50", "how many entries"),
      ], result: "a vector"),
    doc: "A vector of n evenly spaced numbers, both ends included.", example: "linspace(0, 1, 5)"
  ) { arguments, _ in
    let a = try arguments.number("from")
    let b = try arguments.number("to")
    let n = try arguments.integer("n", in: 2...Value.longestList, default: 50)
    return .vector(
      (0..<n).map { i in
        i == n - 1 ? b : a + (b - a) * (Double(i) / Double(n - 1))
      })
  }

  private static let norm = NativeFunction(
    "norm",
    FunctionSignature(
      [
        .required("x", "a vector or a list of numbers", "the vector"),
        .optional("p", "a number of at least 1", default: "2", "which norm; inf for the largest"),
      ], result: "a number"),
    doc: "The length of a vector: the p-norm, Euclidean by default.", example: "norm([3, 4])"
  ) { arguments, _ in
    let x = try arguments.numbers("x")
    let p = try arguments.number("p", in: 1...Double.infinity, default: 2)
    let largest = x.reduce(0) { $1.isNaN || $0.isNaN ? .nan : Swift.max($0, Swift.abs($1)) }
    if largest == 0 || !largest.isFinite || p == .infinity { return .number(largest) }
    // Scaled by the largest entry, so that squares neither overflow nor vanish.
    if p == 2 {
      let squares = StatisticsFunctions.sum(x.map { ($0 / largest) * ($0 / largest) })
      return .number(largest * squares.squareRoot())
    }
    let powers = x.map { Operators.Arithmetic.power.apply(Swift.abs($0) / largest, p) }
    return .number(
      largest * Operators.Arithmetic.power.apply(StatisticsFunctions.sum(powers), 1 / p))
  }

  private static let dot = NativeFunction(
    "dot",
    FunctionSignature(
      [
        .required("x", "a vector or a list of numbers", "one vector"),
        .required("y", "a vector or a list of numbers", "another of the same length"),
      ], result: "a number"),
    doc: "The scalar product of two vectors.", example: "dot([1, 2], [3, 4])"
  ) { arguments, _ in
    let x = try arguments.numbers("x")
    let y = try arguments.numbers("y")
    guard x.count == y.count else {
      throw Failure(.badArgument, "`y` has \(y.count) entries, but `x` has \(x.count)")
    }
    return .number(StatisticsFunctions.sum(zip(x, y).map { $0 * $1 }))
  }

  private static func position(
    _ name: String, _ word: String, _ wins: @escaping @Sendable (Double, Double) -> Bool
  ) -> NativeFunction {
    NativeFunction(
      name,
      FunctionSignature(
        [.required("x", "a vector or a list of numbers", "the numbers")], result: "a number"),
      doc: "The position of the \(word) number, the first of equals; nan is passed over.",
      example: "\(name)([3, 1, 2])"
    ) { arguments, _ in
      let numbers = try Read.someNumbers(arguments, "x")
      var best: Int?
      for (i, x) in numbers.enumerated() where !x.isNaN {
        if let current = best, !wins(x, numbers[current]) { continue }
        best = i
      }
      guard let best else { throw Failure(.badArgument, "`x` holds nothing but nan") }
      return .number(Double(best))
    }
  }
}
