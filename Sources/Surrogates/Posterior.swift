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
