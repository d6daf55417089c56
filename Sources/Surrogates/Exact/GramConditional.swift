import Core
import Engine
import Foundation

/// A Gaussian process given its data, for fixed hyperparameters: all that predictions need beside
/// covariances with the basis.
///
/// Exact, where the basis is the data, or where data are many by the fully independent training
/// conditional (FITC; Snelson and Ghahramani 2006, Quinonero-Candela and Rasmussen 2005, section 6):
/// the same covariance, exact at the inducing points, which are data, with the others seen through
/// them and with their own left-over variance as noise.
struct GramConditional: Sendable {
  /// Of the covariance of the data with noise, or of the inducing points.
  let factor: TriangularFactor<Double>
  /// Of I + A D^-1 A^T with A = L^-1 K_mn; nil where the conditional is exact.
  let correction: TriangularFactor<Double>?
  /// The mean is constant + covariance(x, basis) weights.
  let weights: Tensor<Double>
  let constant: Double

  /// The exact conditional.
  /// - Parameter covariance: of the data, noise included; the lower triangle is read.
  init(covariance: Tensor<Double>, _ y: Tensor<Double>, _ ladder: JitterLadder) throws(Failure) {
    factor = try ladder.factorize(covariance, of: "the covariance of the data").factor
    correction = nil
    let solved = ConstantMean(factor, y)
    (weights, constant) = (solved.weights, solved.constant)
  }

  /// FITC, from its sums over the data.
  init(_ sums: consuming SparseSums) throws(Failure) {
    factor = sums.factor
    var inner = sums.inner
    let view = MatrixView(&inner)
    for i in 0..<view.rows { view.row(i)[i] += 1 }
    guard case .success(let correction) = TriangularFactor.cholesky(consume inner) else {
      throw Failure(
        .numerical, "the sparse Gaussian process has no factorization",
        advice: "check the data for enormous numbers, or raise `exact_limit:`")
    }
    self.correction = correction
    // The constant of largest likelihood, and L^-T B^-1 A D^-1 (y - constant). With targets divided
    // by the root of their noise, (A A^T + D)^-1 is I - A^T B^-1 A.
    var projected = sums.projected
    correction.solveRows(MatrixView(&projected), transpose: true)
    let m = projected.columns
    let (py, pone) = (projected.pointer, projected.pointer + m)
    constant =
      (sums.goalByOne - Double.kernels.dot(m, py, pone))
      / (sums.oneByOne - Double.kernels.dot(m, pone, pone))
    var weights = projected.rows(0..<1)
    weights.add(projected.rows(1..<2), scale: -constant)
    correction.solveRows(MatrixView(&weights), transpose: false)
    factor.solveRows(MatrixView(&weights), transpose: false)
    self.weights = weights.reshaped([m])
  }
}
