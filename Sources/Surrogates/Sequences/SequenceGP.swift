import Core
import Engine
import Foundation

/// Gaussian process regression on what sequences are: the sum of Tanimoto similarities of counts and
/// Matern correlations of vectors (latents, properties), with weights that are learned.
///
/// One process for each output, with a constant mean and Gaussian noise, hyperparameters by largest
/// marginal likelihood. Exact up to `exactLimit` points; beyond, FITC with that many of the data as
/// inducing points. Targets are standardised inside. An output that is yes or no is a target of 1 or
/// -1, of which the sign is asked (least-squares classification; Rasmussen and Williams 2006,
/// section 6.5).
public struct SequenceGP: Sendable {
  /// Bounds and sizes.
  public struct Configuration: Sendable {
    /// What the noise variance may be, in standardised units.
    public var noise: ClosedRange<Double> = 1e-4...1
    /// What the variance of each part may be, in standardised units.
    public var variance: ClosedRange<Double> = 1e-3...50
    /// Points up to which the process is exact.
    public var exactLimit = 2000
    /// Points that are taken up at once beyond the exact limit: memory is this many times the limit.
    public var block = 2048
    /// Points that hyperparameters are learned from at most.
    public var learningLimit = 1000
    /// Steps of a first fit, and of a refit, which starts from the last one's hyperparameters.
    public var firstSteps = 40
    /// Steps of a refit.
    public var refitSteps = 8
    /// First jitter of a covariance to be factorized.
    public var jitter = 1e-8

    /// The defaults.
    public init() {}
  }

  /// The covariance.
  public let kernel: SequenceKernel
  /// Bounds and sizes.
  public let configuration: Configuration
  var outputs: [Output] = []
  /// The data, or the inducing points; nil before the first fit.
  var basis: SequenceKernel.Basis?
  /// What entries of vectors are divided by, by kind, as the data say; nil where they are as given.
  var scales: [VectorScales?] = []

  /// What was learned of one output.
  struct Output: Sendable {
    /// The kernel's hyperparameters, the noise.
    let logs: [Double]
    let scaler: TargetScaler
    let solved: GramConditional
  }

  /// A process that knows nothing yet.
  public init(kernel: SequenceKernel, configuration: Configuration = Configuration()) {
    self.kernel = kernel
    self.configuration = configuration
  }

  /// Number of outputs; 0 before the first fit.
  public var outputCount: Int { outputs.count }

  /// The kernel's hyperparameters of an output, in the kernel's order, then the noise; variances in
  /// standardised units.
  public func hyperparameters(output: Int) -> [Double] { outputs[output].logs.map { exp($0) } }

  /// What is expected at these sequences, for every output.
  /// - Throws: `.badArgument` before the first fit, or if a part is missing.
  public func predict(_ points: SequencePoints, in context: RunContext) throws(Failure)
    -> Prediction
  {
    guard let basis else {
      throw Failure(.badArgument, "the surrogate has not learned anything yet")
    }
    try check(points)
    let kernel = kernel
    let points = points.divided(by: scales)
    return Prediction(
      model: self, cross: kernel.pairs(points, basis),
      own: { kernel.ownPairs(kernel.basis(points)) },
      ladder: JitterLadder(base: configuration.jitter, in: context))
  }

  /// The belief about all outputs at some sequences; what the outputs share is worked out once.
  public struct Prediction: Sendable {
    fileprivate let model: SequenceGP
    fileprivate let cross: SequenceKernel.Pairs
    fileprivate let own: @Sendable () -> SequenceKernel.Pairs
    fileprivate let ladder: JitterLadder

    /// The joint posterior of one output.
    public func posterior(output: Int) -> ExactPosterior {
      let learned = model.outputs[output]
      let (kernel, own, logs) = (model.kernel, own, learned.logs)
      return ExactPosterior(
        learned.solved, cross: kernel.covariance(cross, logs), variance: kernel.variance(logs),
        scaler: learned.scaler, noise: exp(logs[kernel.parameterCount]), ladder: ladder
      ) { kernel.covariance(own(), logs) }
    }
  }

  func check(_ points: SequencePoints) throws(Failure) {
    guard points.counts.count == kernel.countKinds,
      points.counts.allSatisfy({ $0.count == points.count })
    else {
      throw Failure(
        .badArgument,
        "the surrogate looks at \(kernel.countKinds) kinds of counts of every sequence")
    }
    guard points.vectors.count == kernel.vectors.count,
      points.vectors.allSatisfy({ $0.rows == points.count })
    else {
      throw Failure(
        .badArgument,
        "the surrogate looks at \(kernel.vectors.count) kinds of vectors of every sequence")
    }
    guard points.vectors.allSatisfy(\.isFinite) else {
      throw Failure(.badData, "latents or properties of sequences are NaN or infinite")
    }
  }
}
