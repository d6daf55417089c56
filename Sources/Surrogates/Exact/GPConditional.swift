import Core
import Engine
import Foundation

/// A Gaussian process with a kernel given its data, for fixed hyperparameters: a `GramConditional`
/// and the points that its covariances are with.
struct GPConditional<K: Kernel>: Sendable {
  let kernel: K
  /// Variance of the process, in standardised units.
  let scale: Double
  /// Data, or inducing points.
  let basis: K.Points
  let basisCount: Int
  let solved: GramConditional

  /// The exact conditional.
  init(
    kernel: K, logs: [Double], x: Tensor<Double>, y: Tensor<Double>, ladder: JitterLadder
  ) throws(Failure) {
    let count = logs.count - 2
    let noise = exp(logs[count + 1])
    self.kernel = kernel
    scale = exp(logs[count])
    basis = kernel.points(x, logs: Array(logs[..<count]))
    basisCount = x.rows
    var covariance = Tensor<Double>(uninitialized: [x.rows, x.rows])
    MarginalLikelihood.fill(
      MatrixView(&covariance), slopes: nil, kernel, basis, scale: scale, noise: noise)
    solved = try GramConditional(covariance: covariance, y, ladder)
  }

  /// FITC on all data, `block` points at a time, with the rows `inducing` as inducing points.
  init(
    kernel: K, logs: [Double], x: Tensor<Double>, y: Tensor<Double>, inducing: [Int],
    block: Int, ladder: JitterLadder
  ) throws(Failure) {
    let count = logs.count - 2
    let own = Array(logs[..<count])
    let m = inducing.count
    self.kernel = kernel
    scale = exp(logs[count])
    basis = kernel.points(x.rows(inducing), logs: own)
    basisCount = m
    var covariance = Tensor<Double>(uninitialized: [m, m])
    MarginalLikelihood.fill(
      MatrixView(&covariance), slopes: nil, kernel, basis, scale: scale, noise: 0)
    var sums = try SparseSums(inducing: covariance, ladder)
    for rows in Parallel.ranges(x.rows, by: block) {
      let cross = Self.cross(
        kernel, kernel.points(x.rows(rows), logs: own), rows.count, basis, m, scale)
      sums.add(cross: cross, y.rows(rows), variance: scale, noise: exp(logs[count + 1]))
    }
    solved = try GramConditional(sums)
  }

  /// K_xb, |x| x |b|.
  static func cross(
    _ kernel: K, _ a: K.Points, _ n: Int, _ b: K.Points, _ m: Int, _ scale: Double
  ) -> Tensor<Double> {
    var result = Tensor<Double>(uninitialized: [n, m])
    let view = MatrixView(&result)
    let pieces = Parallel.ranges(n, by: 64)
    Parallel.forEach(pieces.count) { p in
      let part = view[rows: pieces[p]]
      for columns in Parallel.ranges(m, by: 256) {
        kernel.fill(part[0..<part.rows, columns], slopes: nil, a, pieces[p], b, columns)
      }
      for r in 0..<part.rows { Double.kernels.affine(m, scale, 0, part.row(r), part.row(r)) }
    }
    return result
  }
}
