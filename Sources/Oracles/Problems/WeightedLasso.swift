import Core
import Foundation

/// Cross-validation of the Lasso with a penalty for each coefficient, as LassoBench poses it (Šehić,
/// Gramfort, Salmon and Nardi 2022): the fit minimises
/// sum (y - X b)^2 / (2 n) + sum_j w_j |b_j|, without an intercept.
///
/// The data enter through their products alone (X^T X, X^T y of each fold), so an evaluation takes
/// as long for a thousand rows as for a million.
public struct WeightedLasso: Sendable {
  /// Features, and so coefficients and penalties.
  public let features: Int
  /// Rows that are fitted to, over all folds.
  public let trainingCount: Int
  /// Rows held back for `testError`.
  public let testCount: Int
  /// The largest penalty that matters, max |X^T y| / n, under which all coefficients vanish.
  public let largestPenalty: Double
  private let folds: [LassoProducts]
  private let total: LassoProducts
  private let test: LassoProducts

  /// Penalties span this factor below `largestPenalty`, as LassoBench has it for its DNA data.
  public static let penaltyRatio = 1e5
  /// Features that are taken at most: their products are held densely.
  private static let mostFeatures = 3_000

  /// Splits rows into a test set and folds at random.
  /// - Throws: `.badArgument` for rows that do not fit together, `.badData` for too few rows or
  ///   labels that are all zero.
  public init(
    rows: [[Double]], labels: [Double], folds: Int, testShare: Double, random: RandomStream
  ) throws(Failure) {
    guard let features = rows.first?.count, features > 0, rows.count == labels.count,
      rows.allSatisfy({ $0.count == features })
    else {
      throw Failure(
        .badArgument, "the Lasso needs rows of equal length, and one label for each")
    }
    guard features <= Self.mostFeatures else {
      throw Failure(
        .badData, "the Lasso takes at most \(Self.mostFeatures) features, not \(features)")
    }
    var random = random
    let order = random.permutation(rows.count)
    let held = Int((testShare * Double(rows.count)).rounded(.up))
    guard folds >= 2, rows.count - held >= folds else {
      throw Failure(
        .badData,
        "\(rows.count) rows are too few for \(folds) folds with \(held) rows held back")
    }
    func products(_ indices: some Sequence<Int>) -> LassoProducts {
      LassoProducts(rows: indices.map { rows[$0] }, labels: indices.map { labels[$0] }, features)
    }
    let training = order.dropFirst(held)
    let base = training.startIndex
    self.folds = (0..<folds).map { k in
      let (from, to) = (training.count * k / folds, training.count * (k + 1) / folds)
      return products(training[(base + from)..<(base + to)])
    }
    self.features = features
    test = products(order.prefix(held))
    total = self.folds.reduce(LassoProducts(features)) { $0.adding($1, 1) }
    trainingCount = training.count
    testCount = held
    largestPenalty = (total.moments.map(abs).max() ?? 0) / Double(training.count)
    guard largestPenalty > 0, largestPenalty.isFinite else {
      throw Failure(.badData, "no feature goes with the labels, so there is nothing to fit")
    }
  }

  /// Penalties of a point of [-1, 1]^d: -1 is the smallest, 1 the largest, evenly in the logarithm.
  public func penalties(_ x: [Double]) throws(Failure) -> [Double] {
    guard x.count == features else {
      throw Failure(
        .badArgument, "the data have \(features) features, but the point has \(x.count) entries")
    }
    let high = log(largestPenalty)
    let low = high - log(Self.penaltyRatio)
    return x.map { exp($0 * (high - low) / 2 + (high + low) / 2) }
  }

  /// The mean squared error on each fold of a fit to the others.
  public func foldErrors(penalties: [Double]) -> [Double] {
    folds.map { fold in
      fold.error(of: total.adding(fold, -1).fit(penalties: penalties))
    }
  }

  /// Coefficients of a fit to all training rows.
  public func coefficients(penalties: [Double]) -> [Double] { total.fit(penalties: penalties) }

  /// The mean squared error of coefficients on the rows held back; NaN where there are none.
  public func testError(_ coefficients: [Double]) -> Double { test.error(of: coefficients) }
}
