import Core
import Engine
import Foundation

/// Minus the log marginal likelihood of a Gaussian process, with its gradient (Rasmussen and Williams
/// 2006, equations 2.30 and 5.9), divided by the number of points; priors are added.
///
/// Hyperparameters are the kernel's, then the variance and the noise, by their logarithms. The
/// constant mean is the one of largest likelihood given these, so it has no entry.
package struct MarginalLikelihood<K: Kernel>: Sendable {
  let kernel: K
  /// N x D.
  let x: Tensor<Double>
  /// Standardised targets, [N].
  let y: Tensor<Double>
  let hyperparameters: [Hyperparameter]

  package init(
    kernel: K, x: Tensor<Double>, y: Tensor<Double>, hyperparameters: [Hyperparameter]
  ) {
    self.kernel = kernel
    self.x = x
    self.y = y
    self.hyperparameters = hyperparameters
  }

  /// Value and gradient; infinite with a gradient of zeros where the covariance has no factor.
  package func evaluate(_ logs: [Double]) -> (value: Double, gradient: [Double]) {
    let (n, kernelCount) = (x.rows, logs.count - 2)
    let (scale, noise) = (exp(logs[kernelCount]), exp(logs[kernelCount + 1]))
    let points = kernel.points(x, logs: Array(logs[..<kernelCount]))
    var slopes = Tensor<Double>(uninitialized: [n, n])
    var covariance = Tensor<Double>(uninitialized: [n, n])
    Self.fill(
      MatrixView(&covariance), slopes: MatrixView(&slopes), kernel, points, scale: scale,
      noise: noise)
    guard case .success(let factor) = TriangularFactor.cholesky(consume covariance) else {
      return (.infinity, [Double](repeating: 0, count: logs.count))
    }
    let solved = ConstantMean(factor, y)
    let halfLog = (0..<n).reduce(0.0) { $0 + Foundation.log(factor.lower.pointer[$1 * n + $1]) }
    var value = solved.quadratic / 2 + halfLog + Double(n) / 2 * Foundation.log(2 * Double.pi)
    let trace = weigh(&slopes, factor, solved.weights, scale: scale)
    var gradient = kernel.gradient(MatrixView(&slopes), at: points)
    gradient.append((Double(n) - solved.quadratic) / 2 - noise * trace)
    gradient.append(noise * trace)
    for (k, hyperparameter) in hyperparameters.enumerated() {
      let penalty = hyperparameter.penalty(logs[k])
      value += penalty.value
      gradient[k] += penalty.derivative
    }
    return (value / Double(n), gradient.map { $0 / Double(n) })
  }

  /// scale * correlation + noise on the diagonal: the lower triangle, in tiles.
  static func fill(
    _ target: MatrixView<Double>, slopes: MatrixView<Double>?, _ kernel: K, _ points: K.Points,
    scale: Double, noise: Double
  ) {
    let tiles = Parallel.ranges(target.rows, by: 128)
    let pairs = tiles.indices.flatMap { i in (0...i).map { (tiles[i], tiles[$0]) } }
    Parallel.forEach(pairs.count) { p in
      let (rows, columns) = pairs[p]
      let part = target[rows, columns]
      kernel.fill(part, slopes: slopes.map { $0[rows, columns] }, points, rows, points, columns)
      for r in 0..<rows.count {
        Double.kernels.affine(columns.count, scale, 0, part.row(r), part.row(r))
      }
      if rows == columns { for r in 0..<rows.count { part.row(r)[r] = scale + noise } }
    }
  }

  /// Multiplies slopes by scale P, where P = (K^-1 - a a^T) / 2 is the derivative by the covariance;
  /// returns the trace of P. The factorization's reverse of d(sum log L_ii) is K^-1 / 2.
  private func weigh(
    _ slopes: inout Tensor<Double>, _ factor: TriangularFactor<Double>, _ weights: Tensor<Double>,
    scale: Double
  ) -> Double {
    let n = x.rows
    var inverse = Tensor<Double>.zeros([n, n])
    let g = MatrixView(&inverse)
    for i in 0..<n { g.row(i)[i] = 1 / factor.lower.pointer[i * n + i] }
    factor.carryBack(g)
    let to = MatrixView(&slopes)
    let pieces = Parallel.ranges(n, by: 64)
    let half = scale / 2
    Parallel.forEach(pieces.count) { p in
      let a = weights.pointer
      for i in pieces[p] {
        let (target, source, ai) = (to.row(i), g.row(i), a[i])
        for j in 0..<i { target[j] *= half * (source[j] - ai * a[j]) }
      }
    }
    return (0..<n).reduce(0.0) { $0 + g.row($1)[$1] - weights[$1] * weights[$1] / 2 }
  }
}

/// The constant mean of largest likelihood and what follows from it.
struct ConstantMean {
  /// 1^T K^-1 y / 1^T K^-1 1.
  let constant: Double
  /// K^-1 (y - constant), [N].
  let weights: Tensor<Double>
  /// (y - constant)^T K^-1 (y - constant).
  let quadratic: Double

  init(_ factor: TriangularFactor<Double>, _ y: Tensor<Double>) {
    let n = y.count
    var rows = Tensor.concatenated([y.reshaped([1, n]), .ones([1, n])])
    factor.solveRows(MatrixView(&rows), transpose: true)
    let (yy, one) = (rows.pointer, rows.pointer + n)
    constant = Double.kernels.dot(n, yy, one) / Double.kernels.sumOfSquares(n, one)
    var residual = rows.rows(0..<1)
    residual.add(rows.rows(1..<2), scale: -constant)
    quadratic = residual.sumOfSquares
    factor.solveRows(MatrixView(&residual), transpose: false)
    weights = residual.reshaped([n])
  }
}
