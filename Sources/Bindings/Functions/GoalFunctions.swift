import Chemistry
import Core
import Language

/// What goals are made of: shapes that turn a property into a score, and means that join scores.
///
/// The shapes are those of GuacaMol (Brown et al., J. Chem. Inf. Model. 59, 2019, 1096).
enum GoalFunctions {
  static let family = FunctionCatalog.Family(
    "goals", doc: "shapes that turn properties into scores from 0 to 1, and means that join them",
    [
      bell(
        "gaussian",
        "1 at `mean`, falling to both sides as a Gaussian: the property is to have "
          + "this value.", "gaussian(logp(\"CCO\"), 2, 1)"
      ) { .gaussian(mean: $0, deviation: $1) },
      bell(
        "min_gaussian",
        "1 up to `mean`, falling above it as a Gaussian: the property is to be this "
          + "small.", "min_gaussian(weight(\"CCO\"), 360, 60)"
      ) { .minGaussian(mean: $0, deviation: $1) },
      bell(
        "max_gaussian",
        "1 from `mean` on, falling below it as a Gaussian: the property is to be this "
          + "large.", "max_gaussian(tpsa(\"CCO\"), 40, 20)"
      ) { .maxGaussian(mean: $0, deviation: $1) },
      ramp(
        "clipped",
        "A straight line from 0 at `lower` to 1 at `upper`, constant outside; with `lower` "
          + "above `upper` it falls.", "clipped(similarity(\"CCO\", \"CCN\"), 0.75)"
      ) { .clipped(upper: $0, lower: $1) },
      ramp(
        "smooth_clipped", "A logistic curve from 0 to 1 with the slope of `clipped` in the middle.",
        "smooth_clipped(qed(\"CCO\"), 0.9, lower: 0.3)"
      ) { .smoothClipped(upper: $0, lower: $1) },
      thresholded,
      mean(
        "geometric_mean",
        "The geometric mean: 0 as soon as one score is 0, so every wish has to be met.",
        ScoreMean.geometric),
      mean(
        "arithmetic_mean", "The arithmetic mean: one score can make up for another.",
        ScoreMean.arithmetic),
    ])

  // MARK: Shapes

  private static let property = Parameter.required(
    "x", "a number or a vector", "the property, of one molecule or a column")

  private static func apply(_ arguments: Arguments, _ shape: ScoreModifier) throws -> Value {
    switch try arguments.value("x") {
    case .number(let x): return .number(shape(x))
    case .vector(let xs): return .vector(xs.map { shape($0) })
    default: throw arguments.mismatch("x", "a number or a vector")
    }
  }

  private static func bell(
    _ name: String, _ doc: String, _ example: String,
    _ shape: @escaping @Sendable (Double, Double) -> ScoreModifier
  ) -> NativeFunction {
    NativeFunction(
      name,
      FunctionSignature(
        [
          property, .required("mean", "a number", "where the score is 1"),
          .required("deviation", "a number above 0", "how far off costs e^(-1/2): 0.61 is left"),
        ], result: "a number or a vector"),
      doc: doc, example: example
    ) { arguments, _ in
      let deviation = try arguments.number("deviation")
      guard deviation > 0 else { throw arguments.mismatch("deviation", "a number above 0") }
      return try apply(arguments, shape(try arguments.number("mean"), deviation))
    }
  }

  private static func ramp(
    _ name: String, _ doc: String, _ example: String,
    _ shape: @escaping @Sendable (Double, Double) -> ScoreModifier
  ) -> NativeFunction {
    NativeFunction(
      name,
      FunctionSignature(
        [
          property, .required("upper", "a number", "where the score reaches 1"),
          .optional("lower", "a number other than `upper`", default: "0", "where it is 0"),
        ], result: "a number or a vector"),
      doc: doc, example: example
    ) { arguments, _ in
      let upper = try arguments.number("upper")
      let lower = try arguments.number("lower", default: 0)
      guard upper != lower else { throw arguments.mismatch("lower", "a number other than `upper`") }
      return try apply(arguments, shape(upper, lower))
    }
  }

  private static let thresholded = NativeFunction(
    "thresholded_linear",
    FunctionSignature(
      [property, .required("threshold", "a number above 0", "where the score reaches 1")],
      result: "a number or a vector"),
    doc: "Proportional to the property up to a threshold, 1 from there on; below 0 it is not cut.",
    example: "thresholded_linear(qed(\"CCO\"), 0.9)"
  ) { arguments, _ in
    let threshold = try arguments.number("threshold")
    guard threshold > 0 else { throw arguments.mismatch("threshold", "a number above 0") }
    return try apply(arguments, .thresholded(threshold))
  }

  // MARK: Means

  private static func mean(
    _ name: String, _ doc: String, _ join: @escaping @Sendable ([Double]) -> Double
  ) -> NativeFunction {
    NativeFunction(
      name,
      FunctionSignature(
        [.required("scores", "a list of numbers or vectors, or a vector", "the scores to join")],
        result: "a number or a vector"),
      doc: doc + " Vectors in the list, the scores of a column, are joined row by row.",
      example: "\(name)([0.5, 0.8])"
    ) { arguments, _ in
      let value = try arguments.value("scores")
      if let numbers = value.numbers {
        guard !numbers.isEmpty else {
          throw Failure(.badArgument, "`\(name)` of nothing: the list is empty")
        }
        return .number(join(numbers))
      }
      guard case .list(let items) = value else {
        throw arguments.mismatch("scores", "a list of numbers or vectors, or a vector")
      }
      return .vector(try rows(items, name).map(join))
    }
  }

  /// The scores of each row; a number stands in every row.
  private static func rows(_ items: [Value], _ name: String) throws -> [[Double]] {
    var count: Int?
    for case .vector(let numbers) in items {
      if let count, count != numbers.count {
        throw Failure(
          .badArgument,
          "`\(name)` needs vectors of one length, not of \(count) and \(numbers.count)")
      }
      count = numbers.count
    }
    var rows = [[Double]](repeating: [], count: count ?? 0)
    for item in items {
      switch item {
      case .number(let x): for i in rows.indices { rows[i].append(x) }
      case .vector(let numbers): for i in rows.indices { rows[i].append(numbers[i]) }
      default:
        throw Failure(.badArgument, "`\(name)` joins numbers or vectors, not \(item.phrase)")
      }
    }
    return rows
  }
}
