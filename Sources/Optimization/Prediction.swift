/// What a method expected of a candidate's goal before it was evaluated.
public struct Prediction: Sendable, Equatable {
  /// Expected value, maximised.
  public var mean: Double
  /// Standard deviation of what would be observed.
  public var deviation: Double

  /// An expectation.
  public init(mean: Double, deviation: Double) {
    self.mean = mean
    self.deviation = deviation
  }
}
