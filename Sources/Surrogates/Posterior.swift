import Core
import Engine

/// A joint Gaussian belief about a function at Q points, in the units of the targets.
public protocol Posterior: Sendable {
  /// Number of points, Q.
  var count: Int { get }
  /// Expected values, [Q].
  var mean: Tensor<Double> { get }
  /// Variance of an observation around the function.
  var noiseVariance: Double { get }
  /// Variances, [Q].
  func variance(observationNoise: Bool) -> Tensor<Double>
  /// The whole covariance, Q x Q.
  func covariance(observationNoise: Bool) -> Tensor<Double>
  /// Joint samples, count x Q.
  /// - Throws: `.numerical` if the covariance has no Cholesky factor.
  func samples(_ count: Int, observationNoise: Bool, using random: inout RandomStream)
    throws(Failure) -> Tensor<Double>
}

extension Posterior {
  /// The probability of each point that an observation is above 0, [Q]: for a constraint, that it
  /// does not hold; for a Bernoulli output, that it is 1.
  public var probabilitiesAboveZero: Tensor<Double> {
    let variance = variance(observationNoise: true)
    return Tensor(
      [count], (0..<count).map { StandardNormal.cdf(mean[$0] / variance[$0].squareRoot()) })
  }
}
