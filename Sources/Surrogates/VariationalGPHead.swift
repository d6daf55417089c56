import Core
import Engine
import Foundation
import Neural

/// One output of a deep-kernel Gaussian process: a sparse variational process on shared features.
///
/// Kernel: output scale times RBF; constant mean; Gaussian or Bernoulli likelihood; inducing points in
/// feature space; whitened variational distribution N(m, S S^T). Positive numbers are kept as raw ones
/// under softplus, the noise above 1e-4, as gpytorch does.
public struct VariationalGPHead: Module {
  /// M x D, in feature space.
  public var inducingPoints: Parameter<Double>
  /// Scalar; the lengthscale before softplus.
  public var rawLengthscale: Parameter<Double>
  /// Scalar; the kernel's scale before softplus.
  public var rawOutputScale: Parameter<Double>
  /// Scalar; the mean function.
  public var constant: Parameter<Double>
  /// m, [M], whitened.
  public var variationalMean: Parameter<Double>
  /// S, M x M, whitened; only its lower triangle counts.
  public var variationalRoot: Parameter<Double>
  /// How observations come about.
  public let likelihood: Likelihood
  /// Scalar; the noise variance before softplus and its floor. Means nothing to a Bernoulli head.
  public var rawNoise: Parameter<Double>

  /// The smallest noise variance (gpytorch's GaussianLikelihood).
  static let noiseFloor = 1e-4

  /// A head that knows nothing yet: q is the prior, all raw numbers are zero.
  public init(inducingPoints: Tensor<Double>, likelihood: Likelihood = .gaussian) {
    let m = inducingPoints.rows
    self.likelihood = likelihood
    self.inducingPoints = Parameter(inducingPoints)
    rawLengthscale = Parameter(Tensor(0))
    rawOutputScale = Parameter(Tensor(0))
    constant = Parameter(Tensor(0))
    variationalMean = Parameter(.zeros([m]))
    variationalRoot = Parameter(VariationalGPHead.identity(m))
    rawNoise = Parameter(Tensor(0))
  }

  static func identity(_ m: Int) -> Tensor<Double> {
    var root = Tensor<Double>.zeros([m, m])
    let to = root.mutablePointer
    for i in 0..<m { to[i * m + i] = 1 }
    return root
  }

  /// Number of inducing points.
  public var inducingCount: Int { inducingPoints.value.rows }
  /// Lengthscale of the kernel, in feature space.
  public var lengthscale: Double { VariationalGPHead.softplus(rawLengthscale.value.item) }
  /// Prior variance of the function, in the model's units.
  public var outputScale: Double { VariationalGPHead.softplus(rawOutputScale.value.item) }
  /// Variance of the observation noise, in the model's units; 1 for a Bernoulli head, since a probit
  /// says 1 where the function plus a standard normal is above 0.
  public var noise: Double {
    switch likelihood {
    case .gaussian: VariationalGPHead.softplus(rawNoise.value.item) + VariationalGPHead.noiseFloor
    case .bernoulli: 1
    }
  }

  /// Sets the constant so that, before anything else is learned, 1 has this share's probability.
  ///
  /// The share is smoothed as (k + 1) / (n + 2), so that one never seen stays possible.
  mutating func startAtShare(of observed: [Double]) {
    let share = (observed.reduce(0, +) + 1) / (Double(observed.count) + 2)
    constant.value = Tensor(StandardNormal.quantile(share) * (1 + outputScale).squareRoot())
  }

  static func softplus(_ raw: Double) -> Double {
    var (input, output) = (raw, 0.0)
    Double.kernels.softplus(1, &input, &output)
    return output
  }

  /// The raw number whose softplus is `value`.
  static func inverseSoftplus(_ value: Double) -> Double {
    value > 30 ? value : Foundation.log(Foundation.expm1(max(value, 1e-12)))
  }

  /// The parameters by the names a checkpoint keeps.
  public mutating func forEachParameter(_ body: (String, inout Parameter<Double>) -> Void) {
    body("inducing_points", &inducingPoints)
    body("raw_lengthscale", &rawLengthscale)
    body("raw_output_scale", &rawOutputScale)
    body("constant", &constant)
    body("variational_mean", &variationalMean)
    body("variational_root", &variationalRoot)
    if likelihood == .gaussian { body("raw_noise", &rawNoise) }
  }

  /// The loss of a batch, a scalar: the mean over points plus KL / divisor.
  /// - Parameters:
  ///   - features: B x D.
  ///   - targets: [B], in the model's units; 0 or 1 for a Bernoulli head.
  ///   - divisor: what the divergence is divided by, usually the number of data.
  /// - Throws: `.numerical` if the inducing points' covariance has no Cholesky factor.
  package func loss(
    _ kind: VariationalLoss, features: Variable<Double>, targets: Tensor<Double>, divisor: Double,
    ladder: JitterLadder
  ) throws(Failure) -> Variable<Double> {
    let tape = features.tape
    let moments = try WhitenedMoments(
      features: features, inducing: tape.parameter(inducingPoints),
      lengthscale: tape.parameter(rawLengthscale).softplus(),
      outputScale: tape.parameter(rawOutputScale).softplus(),
      variationalMean: tape.parameter(variationalMean),
      variationalRoot: tape.parameter(variationalRoot), ladder: ladder)
    let shape: Shape = [targets.count]
    let constant = tape.parameter(self.constant).reshaped([]).broadcast(to: shape)
    let mean = moments.mean + constant
    let observed = targets.reshaped(shape)
    let loss =
      switch likelihood {
      case .gaussian: gaussianLoss(kind, mean: mean, variance: moments.variance, observed)
      case .bernoulli:
        ProbitLoss.perPoint(kind, mean: mean, variance: moments.variance, observed: observed)
          .mean()
      }
    return loss + (1 / divisor) * moments.divergence
  }

  private func gaussianLoss(
    _ kind: VariationalLoss, mean: Variable<Double>, variance: Variable<Double>,
    _ targets: Tensor<Double>
  ) -> Variable<Double> {
    let tape = mean.tape
    let noise = (tape.parameter(rawNoise).softplus() + VariationalGPHead.noiseFloor)
      .reshaped([]).broadcast(to: targets.shape)
    let residual = (tape.constant(targets) - mean).squared()
    let perPoint: Variable<Double>
    switch kind {
    case .predictive:
      let total = variance + noise
      perPoint = total.log() + residual / total
    case .elbo:
      perPoint = noise.log() + (residual + variance) / noise
    }
    return 0.5 * (perPoint.mean() + Foundation.log(2 * Double.pi))
  }
}

/// What training of a variational Gaussian process minimises.
public enum VariationalLoss: String, Sendable, CaseIterable {
  /// -log N(y; mean, variance + noise): the predictive log likelihood (PPGPR; Jankowiak, Pleiss,
  /// Gardner, "Parametric Gaussian process regressors", 2020).
  case predictive
  /// The evidence lower bound (Hensman et al. 2015).
  case elbo
}
