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
      ], result: "a record"),
    doc:
      "What was measured of the candidates that `ask` listed. Empty cells are not measured yet; a "
      + "text in the column `failure` gives a candidate up, with the reason. Results may come a part "
      + "at a time and be told again; the study learns from a batch once all of it is there.",
    example: "tell(study, csv(\"results.csv\"))", effect: .ordered
  ) { arguments, context in
    let (handle, ledger) = try measured(arguments)
    let rows = try ToldRows.rows(arguments, handle, ledger.names)
    var news = 0
    for row in rows where try ledger.tell(row.measurement, of: row.candidate) { news += 1 }
    let study = handle.study
    /// What could be evaluated, if only it were asked for.
    func unasked() -> [Candidate] {
      let known = Set(study.trials.map { ledger.spelled($0.candidate) })
      return rows.map(\.candidate).filter {
        ledger.missing(for: $0).isEmpty && !known.contains(ledger.spelled($0))
      }
    }
    try advance(handle, context) { !unasked().isEmpty }
    let left = unasked()
    if let first = left.first {
      let count = left.count == 1 ? "1 candidate was" : "\(left.count) candidates were"
      context.environment.events(
        .warning(
          "\(count) never asked for, as \(first.phrase): what was told is kept, in case"))
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
