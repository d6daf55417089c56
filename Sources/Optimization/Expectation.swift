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

/// A method whose model may be asked about any sequences.
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
  /// Whether there is something to learn from, and a model to learn it: in a box there always is one.
  public var canPredict: Bool {
    (space != nil || method is any PredictingMethod)
      && trials.contains { $0.iteration < iterations && $0.evaluation.objective != nil }
  }

  /// What is expected of candidates by all trials: in a box by Gaussian processes of their own, of sequences by the
  /// method's model.
  /// - Throws: `.unsupported` for a method without a model, `.badData` before the start set is evaluated or where no
  ///   trial worked, and what the method throws.
  public func expectations(of candidates: [Candidate], context: RunContext) throws -> [Expectation]
  {
    let method = method as? any PredictingMethod
    guard space != nil || method != nil else {
      throw Failure(
        .unsupported, "`\(self.method.name)` learns no model that could be asked about sequences",
        advice: "make the study by nfbo")
    }
    // Of a batch that is still being measured a method has learned nothing.
    guard space == nil ? iterations > 0 : !trials.isEmpty else {
      throw Failure(
        .badData, "the study has no evaluations yet, so its model knows nothing",
        advice: "run(study, iterations: 1) evaluates the start set")
    }
    let own = RunContext(
      random: root.stream("expectations", trials.count), cancellation: context.cancellation,
      events: { context.report($0) })
    if let space {
      let forecast = try self.forecast ?? BoxForecast(trials, in: space, context: own)
      self.forecast = forecast
      return try forecast.expectations(of: candidates.compactMap(\.vector), context: own)
    }
    return try method?.expectations(of: candidates, context: own) ?? []
  }
}
