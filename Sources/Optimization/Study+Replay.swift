import Core
import Oracles

/// Taking a study up again from what is known of it.
extension Study {
  /// What is known of a batch.
  public struct Answers {
    /// Positions and evaluations, ascending.
    public var evaluations: [(position: Int, evaluation: Evaluation)] = []
    /// Whether the study went on with no more than these.
    public var isWhole = false
  }

  /// Begins again, as if the study were made anew: what its file has is gone through when it goes on.
  func beginAgain() {
    method = initial
    trials = []
    history = []
    open = nil
    finished = nil
    isSpent = false
    isElsewhere = false
    warnings = SearchWarnings()
  }

  /// Goes through what was evaluated before, and evaluates nothing.
  ///
  /// Of a last batch that is known in part its first evaluations are shown as trials; the method
  /// learns from them with the rest, when the study goes on.
  /// - Parameters:
  ///   - extent: trials that the study had.
  ///   - answers: what is known of a batch, whose first trial has this number.
  public func replay(
    until extent: Int, _ context: RunContext,
    answers: ([Candidate], _ firstTrial: Int) throws -> Answers,
    afterEach: (IterationReport) -> Void = { _ in }
  ) throws {
    while trials.count < extent {
      guard let batch = try open ?? ask(context, most: .max) else { return }
      let known = try answers(batch.proposal.candidates, batch.firstTrial)
      open = batch
      guard known.isWhole else {
        show(known, of: batch)
        return
      }
      if let report = try step(context) { afterEach(report) }
    }
  }

  /// Trials of a batch as far as they are known: of one that is measured outside any, of others those from
  /// its beginning on.
  private func show(_ known: Answers, of batch: Batch) {
    for (i, (position, evaluation)) in known.evaluations.enumerated()
    where isMeasured || position == i {
      let predictions = batch.proposal.predictions
      let trial = Trial(
        index: batch.firstTrial + position, iteration: batch.iteration,
        candidate: batch.proposal.candidates[position], evaluation: evaluation, seconds: 0,
        prediction: position < predictions.count ? predictions[position] : nil)
      trials.append(trial)
      // A measured batch goes on from here; others are gone through again from their beginning.
      if isMeasured { open?.trials[position] = trial }
    }
  }

  /// Before a step: what was shown of a batch comes again with the rest of it, and a batch that is larger
  /// than wanted is asked for anew.
  /// - Returns: evaluations to spend at most, with those that come again.
  func setBack(most: Int) -> Int {
    guard let batch = open, !isMeasured else { return most }
    let shown = trials.count - batch.firstTrial
    trials.removeLast(shown)
    let most = most == .max ? most : most + shown
    if batch.iteration > 0, batch.proposal.candidates.count > most { open = nil }
    return most
  }
}
