import Core
import Oracles
import Surrogates

/// What a model that knows all evaluations expects of a candidate.
public struct Expectation: Sendable, Equatable {
  /// Of the goal.
  public var goal: Prediction
  /// The chance that every constraint holds, taken as independent of each other; nil without constraints.
  public var feasibility: Double?

  /// An expectation.
  public init(goal: Prediction, feasibility: Double? = nil) {
    self.goal = goal
    self.feasibility = feasibility
  }
}

/// A method whose model may be asked about any candidates.
public protocol PredictingMethod: SearchMethod {
  /// What the model expects of candidates after it was fitted to every trial. The method itself stays as
  /// it was, and so does what it will ask next.
  /// - Throws: `.badData` where no trial worked or a candidate does not fit, `.badArgument` where the
  ///   options leave the method without a model.
  func expectations(of candidates: [Candidate], context: RunContext) throws -> [Expectation]
}

extension Expectation {
  /// What posteriors say: of the goal, and of constraints that hold up to 0.
  /// - Parameter goal: the goal that a learned value stands for.
  static func of(_ posteriors: [any Posterior], goal: (Double) -> Double = { $0 }) -> [Expectation]
  {
    guard let first = posteriors.first else { return [] }
    let variances = first.variance(observationNoise: true)
    let violated = posteriors.dropFirst().map(\.probabilitiesAboveZero)
    return (0..<first.count).map { i in
      let (mean, reach) = (first.mean[i], Prediction.reach * variances[i].squareRoot())
      return Expectation(
        goal: Prediction(mean: goal(mean), range: goal(mean - reach)...goal(mean + reach)),
        feasibility: violated.isEmpty ? nil : violated.reduce(1) { $0 * (1 - $1[i]) })
    }
  }
}

extension Study {
  /// Whether the method has a model that has learned from something.
  public var canPredict: Bool {
    method is any PredictingMethod
      && trials.contains { $0.iteration < iterations && $0.evaluation.objective != nil }
  }

  /// What the method's model expects of candidates when it knows every trial.
  /// - Throws: `.unsupported` for a method without a model, `.badData` before the start set is evaluated, and what the
  ///   method throws.
  public func expectations(of candidates: [Candidate], context: RunContext) throws -> [Expectation]
  {
    guard let method = method as? any PredictingMethod else {
      throw Failure(
        .unsupported, "`\(method.name)` learns no model that could be asked",
        advice: "make the study by nfbo, cibo, megs or scbo")
    }
    // Of a batch that is still being measured the method has learned nothing.
    guard iterations > 0 else {
      throw Failure(
        .badData, "the study has no evaluations yet, so its model knows nothing",
        advice: "run(study, iterations: 1) evaluates the start set")
    }
    return try method.expectations(
      of: candidates,
      context: RunContext(
        random: root.stream("expectations", trials.count), cancellation: context.cancellation,
        events: { context.report($0) }))
  }
}
