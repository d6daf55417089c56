/// An explicit Runge–Kutta rule, as its Butcher tableau.
public struct ODERule: Sendable, Equatable {
  /// The rule's name in the language and in messages.
  public let name: String
  /// Times of the stages as fractions of a step; the first is 0.
  public let nodes: [Float]
  /// For each stage after the first, the weights of the stages before it.
  public let coefficients: [[Float]]
  /// Weights of the stages in the step.
  public let weights: [Float]

  /// Calls of the vector field in a step.
  public var stages: Int { weights.count }

  /// Second order, two stages: Euler's half step, then the slope there.
  public static let midpoint = ODERule(
    name: "midpoint", nodes: [0, 0.5], coefficients: [[], [0.5]], weights: [0, 1])

  /// Kutta's 3/8 rule, fourth order (Kutta 1901); the published program's "rk4" is this form.
  public static let rungeKutta38 = ODERule(
    name: "rk4", nodes: [0, 1 / 3, 2 / 3, 1],
    coefficients: [[], [1 / 3], [-1 / 3, 1], [1, -1, 1]],
    weights: [1 / 8, 3 / 8, 3 / 8, 1 / 8])
}
