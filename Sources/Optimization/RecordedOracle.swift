import Core
import Oracles
import Storage
import Synchronization

/// An oracle that answers from a study's database what was evaluated before, and asks another one
/// for the rest.
///
/// A study made again by the same script asks as before, since every method is deterministic, and
/// so continues bit for bit where it was interrupted; where the script was changed, no candidate is
/// paid for twice. Goes together with a `StoredRecorder` on the same database, which writes what is
/// new.
public final class RecordedOracle: Oracle {
  private let inner: any Oracle
  private let recorder: StoredRecorder
  /// The last batch, if only a part of it was evaluated.
  private let stopped = Mutex<StoredPause?>(nil)

  /// - Parameter inner: what evaluates candidates that the database does not know.
  public init(_ inner: any Oracle, recorder: StoredRecorder) {
    self.inner = inner
    self.recorder = recorder
  }

  /// What is asked, as the inner oracle states it.
  public var statement: ProblemStatement { inner.statement }

  /// What is told of candidates that somebody measures.
  public var ledger: MeasurementLedger? { inner.ledger }

  /// What is to be measured of a candidate that the database does not know.
  public func missing(for candidate: Candidate) throws -> [String] {
    try recorder.store.evaluation(of: candidate) == nil ? inner.missing(for: candidate) : []
  }

  /// Whether the database has all of a batch, or how far it was evaluated when its study went on.
  public func knows(_ candidates: [Candidate], firstTrial: Int) throws -> Bool {
    let asked = candidates.map { StoredTrial.Candidate($0) }
    if try recorder.store.pause(firstTrial: firstTrial, asked: asked) != nil { return true }
    return try asked.allSatisfy { try recorder.store.trial(of: $0) != nil }
  }

  /// Evaluates what the database does not know; see `Oracle`.
  public func evaluate(
    _ candidates: [Candidate], firstTrial: Int, context: RunContext,
    completed: (Int, Evaluation) throws -> Void
  ) throws {
    // Nothing is paid for while what was paid for before is not safe.
    try recorder.flush()
    let store = recorder.store
    try store.checkPlace()
    try recordPause(before: firstTrial)
    let asked = candidates.map { StoredTrial.Candidate($0) }
    if let pause = try store.pause(firstTrial: firstTrial, asked: asked) {
      return try replay(pause, candidates, completed)
    }
    var evaluated: [Int] = []
    let result = Result {
      try evaluate(candidates, firstTrial, context) { i, evaluation in
        evaluated.append(i)
        try completed(i, evaluation)
      }
    }
    // A batch that waits for measurements stays open: it goes on where it was, and was not given up.
    if evaluated.count < asked.count, ledger == nil {
      stopped.withLock {
        $0 = StoredPause(firstTrial: firstTrial, asked: asked, evaluated: evaluated)
      }
    }
    // A copy of the file alone is then complete; if it cannot be done, the log has all rows.
    try? store.consolidate()
    try result.get()
  }

  /// Walks through the candidates in order: stretches that are known, and stretches to evaluate.
  private func evaluate(
    _ candidates: [Candidate], _ firstTrial: Int, _ context: RunContext,
    _ completed: (Int, Evaluation) throws -> Void
  ) throws {
    let known = try candidates.map { candidate in
      try recorder.store.evaluation(of: candidate)
    }
    var next = 0
    while next < candidates.count {
      if let evaluation = known[next] {
        try completed(next, evaluation)
        next += 1
        continue
      }
      let end = known[next...].firstIndex { $0 != nil } ?? candidates.count
      let offset = next
      try inner.evaluate(
        Array(candidates[offset..<end]), firstTrial: firstTrial + offset, context: context
      ) { i, evaluation in try completed(offset + i, evaluation) }
      next = end
    }
  }

  /// The study goes on after a part of a batch, and must do so when it is made again.
  private func recordPause(before firstTrial: Int) throws {
    let last = stopped.withLock { $0 }
    if let last, !last.evaluated.isEmpty, last.firstTrial + last.evaluated.count == firstTrial {
      try recorder.record(last)
    }
    stopped.withLock { $0 = nil }
  }

  private func replay(
    _ pause: StoredPause, _ candidates: [Candidate], _ completed: (Int, Evaluation) throws -> Void
  ) throws {
    for i in pause.evaluated {
      guard candidates.indices.contains(i),
        let evaluation = try recorder.store.evaluation(of: candidates[i])
      else {
        throw Failure(
          .badFile, "\(recorder.store.path) lacks an evaluation that it tells of",
          advice: "restore it from a backup, or give the study another file")
      }
      try completed(i, evaluation)
    }
  }
}
