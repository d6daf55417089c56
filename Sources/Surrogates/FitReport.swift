/// What a fit did.
public struct FitReport: Sendable, Equatable {
  /// Mean loss per point of each epoch, in the model's (standardised) units, all outputs added.
  public var losses: [Double] = []
  /// Optimizer steps.
  public var steps = 0
  /// Norm of the last gradient, before clipping.
  public var gradientNorm = 0.0
  /// Jitters above the configured one that a factorization needed, in order.
  public var raisedJitters: [Double] = []
  /// Inducing points added.
  public var addedInducingPoints = 0
  /// True if training ended because the loss stopped falling.
  public var stoppedEarly = false

  /// A report of nothing done yet.
  public init() {}
}
