import Core
import Language
import Optimization
import Oracles

/// Studies whose candidates somebody measures: what to measure, and what was found.
enum MeasurementFunctions {
  static let ask = NativeFunction(
    "ask", FunctionSignature([StudyFunctions.study], result: "a table"),
    doc: "What to measure next, for a problem whose body reads `measured(\"…\")`: one row for each "
      + "candidate, with a column to fill for each measurement and one for why it `failure`s. Asked "
      + "again before the results are told, it lists what is left of the same batch.",
    example: "save(ask(study), \"next.csv\")", effect: .ordered
  ) { arguments, context in
    let (handle, ledger) = try measured(arguments)
    try advance(handle, context)
    if let end = handle.study.finished {
      context.environment.events(.notice("the study is at its end: \(end)"))
    }
    let waiting = try handle.study.waiting()
    try tellViolations(waiting, handle, context)
    return .table(
      try AskedTable.table(waiting, handle, ledger, StudyFunctions.outside(context)))
  }

  /// Tells of candidates that violate what is required: given as a start, or asked for before the problem
  /// required as much.
  private static func tellViolations(
    _ waiting: [Study.Waiting], _ handle: StudyHandle, _ context: CallContext
  ) throws {
    guard let requirement = handle.requirement else { return }
    let violations = try requirement.violations(among: waiting.map(\.candidate))
    guard let first = violations.first else { return }
    let trials = violations.map { "\(waiting[$0.place].index)" }.joined(separator: ", ")
    context.environment.events(
      .warning(
        "what `\(handle.study.oracle.statement.name)` requires does not hold for trial\(violations.count == 1 ? "" : "s") "
          + "\(trials) (of trial \(waiting[first.place].index), \(first.reason)): measure what you want to know all the same, and give "
          + "the others up by a text in `\(AskedTable.failure)`"))
  }

  static let tell = NativeFunction(
    "tell",
    FunctionSignature(
      [
        StudyFunctions.study,
        .required(
          "results", "a table or a record",
          "the candidates' column, and columns of what was measured, as `ask` names them"),
        .named(
          "correct", "true or false", default: "false",
          "whether results take the place of earlier ones; of a candidate that is evaluated only with "
            + "`store`, and the study then goes through its evaluations again"
        ),
      ], result: "a record"),
    doc:
      "What was measured of the candidates that `ask` listed. Empty cells are not measured yet; a "
      + "text in the column `failure` gives up a candidate of which not all is measured. Results may come "
      + "a part at a time and be told again; the study learns from a batch once all of it is there.",
    example: "tell(study, csv(\"results.csv\"))", effect: .ordered
  ) { arguments, context in
    let (handle, ledger) = try measured(arguments)
    let study = handle.study
    // After a restart the study first finds back to the batch that the results are of.
    if study.isStored, study.trials.isEmpty { try advance(handle, context) }
    let told = try ToldRows(arguments, handle, ledger)
    for text in told.doubts { context.environment.events(.warning(text)) }
    let corrects = try arguments.bool("correct", default: false)
    let evaluated = try Set(
      (study.trials.map(\.candidate) + study.oracle.evaluatedBefore()).map(ledger.spelled))
    let news = try ledger.tell(
      told.rows.map { row in
        .init(
          row.measurement, of: row.candidate, isCorrection: corrects,
          standing: evaluated.contains(row.key) ? (study.isStored ? .evaluated : .fixed) : .open)
      })
    if !news.corrected.isEmpty { try learnAnew(news.corrected.count, handle, context) }
    try advance(handle, context) {
      let known = outcomes(study, ledger)
      return told.rows.contains {
        known[$0.key] == nil && ledger.missing(for: $0.candidate).isEmpty
      }
    }
    let waiting = try study.waiting()
    for text in doubts(told.rows, outcomes(study, ledger), waiting, ledger) {
      context.environment.events(.warning(text))
    }
    return .record(
      Record([
        ("told", .number(Double(news.told.count))),
        ("evaluations", .number(Double(study.trials.count))),
        ("waiting", .number(Double(waiting.count))),
        (
          "best",
          study.best?.feasibleObjective.map { .number(study.oracle.statement.shown($0)) } ?? .none
        ),
      ]))
  }

  /// The study goes along its candidates again, with what was corrected.
  private static func learnAnew(_ count: Int, _ handle: StudyHandle, _ context: CallContext) throws
  {
    let study = handle.study
    context.environment.events(
      .notice(
        "\(count) of \(study.trials.count) evaluations \(count == 1 ? "is" : "are") made anew; the study goes "
          + "through all of them again"))
    try advance(handle, context)
  }

  /// What came of each candidate of a study, by its spelling in the ledger.
  private static func outcomes(_ study: Study, _ ledger: MeasurementLedger) -> [Candidate:
    Evaluation]
  {
    Dictionary(study.trials.map { (ledger.spelled($0.candidate), $0.evaluation) }) { $1 }
  }

  /// What of the rows that were told had no effect, in words.
  private static func doubts(
    _ rows: [ToldRows.Row], _ outcomes: [Candidate: Evaluation], _ waiting: [Study.Waiting],
    _ ledger: MeasurementLedger
  ) -> [String] {
    func phrase(_ rows: [ToldRows.Row], _ one: String, _ many: String, _ end: String) -> String? {
      guard let first = rows.first else { return nil }
      let count = rows.count == 1 ? "1 candidate \(one)" : "\(rows.count) candidates \(many)"
      return "\(count), as \(first.candidate.phrase): \(end)"
    }
    let asked = Set(waiting.map { ledger.spelled($0.candidate) })
    let strange = rows.filter { outcomes[$0.key] == nil && !asked.contains($0.key) }
    let measured = rows.filter { row in
      guard let reason = row.measurement.failure else { return false }
      return ledger.measurement(of: row.candidate).failure == nil
        && outcomes[row.key]?.failure != reason
    }
    return [
      phrase(
        strange, "was never asked for", "were never asked for", "what was told is kept, in case"),
      phrase(
        measured, "has all measurements", "have all measurements",
        "`failure` is not taken in; leave a measurement empty to give a candidate up"),
    ].compactMap { $0 }
  }

  private static func advance(
    _ handle: StudyHandle, _ context: CallContext, while isNeeded: () -> Bool = { true }
  ) throws {
    let name = handle.study.method.name
    try handle.study.advance(StudyFunctions.outside(context), while: isNeeded) { report in
      context.environment.events(StudyReport.progress(report, handle, name))
    }
    context.environment.events(.finished(task: name, summary: nil))
  }

  private static func measured(_ arguments: Arguments) throws(Failure)
    -> (StudyHandle, MeasurementLedger)
  {
    let handle = try StudyFunctions.handle(arguments)
    guard let ledger = handle.study.oracle.ledger else {
      throw Failure(
        .badArgument, "nothing of `\(handle.study.oracle.statement.name)` is measured outside",
        advice: "`step(study)` evaluates it; for what somebody has to measure, its body says "
          + "measured(\"…\")")
    }
    return (handle, ledger)
  }
}
