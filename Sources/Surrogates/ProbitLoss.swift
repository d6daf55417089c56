import Core
import Engine

/// The loss of a Bernoulli output with a probit link, as one operation on the tape.
///
/// With g ~ N(mean, variance) at a point and s = 1 where the observation is 1, else -1:
/// predictive: -log Phi(s mean / sqrt(1 + variance)), which is -log E Phi(s g) in closed form;
/// evidence lower bound: -E log Phi(s g), by Gauss-Hermite quadrature (Hensman et al. 2015,
/// "Scalable variational Gaussian process classification").
enum ProbitLoss {
  /// Below this a variance is rounding; its square root keeps a finite slope.
  private static let smallestVariance = 1e-10

  /// Losses by point, [B].
  /// - Parameters:
  ///   - mean, variance: of the latent function, [B].
  ///   - observed: 0 or 1, [B].
  static func perPoint(
    _ kind: VariationalLoss, mean: Variable<Double>, variance: Variable<Double>,
    observed: Tensor<Double>
  ) -> Variable<Double> {
    let (m, v) = (mean.value, variance.value)
    var losses = Tensor<Double>(uninitialized: m.shape)
    var (byMean, byVariance) = (losses, losses)
    let (toLoss, toMean, toVariance) = (
      losses.mutablePointer, byMean.mutablePointer, byVariance.mutablePointer
    )
    for i in 0..<m.count {
      let sign = observed[i] > 0.5 ? 1.0 : -1.0
      let point =
        kind == .predictive
        ? predictive(m[i], max(0, v[i]), sign) : expected(m[i], v[i], sign)
      (toLoss[i], toMean[i], toVariance[i]) = point
    }
    let (slopeOfMean, slopeOfVariance) = (byMean, byVariance)
    return mean.tape.record([mean, variance], losses) { g in
      [g * slopeOfMean, g * slopeOfVariance]
    }
  }

  /// Loss and its derivatives by mean and variance.
  private static func predictive(_ mean: Double, _ variance: Double, _ sign: Double) -> (
    Double, Double, Double
  ) {
    let total = 1 + variance
    let z = sign * mean / total.squareRoot()
    let (value, slope) = StandardNormal.logCDF(z)
    return (-value, -slope * sign / total.squareRoot(), 0.5 * slope * z / total)
  }

  private static func expected(_ mean: Double, _ variance: Double, _ sign: Double) -> (
    Double, Double, Double
  ) {
    let quadrature = GaussHermite.standard
    let deviation = max(variance, smallestVariance).squareRoot()
    var (loss, byMean, byDeviation) = (0.0, 0.0, 0.0)
    for (node, weight) in zip(quadrature.nodes, quadrature.weights) {
      let (value, slope) = StandardNormal.logCDF(sign * (mean + deviation * node))
      loss -= weight * value
      byMean -= weight * slope * sign
      byDeviation -= weight * slope * sign * node
    }
    let isConstant = variance < smallestVariance
    return (loss, byMean, isConstant ? 0 : byDeviation / (2 * deviation))
  }
}
