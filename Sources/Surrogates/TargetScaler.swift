import Engine

/// Maps targets to mean zero and variance one and predictions back.
public struct TargetScaler: Sendable, Equatable {
  /// Mean of the targets.
  public var mean: Double
  /// Standard deviation of the targets; one where they are all equal.
  public var deviation: Double

  /// A scaler with this mean and deviation; by default one that changes nothing.
  public init(mean: Double = 0, deviation: Double = 1) {
    self.mean = mean
    self.deviation = deviation
  }

  /// The scaler of finite targets, with the deviation of n - 1 degrees of freedom.
  ///
  /// A spread that is nothing but rounding (below 1e-12 of the largest target) counts as none.
  public init(of targets: [Double]) {
    // Divided by the largest first, so that squares stay finite.
    let largest = targets.reduce(0) { max($0, abs($1)) }
    let unit = largest > 0 ? largest : 1
    let n = Double(max(1, targets.count))
    let average = targets.reduce(0) { $0 + $1 / unit } / n
    let squares = targets.reduce(0) { $0 + ($1 / unit - average) * ($1 / unit - average) }
    let spread = (squares / max(1, n - 1)).squareRoot()
    self.init(mean: average * unit, deviation: spread > 1e-12 ? spread * unit : 1)
  }

  /// Targets in the model's units.
  public func scaled(_ targets: Tensor<Double>) -> Tensor<Double> {
    Tensor(targets.shape, targets.entries.map { ($0 - mean) / deviation })
  }
}
