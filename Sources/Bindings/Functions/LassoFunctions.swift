import Core
import Language
import Oracles

/// The cross-validated Lasso that the problem `lasso` is made of.
enum LassoFunctions {
  static let family = FunctionCatalog.Family(
    "lasso", doc: "the cross-validated Lasso with a penalty for each feature",
    [data, errors, fit])

  private static let data = NativeFunction(
    "lasso_data",
    FunctionSignature(
      [
        .required("rows", "a list of vectors", "the features of each row"),
        .required("labels", "a vector", "one number for each row"),
        .named("folds", "a whole number of at least 2", default: "5", "folds of the validation"),
        .named("test", "a number from 0 to 0.9", default: "0.15", "share of rows held back"),
        .named("seed", "a whole number of at least 0", default: "42", "draws the folds"),
      ], result: "lasso_data"),
    doc: "Splits data into folds, and works out all that fits of the Lasso need.",
    example: "lasso_data([vector([1, 0]), vector([0, 1]), vector([1, 1])], [1, 2, 3], folds: 2)"
  ) { arguments, _ in
    let rows = try arguments.list("rows").map { row in
      guard let numbers = row.numbers else { throw arguments.mismatch("rows", "a list of vectors") }
      return numbers
    }
    return .host(
      LassoHandle(
        try WeightedLasso(
          rows: rows, labels: try arguments.numbers("labels"),
          folds: try arguments.integer("folds", in: 2...1000, default: 5),
          testShare: try arguments.number("test", in: 0...0.9, default: 0.15),
          random: RandomStream(
            seed: UInt64(try arguments.integer("seed", in: 0...(1 << 53), default: 42))
          ).stream("lasso"))))
  }

  private static let handle = Parameter.required(
    "data", "lasso_data", "as lasso_data(…) makes")
  private static let point = Parameter.required(
    "x", "a vector", "a penalty for each feature: -1 the smallest, 1 the largest, in the logarithm")

  private static func read(_ arguments: Arguments) throws -> (WeightedLasso, [Double]) {
    let lasso = try arguments.host("data", as: LassoHandle.self, "data, as lasso_data(…) makes")
      .lasso
    return (lasso, try lasso.penalties(try arguments.numbers("x")))
  }

  private static let example =
    "d = lasso_data([vector([1, 0]), vector([0, 1]), vector([1, 1])], [1, 2, 3], folds: 2)\n"

  private static let errors = NativeFunction(
    "lasso_errors", FunctionSignature([handle, point], result: "a vector"),
    doc: "The mean squared error on each fold of a Lasso fitted to the other folds.",
    example: example + "lasso_errors(d, [-0.5, 0])"
  ) { arguments, _ in
    let (lasso, penalties) = try read(arguments)
    return .vector(lasso.foldErrors(penalties: penalties))
  }

  private static let fit = NativeFunction(
    "lasso_fit", FunctionSignature([handle, point], result: "a record"),
    doc: "A Lasso fitted to all folds: its coefficients, how many are not zero, and its mean "
      + "squared error on the rows held back.",
    example: example + "lasso_fit(d, [-0.5, 0])"
  ) { arguments, _ in
    let (lasso, penalties) = try read(arguments)
    let coefficients = lasso.coefficients(penalties: penalties)
    return .record(
      Record([
        ("coefficients", .vector(coefficients)),
        ("kept", .number(Double(coefficients.count { $0 != 0 }))),
        ("test_error", .number(lasso.testError(coefficients))),
      ]))
  }
}
