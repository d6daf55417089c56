import Core
import Engine
import Foundation

/// Exact Gaussian process regression: one process for each output, with a constant mean, a kernel's
/// hyperparameters, a variance and Gaussian noise found by largest marginal likelihood (or posterior
/// density, where there are priors).
///
/// Targets are standardised inside. Inputs are expected in the unit box. Beyond `learningLimit` points
/// hyperparameters come from that many points nearest to `focus`; beyond `exactLimit` points that many
/// nearest ones are the inducing points of a sparse conditional on all data (see `GPConditional`).
public struct ExactGP<K: Kernel>: Surrogate {
  /// Bounds and sizes.
  public struct Configuration: Sendable {
    /// What the noise variance may be, in standardised units.
    public var noise: ClosedRange<Double> = 1e-6...1e-3
    /// What the variance of the process may be, in standardised units.
    public var variance: ClosedRange<Double> = 0.05...20
    /// Points up to which the process is exact.
    public var exactLimit = 2000
    /// Points that hyperparameters are learned from at most.
    public var learningLimit = 1000
    /// Points that are taken up at once beyond the exact limit: memory is this many times the limit.
    public var block = 2048
    /// Steps of a first fit, and of a refit, which starts from the last one's hyperparameters.
    public var firstSteps = 60
    /// Steps of a refit.
    public var refitSteps = 15
    /// First jitter of a covariance to be factorized.
    public var jitter = 1e-8

    /// The defaults.
    public init() {}
  }

  /// The correlation.
  public let kernel: K
  /// Bounds and sizes.
  public let configuration: Configuration
  /// Where precision matters most when data exceed the exact limit; nil for everywhere.
  public var focus: [Double]?
  var outputs: [Output] = []
  var dimension = 0

  /// What was learned of one output.
  struct Output: Sendable {
    /// The kernel's hyperparameters, the variance, the noise.
    let logs: [Double]
    let scaler: TargetScaler
    let given: GPConditional<K>
  }

  /// A process that knows nothing yet.
  public init(kernel: K, configuration: Configuration = Configuration()) {
    self.kernel = kernel
    self.configuration = configuration
  }

  /// Number of outputs; 0 before the first fit.
  public var outputCount: Int { outputs.count }

  /// The kernel's hyperparameters of an output.
  public func kernelHyperparameters(output: Int) -> [Double] {
    outputs[output].logs.dropLast(2).map { exp($0) }
  }

  /// The variance of an output's process, in standardised units.
  public func variance(output: Int) -> Double { exp(outputs[output].logs.dropLast().last ?? 0) }

  /// The variance of an output's noise, in standardised units.
  public func noise(output: Int) -> Double { exp(outputs[output].logs.last ?? 0) }

  /// The joint posterior of one output at the rows of `x`; errors as the protocol states them.
  public func posterior<Input: TensorScalar>(
    at x: Tensor<Input>, output: Int = 0, in context: RunContext
  ) throws(Failure) -> any Posterior {
    guard !outputs.isEmpty else {
      throw Failure(.badArgument, "the surrogate has not learned anything yet")
    }
    guard outputs.indices.contains(output) else {
      throw Failure(
        .badArgument, "the surrogate has \(outputs.count) outputs, there is no output \(output)")
    }
    guard x.rows == 0 || x.columns == dimension else {
      throw Failure(
        .badArgument, "points have \(x.columns) coordinates, the surrogate's \(dimension)")
    }
    let x = x.converted(to: Double.self).reshaped([x.rows, dimension])
    guard x.isFinite else { throw Failure(.badData, "points to predict at are NaN or infinite") }
    let learned = outputs[output]
    let given = learned.given
    let points = kernel.points(x, logs: Array(learned.logs.dropLast(2)))
    let cross = GPConditional.cross(
      kernel, points, x.rows, given.basis, given.basisCount, given.scale)
    return ExactPosterior(
      given.solved, cross: cross, variance: given.scale, scaler: learned.scaler,
      noise: noise(output: output), ladder: JitterLadder(base: configuration.jitter, in: context)
    ) {
      var result = Tensor<Double>(uninitialized: [x.rows, x.rows])
      MarginalLikelihood.fill(
        MatrixView(&result), slopes: nil, given.kernel, points, scale: given.scale, noise: 0)
      return result
    }
  }
}
