import Core
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
  private let state = Mutex(State())

  private struct State {
    /// The number of the study's rows, once it has any.
    var number: Int?
    /// Evaluated, but not yet on the disk.
    var waiting: [Trial] = []
  }

  /// A recorder of one study into a database.
  public init(_ store: StudyStore, study: StoredStudy) {
    self.store = store
    self.study = study
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

  /// Writes that the study goes on after a part of a batch.
  func record(_ pause: StoredPause) throws {
    try state.withLock { state in try store.append(pause, study: try number(&state)) }
  }

  private func write(_ state: inout State) throws {
    while let trial = state.waiting.first {
      let row = StoredTrial(trial)
      if try store.trial(of: row.candidate) == nil {
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
