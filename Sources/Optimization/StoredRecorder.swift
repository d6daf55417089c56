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
    /// Evaluated, but not yet on the disk.
    var waiting: [Trial] = []
    /// What is to be written before the next evaluation that is new. What only goes through known
    /// evaluations changes nothing in the database.
    var notes: [Note] = []
  }

  private enum Note {
    case pause(StoredPause)
    case cut(firstTrial: Int, asked: [StoredTrial.Candidate])
  }

  /// A recorder of one study into a database.
  /// - Parameter isMeasured: whether candidates leave the program to be measured.
  public init(_ store: StudyStore, study: StoredStudy, isMeasured: Bool = false) {
    self.store = store
    self.study = study
    self.isMeasured = isMeasured
  }

  /// Notes where a batch was cut. Candidates that leave the program may come back in another session,
  /// so the study that asked for them, and how, is written at once.
  /// - Throws: `.cannotWrite`.
  public func handOut(_ candidates: [Candidate], firstTrial: Int, isCut: Bool) throws {
    let asked = candidates.map { StoredTrial.Candidate($0) }
    try state.withLock { state in
      if isCut { state.notes.append(.cut(firstTrial: firstTrial, asked: asked)) }
      guard isMeasured, try !knows(candidates) else { return }
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

  /// Writes what could not be written before.
  /// - Throws: `.cannotWrite` if it still cannot.
  public func flush() throws {
    try state.withLock { state in try write(&state) }
  }

  /// Notes that the study goes on after a part of a batch.
  func note(_ pause: StoredPause) { state.withLock { $0.notes.append(.pause(pause)) } }

  /// Sizes of batches that were cut.
  public func cuts(firstTrial: Int) throws -> [Int] { try store.cuts(firstTrial: firstTrial) }

  /// Whether a batch was cut.
  public func wasCut(_ candidates: [Candidate], firstTrial: Int) throws -> Bool {
    try store.isCut(firstTrial: firstTrial, asked: candidates.map { StoredTrial.Candidate($0) })
  }

  /// Whether the database has any trial of this number or a later one.
  public func goesOn(from trial: Int) throws -> Bool { try store.hasTrials(from: trial) }

  /// Whether the database has all of a batch.
  public func knows(_ candidates: [Candidate]) throws -> Bool {
    try candidates.allSatisfy { try store.trial(of: StoredTrial.Candidate($0)) != nil }
  }

  private func writeNotes(_ state: inout State) throws {
    while let note = state.notes.first {
      let number = try number(&state)
      switch note {
      case .pause(let pause): try store.append(pause, study: number)
      case .cut(let firstTrial, let asked):
        try store.appendCut(firstTrial: firstTrial, asked: asked, study: number)
      }
      state.notes.removeFirst()
    }
  }

  private func write(_ state: inout State) throws {
    while let trial = state.waiting.first {
      let row = StoredTrial(trial)
      if try store.trial(of: row.candidate) == nil {
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
