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

  /// FITC.
  /// - Parameters:
  ///   - inducing: the covariance of the inducing points, whose lower triangle is read.
  ///   - cross: covariances of the data with the inducing points, N x M.
  ///   - variance: of the process at a point, before data.
  init(
    inducing: Tensor<Double>, cross: consuming Tensor<Double>, _ y: Tensor<Double>,
    variance: Double, noise: Double, _ ladder: JitterLadder
  ) throws(Failure) {
    factor = try ladder.factorize(inducing, of: "the covariance of the inducing points").factor
    // Rows of A^T, then divided by the root of each point's noise.
    let (n, m) = (cross.rows, cross.columns)
    var whitened = consume cross
    factor.solveRows(MatrixView(&whitened), transpose: true)
    let a = MatrixView(&whitened)
    var targets = Tensor<Double>(uninitialized: [2, n])
    let to = targets.mutablePointer
    for i in 0..<n {
      let left = max(0, variance - Double.kernels.sumOfSquares(m, a.row(i))) + noise
      let root = 1 / left.squareRoot()
      Double.kernels.affine(m, root, 0, a.row(i), a.row(i))
      to[i] = y[i] * root
      to[n + i] = root
    }
    var inner = Tensor<Double>(uninitialized: [m, m])
    let view = MatrixView(&inner)
    let tiles = Parallel.ranges(m, by: 128)
    Parallel.forEach(tiles.count) { t in
      let rows = tiles[t]
      view[rows, 0..<rows.upperBound].product(
        a[0..<n, rows], a[0..<n, 0..<rows.upperBound], transposeA: true)
      for i in rows { view.row(i)[i] += 1 }
    }
    guard case .success(let correction) = TriangularFactor.cholesky(consume inner) else {
      throw Failure(
        .numerical, "the sparse Gaussian process has no factorization",
        advice: "check the data for enormous numbers, or raise `exact_limit:`")
    }
    self.correction = correction
    (weights, constant) = Self.sparseMean(factor, correction, a, targets)
    withExtendedLifetime(whitened) {}
  }

  /// The constant of largest likelihood, and L^-T B^-1 A D^-1 (y - constant). With targets divided by
  /// the root of their noise, (A A^T + D)^-1 is I - A^T B^-1 A.
  private static func sparseMean(
    _ factor: TriangularFactor<Double>, _ correction: TriangularFactor<Double>,
    _ a: MatrixView<Double>, _ targets: Tensor<Double>
  ) -> (weights: Tensor<Double>, constant: Double) {
    let (n, m) = (a.rows, a.columns)
    var projected = Tensor<Double>(uninitialized: [2, m])
    MatrixView(&projected).product(MatrixView(reading: targets), a)
    correction.solveRows(MatrixView(&projected), transpose: true)
    let (y, one) = (targets.pointer, targets.pointer + n)
    let (py, pone) = (projected.pointer, projected.pointer + m)
    let kernels = Double.kernels
    let constant =
      (kernels.dot(n, y, one) - kernels.dot(m, py, pone))
      / (kernels.dot(n, one, one) - kernels.dot(m, pone, pone))
    var weights = projected.rows(0..<1)
    weights.add(projected.rows(1..<2), scale: -constant)
    correction.solveRows(MatrixView(&weights), transpose: false)
    factor.solveRows(MatrixView(&weights), transpose: false)
    return (weights.reshaped([m]), constant)
  }
}
