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

  /// Writes the study's row into a database that has no evaluation yet, so that a laboratory may take
  /// its candidates away, and the study be taken up again before the first of them is measured.
  /// - Throws: `.cannotWrite`.
  public func begin() throws {
    try state.withLock { state in
      if state.number == nil, try store.trialCount() == 0 { _ = try number(&state) }
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

  /// Writes that the study goes on after a part of a batch.
  func record(_ pause: StoredPause) throws {
    try state.withLock { state in try store.append(pause, study: try number(&state)) }
  }

  /// Writes that a batch was cut short, once: as a pause after all that was asked for.
  /// - Throws: `.cannotWrite`.
  public func recordCut(_ candidates: [Candidate], firstTrial: Int) throws {
    let asked = candidates.map { StoredTrial.Candidate($0) }
    guard try store.pause(firstTrial: firstTrial, asked: asked) == nil else { return }
    try record(StoredPause(firstTrial: firstTrial, asked: asked, evaluated: Array(asked.indices)))
  }

  /// Sizes of batches that were cut short.
  public func cuts(firstTrial: Int) throws -> [Int] {
    try store.pauseSizes(firstTrial: firstTrial).filter { $0.asked == $0.evaluated }.map(\.asked)
  }

  /// Whether a batch was cut short.
  public func wasCut(_ candidates: [Candidate], firstTrial: Int) throws -> Bool {
    let asked = candidates.map { StoredTrial.Candidate($0) }
    return try store.pause(firstTrial: firstTrial, asked: asked)?.evaluated.count == asked.count
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
