import Core
import Engine

/// A model that learns a function from evaluations and says what it expects elsewhere.
///
/// Inputs are rows of a matrix, Float or Double as the caller has them. A surrogate may have
/// several outputs (an objective and constraints): targets are N x C, or [N] for one output.
public protocol Surrogate: Sendable {
  /// Number of outputs; 0 before the first fit.
  var outputCount: Int { get }

  /// Learns from scratch.
  /// - Throws: `.badData` for NaN or no data, `.badArgument` for shapes that disagree, `.numerical`,
  ///   `.cancelled` (what was learned so far is kept).
  @discardableResult
  mutating func fit<Input: TensorScalar>(
    _ x: Tensor<Input>, _ y: Tensor<Double>, in context: RunContext
  ) throws(Failure) -> FitReport

  /// Learns on from what is known, with these data. Errors as `fit`.
  @discardableResult
  mutating func refit<Input: TensorScalar>(
    _ x: Tensor<Input>, _ y: Tensor<Double>, in context: RunContext
  ) throws(Failure) -> FitReport

  /// What is expected at the rows of `x` (Q x D) for one output, in the units of its targets.
  /// - Throws: `.badArgument` before the first fit or for another width, `.badData` for NaN.
  func posterior<Input: TensorScalar>(
    at x: Tensor<Input>, output: Int, in context: RunContext
  ) throws(Failure) -> any Posterior
}

extension Surrogate {
  /// Samples of the joint posterior at the rows of `x`, count x Q: `posterior(at:…).samples(…)`.
  public func posteriorSamples<Input: TensorScalar>(
    _ x: Tensor<Input>, count: Int, output: Int = 0, observationNoise: Bool = false,
    using random: inout RandomStream, in context: RunContext
  ) throws(Failure) -> Tensor<Double> {
    try posterior(at: x, output: output, in: context)
      .samples(count, observationNoise: observationNoise, using: &random)
  }
}
