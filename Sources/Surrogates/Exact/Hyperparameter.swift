import Foundation

/// A positive number that a kernel or a Gaussian process learns, by its logarithm.
public struct Hyperparameter: Sendable, Equatable {
  /// What it may be.
  public var range: ClosedRange<Double>
  /// Where learning begins.
  public var start: Double
  /// Mean and deviation of the logarithm under a log-normal prior; nil for a flat one.
  public var prior: LogNormal?

  /// The parameters of a log-normal density.
  public struct LogNormal: Sendable, Equatable {
    /// Mean of the logarithm.
    public var mean: Double
    /// Deviation of the logarithm.
    public var deviation: Double

    /// A log-normal density.
    public init(mean: Double, deviation: Double) {
      self.mean = mean
      self.deviation = deviation
    }
  }

  /// A hyperparameter; `start` is brought into the range.
  public init(_ range: ClosedRange<Double>, start: Double, prior: LogNormal? = nil) {
    precondition(range.lowerBound > 0, "a hyperparameter is positive")
    self.range = range
    self.start = min(max(start, range.lowerBound), range.upperBound)
    self.prior = prior
  }

  /// The logarithms of the range.
  var logRange: ClosedRange<Double> {
    Foundation.log(range.lowerBound)...Foundation.log(range.upperBound)
  }

  /// Minus the prior's log density at exp(log), up to a constant, and its derivative by log.
  func penalty(_ log: Double) -> (value: Double, derivative: Double) {
    guard let prior else { return (0, 0) }
    let z = (log - prior.mean) / prior.deviation
    return (log + z * z / 2, 1 + z / prior.deviation)
  }
}
