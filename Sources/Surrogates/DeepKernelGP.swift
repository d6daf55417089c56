import Core
import Engine
import Neural

/// A sparse variational Gaussian process on the features of a neural network (a deep kernel).
///
/// One `VariationalGPHead` for each output stands on one shared feature extractor, so further
/// outputs (constraints) learn features together with the first. Everything is Float64. Source:
/// NF-BO's surrogate; Wilson et al. 2016 (deep kernels), Jankowiak et al. 2020 (predictive loss).
public struct DeepKernelGP: Module {
  /// Sizes and training.
  public let configuration: Configuration
  /// Rows of inputs to rows of features; nil before the first fit.
  public internal(set) var features: MLP<Double>?
  /// One for each output; empty before the first fit.
  public internal(set) var heads: [VariationalGPHead] = []
  /// Targets of each output to the model's units and back.
  public internal(set) var scalers: [TargetScaler] = []
  /// The optimizer, with its memory of past gradients.
  var optimizer: Adam<Double>
  /// Factors of the inducing points' covariances, made after each change of the parameters.
  var factors: [InducingFactor] = []

  /// A model that has not seen data yet.
  /// - Throws: `.badArgument` for a setting out of range.
  public init(_ configuration: Configuration = Configuration()) throws(Failure) {
    try configuration.validate()
    self.configuration = configuration
    optimizer = DeepKernelGP.freshOptimizer(configuration)
  }

  /// A model from its parts.
  package init(
    _ configuration: Configuration, features: MLP<Double>, heads: [VariationalGPHead],
    scalers: [TargetScaler], ladder: JitterLadder
  ) throws(Failure) {
    try self.init(configuration)
    self.features = features
    self.heads = heads
    self.scalers = scalers
    try refreshFactors(ladder)
  }

  /// Number of outputs; 0 before the first fit.
  public var outputCount: Int { heads.count }
  /// Width of the inputs; nil before the first fit.
  public var inputDimension: Int? { features?.layers.first?.inputs }

  /// The feature extractor's parameters under "features", then those of "heads.0", …
  public mutating func forEachParameter(_ body: (String, inout Parameter<Double>) -> Void) {
    if var features {
      self.features = nil  // one owner, so that the body changes it in place
      features.forEachParameter(under: "features", body)
      self.features = features
    }
    for index in heads.indices { heads[index].forEachParameter(under: "heads.\(index)", body) }
  }

  static func freshOptimizer(_ configuration: Configuration) -> Adam<Double> {
    Adam(rate: configuration.rate, maxNorm: configuration.maxNorm)
  }

  /// Rows of features of the rows of `x`, N x F, in parallel pieces; inputs are converted piece by
  /// piece, so that a large Float matrix is never held twice.
  func extract<Input: TensorScalar>(_ x: Tensor<Input>) throws(Failure) -> Tensor<Double> {
    guard let features, let inputs = inputDimension else { throw DeepKernelGP.notFitted }
    try DeepKernelGP.check(x, width: inputs)
    let pieces = Parallel.ranges(x.rows, by: 128)
    let parts = Parallel.map(pieces.count) { p in
      features(x.rows(pieces[p]).reshaped([pieces[p].count, inputs]).converted(to: Double.self))
    }
    let result =
      parts.isEmpty ? Tensor.zeros([0, features.layers.last?.outputs ?? 0]) : .concatenated(parts)
    guard result.isFinite else { throw DeepKernelGP.enormous }
    return result
  }

  package mutating func refreshFactors(_ ladder: JitterLadder) throws(Failure) {
    var fresh: [InducingFactor] = []
    for head in heads {
      fresh.append(
        try InducingFactor(
          inducing: head.inducingPoints.value, lengthscale: head.lengthscale,
          outputScale: head.outputScale, ladder: ladder))
    }
    factors = fresh
  }

  static let notFitted = Failure(
    .badArgument, "the surrogate has not seen any data yet", advice: "fit it first")
  static let enormous = Failure(
    .numerical, "the surrogate's inputs are too large for its arithmetic",
    advice: "scale them to about 1")

  /// - Throws: `.badArgument` for another width, `.badData` for NaN or infinite entries.
  static func check<Input: TensorScalar>(_ x: Tensor<Input>, width: Int) throws(Failure) {
    guard x.shape.rank >= 1, x.rows == 0 || x.columns == width else {
      throw Failure(
        .badArgument, "the surrogate was fitted to inputs of \(width) numbers, not \(x.columns)")
    }
    if !x.isFinite {
      throw Failure(.badData, "the surrogate's inputs contain NaN or infinite numbers")
    }
  }
}
