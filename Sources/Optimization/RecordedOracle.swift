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

  /// What the database answers of a batch, by position, and whether that is all that was evaluated of it
  /// when its study went on.
  public func answers(_ candidates: [Candidate], firstTrial: Int) throws -> Study.Answers {
    let wanted = try positions(candidates, firstTrial)
    var answers = Study.Answers()
    for i in wanted {
      if let evaluation = try recorder.store.evaluation(of: candidates[i]) {
        answers.evaluations.append((i, evaluation))
      }
    }
    answers.isWhole = answers.evaluations.count == wanted.count
    return answers
  }

  /// Candidates of the database.
  public func evaluatedBefore() throws -> [Candidate] {
    try recorder.store.evaluatedCandidates().map { Candidate($0) }
  }

  /// Positions of a batch to evaluate: all, or as far as it was when its study went on without the rest.
  private func positions(_ candidates: [Candidate], _ firstTrial: Int) throws -> [Int] {
    let pause = try recorder.pause(firstTrial: firstTrial, asked: candidates.stored)
    return pause?.evaluated.filter(candidates.indices.contains) ?? Array(candidates.indices)
  }

  /// Evaluates what the database does not know; see `Oracle`.
  public func evaluate(
    _ candidates: [Candidate], firstTrial: Int, context: RunContext,
    ahead: (Int, Evaluation) throws -> Void,
    completed: (Int, Evaluation) throws -> Void
  ) throws {
    // Nothing is paid for while what was paid for before is not safe.
    try recorder.flush()
    let store = recorder.store
    try store.checkPlace()
    try store.checkRoom()
    notePause(before: firstTrial)
    let wanted = try positions(candidates, firstTrial)
    var evaluated: [Int] = []
    let result = Result {
      try evaluate(wanted, of: candidates, firstTrial, context) { i, evaluation in
        evaluated.append(i)
        try completed(i, evaluation)
      }
    }
    // A batch that waits for measurements stays open: it goes on where it was, and was not given up.
    if evaluated.count < wanted.count, ledger == nil {
      stopped.withLock {
        $0 = StoredPause(
          firstTrial: firstTrial, asked: candidates.stored,
          evaluated: evaluated)
      }
    }
    // A copy of the file alone is then complete; if it cannot be done, the log has all rows.
    try? store.consolidate()
    try result.get()
  }

  /// Walks through positions in order: stretches that are known, and stretches to evaluate.
  private func evaluate(
    _ wanted: [Int], of candidates: [Candidate], _ firstTrial: Int, _ context: RunContext,
    _ completed: (Int, Evaluation) throws -> Void
  ) throws {
    let known = try wanted.map { try recorder.store.evaluation(of: candidates[$0]) }
    var next = 0
    while next < wanted.count {
      if let evaluation = known[next] {
        try completed(wanted[next], evaluation)
        next += 1
        continue
      }
      let end = known[next...].firstIndex { $0 != nil } ?? wanted.count
      let offset = next
      try inner.evaluate(
        wanted[offset..<end].map { candidates[$0] }, firstTrial: firstTrial + offset,
        context: context,
        ahead: { i, evaluation in
          try check(evaluation)
          try recorder.keep(candidates[wanted[offset + i]], evaluation)
        },
        completed: { i, evaluation in
          try check(evaluation)
          try completed(wanted[offset + i], evaluation)
        })
      next = end
    }
  }

  /// Evaluations of one file have the same constraint entries, or no model could learn from them: told by
  /// the first new one, not after a batch of them was paid for.
  private func check(_ evaluation: Evaluation) throws {
    guard evaluation.objective != nil else { return }
    let names = evaluation.constraints.map(\.name)
    guard let known = try recorder.knownConstraints(), known != names else { return }
    func list(_ names: [String]) -> String {
      names.isEmpty
        ? "none" : names.prefix(4).joined(separator: ", ") + (names.count > 4 ? ", …" : "")
    }
    throw Failure(
      .badArgument,
      "an evaluation has other constraint entries (\(names.count): \(list(names))) than those in "
        + "\(recorder.store.path) (\(known.count): \(list(known)))",
      advice: "state the constraints as they were, or give this problem another file")
  }

  /// The study goes on after a part of a batch, and must do so when it is made again.
  private func notePause(before firstTrial: Int) {
    let last = stopped.withLock { $0 }
    if let last, !last.evaluated.isEmpty, last.firstTrial + last.evaluated.count == firstTrial {
      recorder.note(last)
    }
    stopped.withLock { $0 = nil }
  }
}
