import Core
import Language
import Oracles

/// Data for the cross-validated Lasso in the language.
final class LassoHandle: HostObject {
  let lasso: WeightedLasso

  init(_ lasso: WeightedLasso) { self.lasso = lasso }

  let typeName = "lasso_data"
  var summary: String {
    "lasso_data of \(lasso.features) features: \(lasso.trainingCount) rows in folds, "
      + "\(lasso.testCount) held back"
  }
  let members = ["features", "rows", "test_rows"]

  func member(_ name: String) throws -> Value? {
    switch name {
    case "features": .number(Double(lasso.features))
    case "rows": .number(Double(lasso.trainingCount))
    case "test_rows": .number(Double(lasso.testCount))
    default: nil
    }
  }
}
