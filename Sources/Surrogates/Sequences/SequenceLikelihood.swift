import Core
import Engine
import Foundation

/// Minus the log marginal likelihood of a `SequenceGP`, with its gradient (Rasmussen and Williams
/// 2006, equations 2.30 and 5.9), divided by the number of points.
///
/// Hyperparameters are the kernel's, then the noise, by their logarithms. The constant mean is the one
/// of largest likelihood given these.
package struct SequenceLikelihood: Sendable {
  let kernel: SequenceKernel
  /// The lower triangle of the data's pairs.
  let pairs: SequenceKernel.Pairs
  /// Standardised targets, [N].
  let y: Tensor<Double>

  init(kernel: SequenceKernel, pairs: SequenceKernel.Pairs, y: Tensor<Double>) {
    self.kernel = kernel
    self.pairs = pairs
    self.y = y
  }

  /// The likelihood of these points.
  package init(kernel: SequenceKernel, points: SequencePoints, y: Tensor<Double>) {
    self.init(kernel: kernel, pairs: kernel.ownPairs(kernel.basis(points)), y: y)
  }

  /// Value and gradient; infinite with a gradient of zeros where the covariance has no factor.
  package func evaluate(_ logs: [Double]) -> (value: Double, gradient: [Double]) {
    let (n, noise) = (y.count, exp(logs[kernel.parameterCount]))
    let materns = kernel.materns(pairs, logs, withSlopes: true)
    var covariance = kernel.covariance(pairs, logs, materns)
    let diagonal = MatrixView(&covariance)
    for i in 0..<n { diagonal.row(i)[i] += noise }
    guard case .success(let factor) = TriangularFactor.cholesky(consume covariance) else {
      return (.infinity, [Double](repeating: 0, count: logs.count))
    }
    let solved = ConstantMean(factor, y)
    let halfLog = (0..<n).reduce(0.0) { $0 + Foundation.log(factor.lower.pointer[$1 * n + $1]) }
    let value = solved.quadratic / 2 + halfLog + Double(n) / 2 * Foundation.log(2 * Double.pi)
    // The factorization's reverse of d(sum log L_ii) is K^-1 / 2, mirror images counted.
    var inverse = Tensor<Double>.zeros([n, n])
    let g = MatrixView(&inverse)
    for i in 0..<n { g.row(i)[i] = 1 / factor.lower.pointer[i * n + i] }
    factor.carryBack(g)
    let pieces = Parallel.ranges(n, by: 64)
    Parallel.forEach(pieces.count) { p in
      let a = solved.weights.pointer
      for i in pieces[p] {
        Double.kernels.axpy(i, -a[i], a, g.row(i))
        g.row(i)[i] -= a[i] * a[i] / 2
      }
    }
    var gradient: [Double] = []
    for (k, similarities) in pairs.similarities.enumerated() {
      gradient.append(exp(logs[k]) * Self.sum(inverse, similarities))
    }
    for matern in materns {
      let weight = exp(logs[gradient.count])
      for part in [matern.values, matern.slopes].compactMap(\.self) {
        gradient.append(weight * Self.sum(inverse, part))
      }
    }
    gradient.append(noise * (0..<n).reduce(0.0) { $0 + inverse.pointer[$1 * n + $1] })
    return (value / Double(n), gradient.map { $0 / Double(n) })
  }

  /// The sum over the lower triangle of the products of entries.
  private static func sum(_ weights: Tensor<Double>, _ values: Tensor<Double>) -> Double {
    let (w, v) = (MatrixView(reading: weights), MatrixView(reading: values))
    let pieces = Parallel.ranges(w.rows, by: 64)
    let parts = Parallel.map(pieces.count) { p in
      pieces[p].reduce(0.0) { $0 + Double.kernels.dot($1 + 1, w.row($1), v.row($1)) }
    }
    withExtendedLifetime((weights, values)) {}
    return parts.reduce(0, +)
  }
}
