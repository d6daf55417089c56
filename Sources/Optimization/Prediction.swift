import Surrogates

/// What a method expected of a candidate's goal before it was evaluated.
public struct Prediction: Sendable, Equatable {
  /// The value expected (the middle of the belief), maximised.
  public var mean: Double
  /// Where the value is with a probability of 90%, as much below as above.
  public var range: ClosedRange<Double>

  /// An expectation.
  public init(mean: Double, range: ClosedRange<Double>) {
    self.mean = mean
    self.range = range
  }

  /// What a normal distribution expects of an observation.
  package init(mean: Double, deviation: Double) {
    let reach = Self.reach * deviation
    self.init(mean: mean, range: mean - reach...mean + reach)
  }

  /// Where a standard normal distribution has 5% on either side.
  package static let reach = StandardNormal.quantile(0.95)
}
