import Engine

/// Losses of predictions against fixed targets, as sums: divide by the whole batch's count, not the
/// shard's, so that shards add up.
extension Variable {
  /// Sum of squared differences to a target of the same shape.
  public func sumOfSquaredErrors(to target: Tensor<Scalar>) -> Variable {
    (self - tape.constant(target)).squared().sum()
  }

  /// Mean of squared differences to a target of the same shape.
  public func meanSquaredError(to target: Tensor<Scalar>) -> Variable {
    Scalar(1 / Double(target.count)) * sumOfSquaredErrors(to: target)
  }

  /// Sum of squared errors, each entry with its own weight (same shape).
  public func sumOfSquaredErrors(
    to target: Tensor<Scalar>, weights: Tensor<Scalar>
  ) -> Variable {
    ((self - tape.constant(target)).squared() * tape.constant(weights)).sum()
  }

  /// Sum of Huber's loss: r^2 / 2 for |r| <= delta, delta (|r| - delta / 2) beyond, r = self - target
  /// (Huber, "Robust estimation of a location parameter", 1964).
  public func sumOfHuberErrors(to target: Tensor<Scalar>, delta: Scalar) -> Variable {
    // With e = max(|r| - delta, 0): r^2 / 2 - e^2 / 2 is the loss on both sides.
    let residual = self - tape.constant(target)
    let above = (residual - delta).activated(.relu)
    let below = (-residual - delta).activated(.relu)
    let quadratic = residual.squared() - above.squared() - below.squared()
    return 0.5 * quadratic.sum()
  }
}
