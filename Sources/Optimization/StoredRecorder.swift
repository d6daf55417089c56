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
    case batch(StoredBatch)
  }

  /// A recorder of one study into a database.
  /// - Parameter isMeasured: whether candidates leave the program to be measured.
  public init(_ store: StudyStore, study: StoredStudy, isMeasured: Bool = false) {
    self.store = store
    self.study = study
    self.isMeasured = isMeasured
  }

  /// Notes a batch. Candidates that leave the program may come back in another session, so the study that
  /// asked for them, and for which, is written at once.
  /// - Throws: `.cannotWrite`.
  public func handOut(_ candidates: [Candidate], firstTrial: Int, isCut: Bool) throws {
    let leaves = try isMeasured && !knows(candidates)
    try state.withLock { state in
      state.notes.append(
        .batch(.init(firstTrial: firstTrial, asked: candidates.stored, isCut: isCut)))
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

  /// The batch that this study had at a trial in an earlier run: as it was asked for, or as far as it was
  /// evaluated where only that is known.
  /// - Throws: `.badFile` for a row that cannot be read.
  public func begun(firstTrial: Int, iteration: Int, limit: Int) throws -> BegunBatch? {
    let runs = try runs()
    guard !runs.isEmpty else { return nil }
    let asked = try store.batches(firstTrial: firstTrial, runs: runs)
    let begun = try asked.first { batch in
      try batch.asked.contains { try store.hasTrial(of: $0, runs: runs) }
    }
    // What left the program may be on somebody's bench.
    if let batch = begun ?? asked.first(where: { isMeasured || $0.asked.count <= limit }) {
      return BegunBatch(
        candidates: Self.placed(batch.asked.enumerated().map { ($0, $1) }), isWhole: true,
        isCut: batch.isCut)
    }
    let evaluated = try store.evaluated(
      firstTrial: firstTrial, iteration: iteration, runs: runs)
    let candidates = Self.placed(evaluated.map { ($0.index - firstTrial, $0.candidate) })
    // Evaluations that wait for their trials are of the batch with which the study ended.
    var others = try store.candidatesAhead(runs: runs).map { Candidate($0) }
    if !others.isEmpty, try store.extent(runs: runs) > firstTrial + candidates.count {
      others = []
    }
    guard !candidates.isEmpty || !others.isEmpty else { return nil }
    return BegunBatch(candidates: candidates, others: others, isWhole: false, isCut: false)
  }

  /// Where a place has more than one, the last one counts.
  private static func placed(_ candidates: [(Int, StoredTrial.Candidate)]) -> [Int: Candidate] {
    Dictionary(candidates.map { ($0, Candidate($1)) }) { $1 }
  }

  /// How far this study went in all its runs.
  public func extent() throws -> Int { try store.extent(runs: runs()) }

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
      case .batch(let batch):
        if try !store.has(batch, runs: try runs(&state)) {
          try store.append(batch, study: try number(&state))
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
