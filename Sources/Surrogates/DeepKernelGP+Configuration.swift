import Core
import Engine

extension DeepKernelGP {
  /// Sizes and training of a `DeepKernelGP`. The defaults are those that NF-BO's authors run.
  public struct Configuration: Sendable, Equatable {
    /// Widths of the feature extractor's layers; the last is the dimension of feature space.
    public var hidden = [64, 64]
    /// Applied after every layer of the feature extractor.
    public var activation = Activation.swish
    /// The most inducing points.
    public var inducingPoints = 1024
    /// What training minimises.
    public var loss = VariationalLoss.predictive
    /// What the divergence is divided by.
    public var divisor = Divisor.data
    /// Adam's step size.
    public var rate = 1e-3
    /// Points of a training step.
    public var batch = 128
    /// Epochs of a first fit.
    public var epochs = 100
    /// The most epochs of a refit.
    public var refitEpochs = 20
    /// A refit ends when the loss has not fallen by this much (nats per point) below its best …
    public var tolerance = 1e-3
    /// … for this many epochs in a row.
    public var patience = 2
    /// Whether a refit adds its new points to the inducing ones while there is room.
    public var growsInducing = true
    /// Gradients longer than this are scaled down to it; nil leaves them.
    public var maxNorm: Double?
    /// Added to the diagonal of covariances (gpytorch's default in Float64).
    public var jitter = 1e-6

    /// The defaults.
    public init() {}

    /// What the divergence is divided by.
    public enum Divisor: String, Sendable, CaseIterable {
      /// The number of data: the objective as its papers state it.
      case data
      /// The batch size: what NF-BO's authors run, which weighs the divergence N / batch times more.
      case batch
    }

    /// The options as the language offers them.
    public static let options: [OptionSpec] = [
      OptionSpec(
        "hidden", .integer(1...4096), default: .integer(64),
        "width of the two layers of the feature extractor"),
      OptionSpec("inducing", .integer(1...4096), default: .integer(1024), "most inducing points"),
      OptionSpec(
        "loss", .choice(VariationalLoss.allCases.map(\.rawValue)), default: .text("predictive"),
        "predictive log likelihood or evidence lower bound"),
      OptionSpec(
        "divisor", .choice(Divisor.allCases.map(\.rawValue)), default: .text("data"),
        "divide the divergence by the number of data, or by the batch size"),
      OptionSpec("rate", .real(1e-8...1), default: .real(1e-3), "step size of Adam"),
      OptionSpec("batch", .integer(1...65_536), default: .integer(128), "points of a step"),
      OptionSpec("epochs", .integer(0...100_000), default: .integer(100), "epochs of a first fit"),
      OptionSpec(
        "refit_epochs", .integer(0...100_000), default: .integer(20), "most epochs of a refit"),
      OptionSpec(
        "jitter", .real(1e-12...1e-1), default: .real(1e-6), "added to covariances' diagonals"),
    ]

    /// The configuration that these options, checked against `options`, ask for.
    public init(_ options: Options) {
      hidden = [options.integer("hidden"), options.integer("hidden")]
      inducingPoints = options.integer("inducing")
      loss = VariationalLoss(rawValue: options.text("loss")) ?? .predictive
      divisor = Divisor(rawValue: options.text("divisor")) ?? .data
      rate = options.real("rate")
      batch = options.integer("batch")
      epochs = options.integer("epochs")
      refitEpochs = options.integer("refit_epochs")
      jitter = options.real("jitter")
    }

    /// - Throws: `.badArgument` that names the first setting out of range.
    func validate() throws(Failure) {
      func check(_ holds: Bool, _ message: String) throws(Failure) {
        if !holds { throw Failure(.badArgument, message) }
      }
      try check(
        !hidden.isEmpty && hidden.allSatisfy { $0 > 0 }, "the layers of the surrogate need a width")
      try check(inducingPoints > 0, "the surrogate needs at least one inducing point")
      try check(batch > 0, "the surrogate's batch holds at least one point")
      try check(epochs >= 0 && refitEpochs >= 0, "epochs cannot be negative")
      try check(rate > 0 && rate.isFinite, "the surrogate's rate is a positive number")
      try check(jitter > 0 && jitter < 1, "the surrogate's jitter lies between 0 and 1")
      try check(patience > 0, "the surrogate's patience is at least one epoch")
      try check(maxNorm.map { $0 > 0 } ?? true, "the largest gradient norm is a positive number")
    }
  }
}
