import Chemistry
import Core
import Foundation
import Language
import Optimization
import Oracles
import Storage
import Synchronization

/// `store:`, which every method takes: the file that keeps a study's evaluations.
enum StudyRecording {
  static let parameter = Parameter.named(
    "store", "a file's path",
    "keep each evaluation in this file at once; run again, the script goes on from there, and what "
      + "the file knows is never evaluated again (take a new file when what the problem computes changes)"
  )
  static let retry = Parameter.named(
    "retry_failed", "true or false",
    "with `store`: forget the evaluations that failed, so that they are asked for again (default false)"
  )

  /// The recorder into the file of `store:`; nil if none is given. Tells how much it knows.
  /// - Throws: what keeps the file from being used, `.badArgument` if it is another problem's.
  static func recorder(
    _ arguments: Arguments, _ context: CallContext, _ own: StoredStudy, isMeasured: Bool
  ) throws -> StoredRecorder? {
    let problem = own.problem
    let retries = arguments.has("retry_failed") ? try arguments.bool("retry_failed") : false
    guard arguments.has("store") else {
      guard !retries else {
        throw Failure(
          .badArgument, "`retry_failed` means nothing without `store`",
          advice: "name the file that knows what failed, as in `store: \"lead.db\"`")
      }
      return nil
    }
    let path = try WritablePath.check(try arguments.string("store"), context)
    let store = try StudyStore.open(path)
    try store.check(problem)
    let last = try store.lastStudy()
    if retries { try store.forgetFailures() }
    let count = try store.trialCount()
    if count > 0 {
      context.environment.events(
        .notice(path + ": " + known(count, failed: try store.failureCount())))
      if let written = last?.problem.text, let text = problem.text, written != text {
        context.environment.events(
          .warning(
            "\(path): `\(problem.name)` is written differently now than when these were evaluated, "
              + "and they are taken as they are; if scores or constraints change by that, take a new file"
          ))
      }
      if let last { try tellOfOther(own, last, store, context) }
    }
    return StoredRecorder(store, study: own, isMeasured: isMeasured)
  }

  /// The start set of a study that draws it: the one that its file has, where there is one. A flow that was
  /// trained anew draws other sequences, and where more is required other points are drawn.
  /// - Parameters:
  ///   - drawn: what would be drawn now.
  ///   - own: the study, without its start set.
  ///   - fits: whether the study can start from a candidate.
  ///   - requirement: what the problem requires now.
  static func start(
    _ drawn: [Candidate], _ arguments: Arguments, _ context: CallContext, of own: StoredStudy,
    fits: (Candidate) -> Bool, requirement: Requirement?
  ) throws -> [Candidate] {
    guard arguments.has("store") else { return drawn }
    let store = try StudyStore.open(WritablePath.check(try arguments.string("store"), context))
    try store.check(own.problem)
    let known = try store.studies(after: 0).map(\.study).last {
      $0.isSame(as: own) && $0.start?.count == drawn.count
    }
    guard let kept = known?.start?.map({ Candidate($0) }), kept != drawn, kept.allSatisfy(fits)
    else { return drawn }
    // Where none of it was paid for, nothing speaks for what may not be evaluated any more.
    let paid = try Set(store.evaluatedCandidates().map { Candidate($0) })
    if paid.isDisjoint(with: kept), let requirement,
      try !requirement.violations(among: kept).isEmpty
    {
      return drawn
    }
    context.environment.events(
      .notice(
        "\(store.path): the study starts from the \(kept.count) candidates that the file has; others would "
          + "be drawn now"))
    return kept
  }

  /// Tells of a file whose study was another one: its evaluations answer only what is asked for again.
  private static func tellOfOther(
    _ own: StoredStudy, _ last: StoredStudy, _ store: StudyStore, _ context: CallContext
  ) throws(Failure) {
    let studies = try store.studies(after: 0).map(\.study)
    guard !studies.contains(where: { $0.isSame(as: own) }) else { return }
    // A study that starts from all that is known leaves nothing unused.
    let known = try store.evaluatedCandidates()
    guard !Set(own.start ?? []).isSuperset(of: known) else { return }
    let differences = last.differences(from: own).joined(separator: ", ")
    context.environment.events(
      .warning(
        "\(store.path) was written by a study with another \(differences): this one asks for candidates of "
          + "its own, and takes from the file what it asks for again. `resume(\(own.problem.name), "
          + "\"\(store.path)\")` goes on with the one in the file"))
  }

  /// What was and will be told of candidates that are measured outside; nil where nothing is measured.
  /// Studies of one file have one, so that what is told to one of them is known to all.
  /// - Parameters:
  ///   - names: what has to be measured.
  ///   - store: where it is kept as well.
  static func ledger(
    _ names: [String], isMolecular: Bool, in store: StudyStore?
  ) throws(Failure) -> MeasurementLedger? {
    if names.isEmpty { return nil }
    guard let store else { return try newLedger(names, isMolecular: isMolecular, in: nil) }
    return try ledgers.withLock { ledgers throws(Failure) in
      ledgers.removeAll { $0.ledger == nil }
      if let ledger = ledgers.first(where: { $0.store === store })?.ledger, ledger.names == names {
        return ledger
      }
      let ledger = try newLedger(names, isMolecular: isMolecular, in: store)
      ledgers.removeAll { $0.store === store }
      ledgers.append(SharedLedger(store: store, ledger: ledger))
      return ledger
    }
  }

  /// The ledger of an open file.
  private struct SharedLedger {
    weak var store: StudyStore?
    weak var ledger: MeasurementLedger?
  }

  private static let ledgers = Mutex<[SharedLedger]>([])

  private static func newLedger(
    _ names: [String], isMolecular: Bool, in store: StudyStore?
  ) throws(Failure) -> MeasurementLedger {
    let known = try store?.measurements() ?? []
    let spelled = spelling(isMolecular: isMolecular)
    return MeasurementLedger(
      names: names, known: known.map { (Candidate($0.candidate), Measurement($0)) },
      spelling: spelled,
      keep: { news throws(Failure) in
        guard let store else { return }
        let evaluated = news.corrected.isEmpty ? [] : try store.evaluatedCandidates()
        try store.append(
          news.told.map { StoredMeasurement($1, of: $0) },
          corrected: evaluated.filter { news.corrected.contains(spelled(Candidate($0))) })
      })
  }

  /// One spelling for what is alike: programs of a laboratory write SMILES in their own ways, and
  /// spreadsheets keep 15 digits of a number.
  private static func spelling(isMolecular: Bool) -> @Sendable (Candidate) -> Candidate {
    let known = BoundedMemo<String, String>(bound: 20_000)
    return { candidate in
      switch candidate {
      case .text(let text):
        guard isMolecular else { return candidate }
        return .text(
          known.values(of: [text]) { places in
            places.map { _ in (try? Molecule(smiles: text).canonical()) ?? text }
          }[0])
      case .vector(let x): return .vector(x.map(\.ofTwelveDigits))
      }
    }
  }

  /// What a file knows, in words.
  private static func known(_ count: Int, failed: Int) -> String {
    "\(count) \(count == 1 ? "evaluation is" : "evaluations are") known and will not be repeated"
      + (failed == 0
        ? ""
        : "; \(failed) of \(count == 1 ? "it" : "them") failed: `retry_failed: true` asks again")
  }
}

extension Double {
  /// The nearest number of twelve significant digits: what spreadsheets keep, and what 0.1 + 0.2 is meant for.
  var ofTwelveDigits: Double { Double(String(format: "%.12g", self)) ?? self }
}
