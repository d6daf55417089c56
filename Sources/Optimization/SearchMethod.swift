import Core
import Oracles

/// What a method proposes to evaluate next.
public struct Proposal: Sendable {
  /// What to evaluate, in order.
  public var candidates: [Candidate]
  /// What the method expects of each candidate's goal; empty where it says nothing.
  public var predictions: [Prediction?]
  /// What the method measured while choosing, and seconds by phase.
  public var measures: [IterationReport.Measure]
  /// Seconds by phase of choosing.
  public var seconds: [IterationReport.Measure]
  /// Set when there is nothing left to propose, and why.
  public var exhausted: String?

  /// A proposal; an empty one says why in `exhausted`.
  public init(
    candidates: [Candidate], predictions: [Prediction?] = [],
    measures: [IterationReport.Measure] = [],
    seconds: [IterationReport.Measure] = [], exhausted: String? = nil
  ) {
    self.candidates = candidates
    self.predictions = predictions
    self.measures = measures
    self.seconds = seconds
    self.exhausted = exhausted
  }
}

/// A way to search: proposes candidates and learns from their trials.
///
/// A method is a value. The study works on a copy while it asks, so a stop or an error in between
/// leaves the method as it was.
public protocol SearchMethod: Sendable {
  /// The method's name in the language.
  var name: String { get }

  /// Whether the method learns from trials, so that advice on its options makes sense; true unless
  /// told otherwise.
  var learns: Bool { get }

  /// What to change where the search fails in one of the ways that a study watches for.
  var remedies: Remedies { get }

  /// The next candidates, at most `limit`, none of them asked for before.
  /// - Throws: `.cancelled`, or whatever keeps the method from going on.
  mutating func ask(iteration: Int, limit: Int, context: RunContext) throws -> Proposal

  /// Takes note that these are evaluated in the place of what it proposed last: the study's file has
  /// them. Nothing to do for a method that does not remember what it asked for.
  mutating func adopt(_ candidates: [Candidate], context: RunContext)

  /// Takes in the trials of what was asked (fewer if the evaluation was stopped).
  mutating func tell(_ trials: [Trial], context: RunContext) throws
}

extension SearchMethod {
  /// Whether the method learns from trials, so that advice on its options makes sense.
  public var learns: Bool { true }

  /// No option that helps.
  public var remedies: Remedies { Remedies() }

  /// Trials tell all that the method needs.
  public mutating func adopt(_ candidates: [Candidate], context: RunContext) {}
}
