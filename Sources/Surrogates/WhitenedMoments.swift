import Core
import Engine
import Foundation

/// Moments of a whitened sparse variational Gaussian process at a batch, as one operation on the
/// tape with a hand-written gradient.
///
/// With A = L^-1 K_Zx (M x B), q(u) = N(m, S S^T) in whitened coordinates: mean = A^T m, variance
/// = k_xx + jitter - |A|^2 + |S^T A|^2 by columns, and KL(q || N(0, I)). Everything is kept
/// transposed (one row for each point of the batch), which gives the solves contiguous pieces.
/// Source: Hensman et al. 2015; whitening after Matthews 2017; the same model as gpytorch's
/// VariationalStrategy with a CholeskyVariationalDistribution.
struct WhitenedMoments {
  /// Mean without the constant, [B].
  let mean: Variable<Double>
  /// Variance of f, without noise, [B].
  let variance: Variable<Double>
  /// KL(q(u) || p(u)), a scalar.
  let divergence: Variable<Double>

  /// - Parameters:
  ///   - features: B x D.
  ///   - inducing: M x D.
  ///   - lengthscale, outputScale: positive scalars.
  ///   - variationalMean: [M]; variationalRoot: M x M, of which the lower triangle counts.
  /// - Throws: `.numerical` if the jitter ladder ends without a Cholesky factor.
  init(
    features: Variable<Double>, inducing: Variable<Double>, lengthscale: Variable<Double>,
    outputScale: Variable<Double>, variationalMean: Variable<Double>,
    variationalRoot: Variable<Double>, ladder: JitterLadder
  ) throws(Failure) {
    let state = try State(
      features: features.value, inducing: inducing.value, lengthscale: lengthscale.value.item,
      outputScale: outputScale.value.item, mean: variationalMean.value,
      root: variationalRoot.value, ladder: ladder)
    let outputs = features.tape.record(
      [features, inducing, lengthscale, outputScale, variationalMean, variationalRoot],
      outputs: [state.moments.mean, state.moments.variance, Tensor(state.divergence)]
    ) { gradients in
      let g = state.gradient(
        mean: gradients[0] ?? .zeros([state.batch]),
        variance: gradients[1] ?? .zeros([state.batch]), divergence: gradients[2]?.item ?? 0)
      return [
        g.features, g.inducing, Tensor(g.lengthscale), Tensor(g.outputScale), g.mean, g.root,
      ]
    }
    (mean, variance, divergence) = (outputs[0], outputs[1], outputs[2])
  }

  /// What the gradient needs of the forward pass.
  struct State: Sendable {
    let inducing: InducingFactor
    let points: ScaledPoints
    let mean: Tensor<Double>
    let root: Tensor<Double>
    /// K_xZ, B x M.
    let cross: Tensor<Double>
    /// A^T = K_xZ L^-T, B x M.
    let projected: Tensor<Double>
    /// A^T S, B x M.
    let rooted: Tensor<Double>
    /// Values: mean and variance of f, [B] each.
    let moments: (mean: Tensor<Double>, variance: Tensor<Double>)
    /// KL(q || p).
    let divergence: Double

    var batch: Int { points.count }
    var count: Int { inducing.count }

    init(
      features: Tensor<Double>, inducing z: Tensor<Double>, lengthscale: Double,
      outputScale: Double, mean: Tensor<Double>, root: Tensor<Double>, ladder: JitterLadder
    ) throws(Failure) {
      let inducing = try InducingFactor(
        inducing: z, lengthscale: lengthscale, outputScale: outputScale, ladder: ladder)
      self.inducing = inducing
      self.mean = mean
      self.root = root
      points = inducing.scaled(features)
      cross = ScaledPoints.kernel(points, inducing.points, scale: outputScale)
      var projected = cross
      inducing.factor.solveRows(MatrixView(&projected), transpose: true)
      self.projected = projected
      rooted = State.timesRoot(projected, root)
      moments = State.moments(
        projected, rooted, mean: mean, prior: outputScale + ladder.steps[0])
      divergence = State.divergence(mean: mean, root: root)
    }

    /// A^T S in pieces of columns; S is lower triangular.
    static func timesRoot(_ projected: Tensor<Double>, _ root: Tensor<Double>) -> Tensor<Double> {
      let (b, m) = (projected.rows, root.rows)
      var result = Tensor<Double>(uninitialized: [b, m])
      let (to, from, s) = (
        MatrixView(&result), MatrixView(reading: projected), MatrixView(reading: root)
      )
      let pieces = Parallel.ranges(m, by: 128)
      Parallel.forEach(pieces.count) { p in
        let columns = pieces[p]
        let used = columns.lowerBound..<m
        to[0..<b, columns].product(from[0..<b, used], s[used, columns])
      }
      return result
    }

    static func moments(
      _ projected: Tensor<Double>, _ rooted: Tensor<Double>, mean: Tensor<Double>, prior: Double
    ) -> (mean: Tensor<Double>, variance: Tensor<Double>) {
      let (b, m) = (projected.rows, mean.count)
      var (means, variances) = (
        Tensor<Double>(uninitialized: [b]), Tensor<Double>(uninitialized: [b])
      )
      let (toMean, toVariance) = (means.mutablePointer, variances.mutablePointer)
      for i in 0..<b {
        let row = projected.pointer + i * m
        toMean[i] = Double.kernels.dot(m, row, mean.pointer)
        toVariance[i] =
          prior - Double.kernels.sumOfSquares(m, row)
          + Double.kernels.sumOfSquares(m, rooted.pointer + i * m)
      }
      return (means, variances)
    }

    /// KL(N(m, S S^T) || N(0, I)) = (|m|^2 + |S|^2 - M - log det S S^T) / 2.
    static func divergence(mean: Tensor<Double>, root: Tensor<Double>) -> Double {
      let m = mean.count
      let (s, pieces) = (MatrixView(reading: root), Parallel.ranges(m, by: 128))
      let parts = Parallel.map(pieces.count) { p in
        pieces[p].reduce(0.0) { $0 + Double.kernels.sumOfSquares($1 + 1, s.row($1)) }
      }
      var logDeterminant = 0.0
      for i in 0..<m { logDeterminant += 2 * Foundation.log(abs(s.row(i)[i])) }
      return 0.5 * (mean.sumOfSquares + parts.reduce(0, +) - Double(m) - logDeterminant)
    }
  }
}
