import Core

/// Numbers that summarise numbers.
enum StatisticsFunctions {
  static let family = FunctionCatalog.Family(
    "statistics", doc: "numbers that summarise vectors and lists of numbers",
    [
      summary("sum", "The sum; 0 for nothing.", "sum([1, 2, 3])", mayBeEmpty: true) { sum($0) },
      summary("product", "The product; 1 for nothing.", "product([2, 3])", mayBeEmpty: true) {
        $0.reduce(1, *)
      },
      summary("mean", "The arithmetic mean.", "mean([1, 2, 6])") { mean($0) },
      summary(
        "std", "The standard deviation of a sample (divided by n - 1); 0 for one number.",
        "std([1, 2, 3])"
      ) { variance($0).squareRoot() },
      summary(
        "variance", "The variance of a sample (divided by n - 1); 0 for one number.",
        "variance([1, 2, 3])"
      ) { variance($0) },
      summary("median", "The middle number.", "median([3, 1, 2])") { quantile($0, 0.5) },
      quantiles, correlation,
      running("cumulative_sum", "The sums of the first 1, 2, 3, … numbers.") { $0 + $1 },
      running("cumulative_max", "The largest of the first 1, 2, 3, … numbers: the best so far.") {
        $1 > $0 || $0.isNaN ? $1 : $0
      },
      running("cumulative_min", "The smallest of the first 1, 2, 3, … numbers.") {
        $1 < $0 || $0.isNaN ? $1 : $0
      },
    ])

  private static func summary(
    _ name: String, _ doc: String, _ example: String, mayBeEmpty: Bool = false,
    _ function: @escaping @Sendable ([Double]) -> Double
  ) -> NativeFunction {
    NativeFunction(
      name,
      FunctionSignature(
        [.required("x", "a vector or a list of numbers", "the numbers")], result: "a number"),
      doc: doc, example: example
    ) { arguments, _ in
      let numbers =
        mayBeEmpty ? try arguments.numbers("x") : try Read.someNumbers(arguments, "x")
      return .number(function(numbers))
    }
  }

  private static func running(
    _ name: String, _ doc: String, _ next: @escaping @Sendable (Double, Double) -> Double
  ) -> NativeFunction {
    NativeFunction(
      name,
      FunctionSignature(
        [.required("x", "a vector or a list of numbers", "the numbers")], result: "a vector"),
      doc: doc, example: "\(name)([1, 3, 2])"
    ) { arguments, _ in
      var numbers = try arguments.numbers("x")
      for i in numbers.indices.dropFirst() { numbers[i] = next(numbers[i - 1], numbers[i]) }
      return .vector(numbers)
    }
  }

  private static let quantiles = NativeFunction(
    "quantile",
    FunctionSignature(
      [
        .required("x", "a vector or a list of numbers", "the numbers"),
        .required("q", "a number from 0 to 1, or a vector of them", "the share of numbers below"),
      ], result: "a number or a vector"),
    doc: "The number below which a share q of the numbers lies, interpolated between neighbours.",
    example: "quantile([1, 2, 3, 4, 5], 0.25)"
  ) { arguments, _ in
    let numbers = try Read.someNumbers(arguments, "x")
    let wanted = try arguments.value("q")
    let shares =
      switch wanted {
      case .number(let q): [q]
      default: wanted.numbers ?? []
      }
    guard !shares.isEmpty, shares.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
      throw arguments.mismatch("q", "a number from 0 to 1, or a vector of them")
    }
    if case .number(let q) = wanted { return .number(quantile(numbers, q)) }
    return .vector(shares.map { quantile(numbers, $0) })
  }

  private static let correlation = NativeFunction(
    "correlation",
    FunctionSignature(
      [
        .required("x", "a vector or a list of numbers", "the first numbers"),
        .required("y", "a vector or a list of numbers", "as many others"),
      ], result: "a number"),
    doc: "Pearson's correlation of two rows of numbers; nan where one does not vary.",
    example: "correlation([1, 2, 3], [2, 4, 7])"
  ) { arguments, _ in
    let x = try Read.someNumbers(arguments, "x")
    let y = try Read.someNumbers(arguments, "y")
    guard x.count == y.count else {
      throw Failure(.badArgument, "`y` has \(y.count) numbers, but `x` has \(x.count)")
    }
    let (mx, my) = (mean(x), mean(y))
    var (xy, xx, yy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xy += (a - mx) * (b - my)
      xx += (a - mx) * (a - mx)
      yy += (b - my) * (b - my)
    }
    return .number(xy / (xx * yy).squareRoot())
  }

  // MARK: Numbers

  /// Kahan and Neumaier's compensated sum: exact enough that order hardly matters.
  static func sum(_ numbers: [Double]) -> Double {
    var total = 0.0
    var lost = 0.0
    for x in numbers {
      let next = total + x
      lost += abs(total) >= abs(x) ? (total - next) + x : (x - next) + total
      total = next
    }
    // An infinite total makes the correction nan.
    return total.isFinite ? total + lost : total
  }

  static func mean(_ numbers: [Double]) -> Double { sum(numbers) / Double(numbers.count) }

  static func variance(_ numbers: [Double]) -> Double {
    if numbers.count < 2 { return 0 }
    let center = mean(numbers)
    return sum(numbers.map { ($0 - center) * ($0 - center) }) / Double(numbers.count - 1)
  }

  /// Linear interpolation between order statistics (type 7 of Hyndman and Fan 1996, the usual
  /// default); nan if any number is.
  static func quantile(_ numbers: [Double], _ q: Double) -> Double {
    if numbers.contains(where: \.isNaN) { return .nan }
    let sorted = numbers.sorted()
    let position = q * Double(sorted.count - 1)
    let low = Int(position.rounded(.down))
    let high = min(low + 1, sorted.count - 1)
    if sorted[low] == sorted[high] { return sorted[low] }
    return sorted[low] + (position - Double(low)) * (sorted[high] - sorted[low])
  }
}
