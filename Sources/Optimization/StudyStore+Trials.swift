import Core
import Oracles
import Storage

/// A study's trials in the terms of the database, and back.
extension StudyStore {
  /// The evaluation of a candidate that was stored; nil if there is none.
  /// - Throws: `.badFile` for a row that cannot be read.
  public func evaluation(of candidate: Candidate) throws(Failure) -> Evaluation? {
    try trial(of: StoredTrial.Candidate(candidate)).map { Evaluation($0) }
  }

  /// Checks that what is stored is of this problem; a store without results fits all.
  /// - Throws: `.badArgument` that tells the two problems.
  public func check(_ wanted: StoredStudy.Problem) throws(Failure) {
    guard try hasResults(), let stored = try lastStudy() else { return }
    try check(wanted, isOf: stored)
  }

  /// Checks that a study of this file is one of this problem.
  /// - Throws: `.badArgument` that tells the two problems.
  public func check(_ wanted: StoredStudy.Problem, isOf study: StoredStudy) throws(Failure) {
    guard !study.problem.isLike(wanted) else { return }
    throw Failure(
      .badArgument,
      "\(path) belongs to another problem: \(study.problem.phrase), not \(wanted.phrase)",
      advice: "give this problem a file of its own, or state it as it was")
  }
}

extension StoredStudy.Problem {
  /// What tells this problem from others.
  /// - Parameter text: how it is written, where that is known.
  public init(_ statement: ProblemStatement, text: String? = nil) {
    self.init(
      name: statement.name, goal: statement.goal, isMinimized: statement.isMinimized,
      constraints: statement.constraints, dimension: statement.dimension,
      settings: statement.settings, text: text)
  }
}

extension StoredTrial.Candidate {
  /// The candidate as it is stored.
  public init(_ candidate: Candidate) {
    switch candidate {
    case .text(let text): self = .text(text)
    case .vector(let x): self = .vector(x)
    }
  }
}

extension [Candidate] {
  /// Candidates as they are stored, in order.
  public var stored: [StoredTrial.Candidate] { map { StoredTrial.Candidate($0) } }
}

extension Candidate {
  /// The candidate that a row holds.
  public init(_ stored: StoredTrial.Candidate) {
    switch stored {
    case .text(let text): self = .text(text)
    case .vector(let x): self = .vector(x)
    }
  }
}

extension StoredMeasurement {
  /// What was told, as it is stored.
  public init(_ told: Measurement, of candidate: Candidate) {
    self.init(
      candidate: StoredTrial.Candidate(candidate),
      values: told.values.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) },
      failure: told.failure)
  }
}

extension Measurement {
  /// What a row says.
  public init(_ stored: StoredMeasurement) {
    self.init(
      values: Dictionary(stored.values.map { ($0.name, $0.cell) }) { $1 }, failure: stored.failure)
  }
}

extension StoredTrial {
  /// The trial as it is stored.
  public init(_ trial: Trial) {
    let evaluation = trial.evaluation
    self.init(
      index: trial.index, iteration: trial.iteration,
      candidate: StoredTrial.Candidate(trial.candidate), objective: evaluation.objective,
      constraints: evaluation.constraints.map {
        Constraint(name: $0.name, violation: $0.violation, isIndicator: $0.isIndicator)
      }, recorded: evaluation.recorded.map { Recorded($0.name, $0.cell) },
      failure: evaluation.failure, seconds: trial.seconds)
  }
}

extension Evaluation {
  /// The evaluation that a row holds.
  public init(_ stored: StoredTrial) {
    self.init(
      objective: stored.objective,
      constraints: stored.constraints.map {
        Constraint(name: $0.name, violation: $0.violation, isIndicator: $0.isIndicator)
      }, recorded: stored.recorded.map { Record($0.name, $0.cell) }, failure: stored.failure)
  }
}
