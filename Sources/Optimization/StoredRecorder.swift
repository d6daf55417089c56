import Core
import Oracles
import Storage
import Synchronization

/// Writes each new trial of a study into its database at once.
///
/// What cannot be written (the disk is full) waits in memory, and is written before anything else
/// is evaluated.
public final class StoredRecorder: TrialRecorder {
  /// The database.
  public let store: StudyStore
  /// The study that writes.
  public let study: StoredStudy
  private let isMeasured: Bool
  private let state = Mutex(State())

  private struct State {
    /// The number of the study's rows, once it has any.
    var number: Int?
    /// Numbers of the study's runs, of those up to the last that was looked at.
    var runs: Set<Int> = []
    var lastRun = 0
    /// Names of the constraint entries of what is stored, once something is.
    var constraints: [String]?
    /// Evaluated, but not yet on the disk.
    var waiting: [Trial] = []
    /// What is to be written before the next evaluation that is new. What only goes through known
    /// evaluations changes nothing in the database.
    var notes: [Note] = []
  }

  private enum Note {
    case pause(StoredPause)
    case batch(firstTrial: Int, asked: [StoredTrial.Candidate])
  }

  /// A recorder of one study into a database.
  /// - Parameter isMeasured: whether candidates leave the program to be measured.
  public init(_ store: StudyStore, study: StoredStudy, isMeasured: Bool = false) {
    self.store = store
    self.study = study
    self.isMeasured = isMeasured
  }

  /// Notes a batch that was cut. Candidates that leave the program may come back in another session, so
  /// the study that asked for them, and for which, is written at once.
  /// - Throws: `.cannotWrite`.
  public func handOut(_ candidates: [Candidate], firstTrial: Int, isCut: Bool) throws {
    let leaves = try isMeasured && !knows(candidates)
    guard isCut || leaves else { return }
    try state.withLock { state in
      state.notes.append(.batch(firstTrial: firstTrial, asked: candidates.stored))
      guard leaves else { return }
      if state.number == nil, try store.lastStudy() != study { _ = try number(&state) }
      try writeNotes(&state)
    }
  }

  /// Writes a trial, unless its candidate's evaluation is in the database already.
  /// - Throws: `.cannotWrite`; the trial is kept and written with the next one.
  public func record(_ trial: Trial) throws {
    try state.withLock { state in
      state.waiting.append(trial)
      try write(&state)
    }
  }

  /// Names of the constraint entries that stored evaluations have; nil while none worked.
  func knownConstraints() throws -> [String]? {
    try state.withLock { state in
      if state.constraints == nil { state.constraints = try store.constraintNames() }
      return state.constraints
    }
  }

  /// Writes an evaluation whose trial's turn has not come. It answers for its candidate from then on, in
  /// this run or another one; the trial itself takes its place when it is recorded.
  /// - Throws: `.cannotWrite`.
  func keep(_ candidate: Candidate, _ evaluation: Evaluation) throws {
    try state.withLock { state in
      let row = StoredTrial(
        Trial(index: 0, iteration: 0, candidate: candidate, evaluation: evaluation, seconds: 0))
      try writeNotes(&state)
      try store.keepAhead(row, study: try number(&state))
    }
  }

  /// Writes what could not be written before.
  /// - Throws: `.cannotWrite` if it still cannot.
  public func flush() throws {
    try state.withLock { state in try write(&state) }
  }

  /// Notes that the study goes on after a part of a batch.
  func note(_ pause: StoredPause) { state.withLock { $0.notes.append(.pause(pause)) } }

  /// Where a batch of this study was stopped.
  func pause(firstTrial: Int, asked: [StoredTrial.Candidate]) throws -> StoredPause? {
    try store.pause(firstTrial: firstTrial, asked: asked, runs: runs())
  }

  /// Sizes of this study's batches that were cut or left the program.
  public func handedOut(firstTrial: Int) throws -> [Int] {
    try store.batchSizes(firstTrial: firstTrial, runs: runs())
  }

  /// Whether a batch has to be asked for as it is, whatever the limit: it left the program, or this study
  /// evaluated a part of it.
  public func isBegun(_ candidates: [Candidate], firstTrial: Int) throws -> Bool {
    if isMeasured, try wasHandedOut(candidates, firstTrial: firstTrial) { return true }
    let runs = try runs()
    return try candidates.stored.contains { try store.hasTrial(of: $0, runs: runs) }
  }

  /// Whether this very batch was cut or left the program.
  public func wasHandedOut(_ candidates: [Candidate], firstTrial: Int) throws -> Bool {
    try store.hasBatch(
      firstTrial: firstTrial, asked: candidates.stored, runs: runs())
  }

  /// Whether the database has any trial of this number or a later one.
  public func goesOn(from trial: Int) throws -> Bool { try store.hasTrials(from: trial) }

  /// How far this study went in all its runs.
  public func extent() throws -> Int { try store.extent(runs: runs()) }

  /// Whether this study evaluated any of these trials itself.
  func evaluated(_ trials: Range<Int>) throws -> Bool { try store.hasTrials(trials, runs: runs()) }

  private func knows(_ candidates: [Candidate]) throws -> Bool {
    try candidates.stored.allSatisfy { try store.trial(of: $0) != nil }
  }

  private func runs() throws -> Set<Int> {
    try state.withLock { state in try runs(&state) }
  }

  private func runs(_ state: inout State) throws -> Set<Int> {
    for (number, other) in try store.studies(after: state.lastRun) {
      if other.isSame(as: study) { state.runs.insert(number) }
      state.lastRun = number
    }
    return state.runs
  }

  private func writeNotes(_ state: inout State) throws {
    while let note = state.notes.first {
      switch note {
      case .pause(let pause): try store.append(pause, study: try number(&state))
      case .batch(let firstTrial, let asked):
        let isKnown = try store.hasBatch(
          firstTrial: firstTrial, asked: asked, runs: try runs(&state))
        if !isKnown {
          try store.appendBatch(firstTrial: firstTrial, asked: asked, study: try number(&state))
        }
      }
      state.notes.removeFirst()
    }
  }

  private func write(_ state: inout State) throws {
    while let trial = state.waiting.first {
      let row = StoredTrial(trial)
      if try !store.hasTrial(of: row.candidate) {
        try writeNotes(&state)
        try store.append(row, study: try number(&state))
      }
      state.waiting.removeFirst()
    }
  }

  private func number(_ state: inout State) throws -> Int {
    if let number = state.number { return number }
    let number = try store.begin(study)
    state.number = number
    return number
  }
}
