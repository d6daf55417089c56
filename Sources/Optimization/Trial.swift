import Core
import Oracles

/// One evaluated candidate of a study.
public struct Trial: Sendable, Equatable {
  /// Counted from 0 over the whole study.
  public var index: Int
  /// The iteration that asked for it; 0 is the start set.
  public var iteration: Int
  /// What was evaluated.
  public var candidate: Candidate
  /// What came of it.
  public var evaluation: Evaluation
  /// Wall time from the batch's start to this result.
  public var seconds: Double
  /// What the method expected of the goal, if it said so.
  public var prediction: Prediction?

  /// A trial.
  public init(
    index: Int, iteration: Int, candidate: Candidate, evaluation: Evaluation, seconds: Double,
    prediction: Prediction? = nil
  ) {
    self.prediction = prediction
    self.index = index
    self.iteration = iteration
    self.candidate = candidate
    self.evaluation = evaluation
    self.seconds = seconds
  }

  /// The goal if the trial worked and is feasible, maximised.
  public var feasibleObjective: Double? { evaluation.isFeasible ? evaluation.objective : nil }
}
