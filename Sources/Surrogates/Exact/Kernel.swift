import Engine

/// A covariance function of variance one, for exact Gaussian processes.
///
/// The Gaussian process owns the variance, the noise and the mean; a kernel owns what makes two
/// points similar (lengthscales of coordinates, or nothing at all for counts of fingerprints).
public protocol Kernel: Sendable {
  /// Points as the kernel sees them with given hyperparameters.
  associatedtype Points: Sendable

  /// What the kernel learns on inputs of this width, in the order of `logs` elsewhere.
  func hyperparameters(dimension: Int) -> [Hyperparameter]

  /// The rows of `x` for the kernel whose hyperparameters have these logarithms.
  func points(_ x: Tensor<Double>, logs: [Double]) -> Points

  /// Correlations of rows `i` of `a` with rows `j` of `b`, written to `target` (|i| x |j|). The two
  /// are points of the same hyperparameters. Runs on the calling thread.
  ///
  /// - Parameter slopes: where given, receives what `gradient` needs again of each pair.
  func fill(
    _ target: MatrixView<Double>, slopes: MatrixView<Double>?, _ a: Points, _ i: Range<Int>,
    _ b: Points, _ j: Range<Int>)

  /// The derivatives, by the logarithm of each hyperparameter, of the sum over i and j of
  /// w_ij correlation_ij with symmetric w_ij.
  ///
  /// - Parameter weights: w_ij slope_ij in the strict lower triangle, which alone is read.
  func gradient(_ weights: MatrixView<Double>, at points: Points) -> [Double]
}
