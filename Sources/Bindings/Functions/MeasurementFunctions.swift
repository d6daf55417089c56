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
    return .table(try AskedTable.table(try handle.study.waiting(), handle, ledger))
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
          "whether results take the place of earlier ones, where the candidate is not evaluated yet"
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
    let told = try ToldRows(arguments, handle, ledger)
    func warn(_ text: String) { context.environment.events(.warning(text)) }
    for text in told.doubts { warn(text) }
    let corrects = try arguments.bool("correct", default: false)
    var evaluated = Set(study.trials.map { ledger.spelled($0.candidate) })
    // All rows are right before any is taken in.
    for row in told.rows where !corrects || evaluated.contains(row.key) {
      try ledger.check(row.measurement, of: row.candidate)
    }
    var news = 0
    for row in told.rows {
      let corrected = corrects && !evaluated.contains(row.key)
      if try ledger.tell(row.measurement, of: row.candidate, correcting: corrected) { news += 1 }
    }
    try advance(handle, context) {
      evaluated = Set(study.trials.map { ledger.spelled($0.candidate) })
      return told.rows.contains {
        !evaluated.contains($0.key) && ledger.missing(for: $0.candidate).isEmpty
      }
    }
    evaluated = Set(study.trials.map { ledger.spelled($0.candidate) })
    let asked = Set(try study.waiting().map { ledger.spelled($0.candidate) })
    let strange = told.rows.filter { !evaluated.contains($0.key) && !asked.contains($0.key) }
    if let first = strange.first {
      let count = strange.count == 1 ? "1 candidate was" : "\(strange.count) candidates were"
      warn("\(count) never asked for, as \(first.candidate.phrase): what was told is kept, in case")
    }
    let failures = Dictionary(
      study.trials.map { (ledger.spelled($0.candidate), $0.evaluation.failure) }
    ) { $1 }
    let kept = told.rows.filter { row in
      guard let reason = row.measurement.failure else { return false }
      return ledger.measurement(of: row.candidate).failure == nil && failures[row.key] != reason
    }
    if let first = kept.first {
      let count = kept.count == 1 ? "1 candidate has" : "\(kept.count) candidates have"
      warn(
        "\(count) all measurements, as \(first.candidate.phrase): `failure` is not taken in; leave a "
          + "measurement empty to give a candidate up")
    }
    return .record(
      Record([
        ("told", .number(Double(news))),
        ("evaluations", .number(Double(study.trials.count))),
        ("waiting", .number(Double(try study.waiting().count))),
        (
          "best",
          study.best?.feasibleObjective.map { .number(study.oracle.statement.shown($0)) } ?? .none
        ),
      ]))
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
