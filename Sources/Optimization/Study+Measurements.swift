import Core
import Oracles

/// Studies whose candidates are measured outside.
extension Study {
  /// A candidate that was asked for and is not evaluated.
  public struct Waiting: Sendable {
    /// The number that its trial will have.
    public var index: Int
    /// What to measure.
    public var candidate: Candidate
    /// What the method expects of its goal, if it says so.
    public var prediction: Prediction?
    /// What is still to be measured of it.
    public var missing: [String]
  }

  /// Whether somebody has to measure candidates before they are evaluated.
  public var isMeasured: Bool { oracle.ledger != nil }

  /// What the study waits for, in order; empty where it asked for nothing since the last results.
  public func waiting() throws -> [Waiting] {
    guard let open else { return [] }
    return try open.left.compactMap { position in
      let candidate = open.proposal.candidates[position]
      let missing = try oracle.missing(for: candidate)
      let predictions = open.proposal.predictions
      return missing.isEmpty
        ? nil
        : Waiting(
          index: open.firstTrial + position, candidate: candidate,
          prediction: position < predictions.count ? predictions[position] : nil, missing: missing)
    }
  }

  /// Goes on until measurements are missing or the study is at its end.
  /// - Parameter isNeeded: asked before each new batch is chosen; false stops there.
  public func advance(
    _ context: RunContext, while isNeeded: () throws -> Bool = { true },
    afterEach: (IterationReport) -> Void = { _ in }
  ) throws {
    try heedCorrections(context)
    while try open != nil || isNeeded() {
      try context.checkCancellation("stopped after \(trials.count) evaluations")
      do {
        guard let report = try step(context) else { return }
        afterEach(report)
      } catch let failure as Failure where failure.kind == .waiting {
        return
      }
    }
  }

  /// Goes through its evaluations again where measured ones were corrected, by this study or another one of
  /// its file.
  func heedCorrections(_ context: RunContext) throws {
    guard let ledger = oracle.ledger, ledger.corrections != corrections else { return }
    corrections = ledger.corrections
    let extent = trials.count
    beginAgain()
    try advance(context, while: { trials.count < extent })
  }

  /// Says what the study waits for; nil if it waits for nothing.
  var waitingFailure: Failure? {
    get throws {
      let waiting = try waiting()
      guard let first = waiting.first else { return nil }
      let names = (oracle.ledger?.names ?? []).filter { name in
        waiting.contains { $0.missing.contains(name) }
      }
      let count =
        waiting.count == 1 ? "\(first.candidate.phrase) waits" : "\(waiting.count) candidates wait"
      return Failure(
        .waiting, "\(count) for \(names.map { "`\($0)`" }.joined(separator: ", "))",
        advice: "`ask(study)` lists what to measure, `tell(study, table)` brings what was found")
    }
  }
}
