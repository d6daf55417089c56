/// What the surrogates of one round were fitted to.
struct Lesson {
  let buffer: LagrangianBuffer
  /// Of the buffer's points: how good each is.
  let weights: [Double]
  let view: ScaledView
}

extension LagrangianBuffer.Rule {
  /// The rule with what a search has learned of its constraints so far.
  /// - Parameter caution: nil keeps to the border itself, as published.
  func adapted(
    _ multiplier: LagrangeMultiplier, _ caution: BorderCaution?, constraints count: Int
  ) -> LagrangianBuffer.Rule {
    var rule = self
    rule.penalty = multiplier.value(constraints: count)
    rule.indicatorBorder = caution?.border ?? 0
    return rule
  }
}
