import Core
import Foundation
import Language
import Optimization

/// Running studies and looking at them.
enum StudyFunctions {
  static let family = FunctionCatalog.Family(
    "studies", doc: "running searches and looking at them",
    [
      step, run, resume, MeasurementFunctions.ask, MeasurementFunctions.tell, best, trials, history,
      PredictFunction.predict, CompareFunctions.compare,
    ])

  // MARK: Studies

  static let study = Parameter.required("study", "a study", "the study")

  static func handle(_ arguments: Arguments) throws(Failure) -> StudyHandle {
    try arguments.host(
      "study", as: StudyHandle.self, "a study, as nfbo(…), megs(…) and the other methods make")
  }

  /// Progress and Ctrl-C for a study, which has randomness of its own.
  /// - Parameter label: which of several runs warnings are about.
  static func outside(_ context: CallContext, label: String? = nil) -> RunContext {
    let events = context.environment.events
    return RunContext(
      random: RandomStream(seed: 0), cancellation: context.environment.cancellation
    ) { event in
      if let label, case .warning(let text) = event {
        events(.warning("\(label): \(text)"))
      } else {
        events(event)
      }
    }
  }

  private static let step = NativeFunction(
    "step", FunctionSignature([study], result: "a record"),
    doc: "Runs one iteration of a study: choose, evaluate, learn.", example: "step(study)",
    effect: .ordered
  ) { arguments, context in
    let handle = try handle(arguments)
    guard let report = try handle.study.step(outside(context)) else {
      context.environment.events(
        .notice("the study is at its end: \(handle.study.finished ?? "nothing is left to do")"))
      return .none
    }
    return .record(StudyReport.record(report, handle))
  }

  private static let run = NativeFunction(
    "run",
    FunctionSignature(
      [
        study,
        .named("iterations", "a whole number of at least 1", "stop after this many more"),
        .named(
          "until", "a whole number of at least 1",
          "stop at this many evaluations in all; the start set is evaluated whole"),
        .named(
          "budget", "a whole number of at least 1",
          "from now on spend this many after the start set, where no file keeps the study"),
      ], result: "a study"),
    doc: "Runs a study until its budget is spent, or as far as asked; Ctrl-C stops it with all "
      + "evaluations kept.", example: "run(study, iterations: 10)", effect: .ordered
  ) { arguments, context in
    let handle = try handle(arguments)
    let iterations =
      arguments.has("iterations") ? try arguments.integer("iterations", in: 1...Int.max) : nil
    let until = arguments.has("until") ? try arguments.integer("until", in: 1...Int.max) : nil
    if arguments.has("budget") {
      try give(handle.study, budget: try arguments.integer("budget", in: 1...Int.max))
    }
    if iterations == nil, until == nil, handle.study.budget == nil {
      throw Failure(
        .badArgument, "the study has no budget, so `run` would never end",
        advice: "say how far, as in `run(study, iterations: 10)`")
    }
    let name = handle.study.method.name
    let before = handle.study.iterations
    try handle.study.run(iterations: iterations, until: until, context: outside(context)) {
      report in
      context.environment.events(StudyReport.progress(report, handle, name))
    }
    context.environment.events(.finished(task: name, summary: nil))
    let isShort =
      iterations.map { handle.study.iterations - before < $0 } ?? false
      || until.map { handle.study.trials.count < $0 } ?? false
    if isShort, let end = handle.study.finished {
      let more = handle.study.isSpent ? "; \(spendMore(handle.study))" : ""
      context.environment.events(
        .notice("\(end) after \(handle.study.trials.count) evaluations\(more)"))
    }
    return .host(handle)
  }

  private static func give(_ study: Study, budget: Int) throws(Failure) {
    guard !study.isStored else {
      throw Failure(
        .badArgument, "a file keeps the study, and its budget", advice: spendMore(study))
    }
    study.setBudget(budget)
  }

  private static func spendMore(_ study: Study) -> String {
    let example = 2 * (study.budget ?? 100)
    return study.isStored
      ? "resume(problem, \"file.db\", budget: \(example)) gives it more to spend"
      : "run(study, budget: \(example)) gives it more to spend"
  }

  private static let best = NativeFunction(
    "best",
    FunctionSignature(
      [study, .optional("n", "a whole number of at least 1", default: "1", "how many")],
      result: "a table"),
    doc: "The best evaluations of a study: feasible ones by goal, then the least violated.",
    example: "best(study, 10)"
  ) { arguments, context in
    let handle = try handle(arguments)
    if let gap = handle.study.feasibilityGap {
      context.environment.events(.notice("nothing feasible yet: \(gap.phrase)"))
    }
    let n = try arguments.integer("n", in: 1...Int.max, default: 1)
    return .table(try StudyTables.trials(handle.study.ranked(n), handle))
  }

  private static let trials = NativeFunction(
    "trials", FunctionSignature([study], result: "a table"),
    doc: "All evaluations of a study, in order.", example: "save(trials(study), \"trials.csv\")"
  ) { arguments, _ in
    let handle = try handle(arguments)
    return .table(try StudyTables.trials(handle.study.trials, handle))
  }

  private static let history = NativeFunction(
    "history", FunctionSignature([study], result: "a table"),
    doc: "One row for each iteration: best so far, what the method measured, seconds by phase.",
    example: "history(study)"
  ) { arguments, _ in .table(try StudyTables.history(try handle(arguments))) }
}

/// An iteration's report as the language shows it.
enum StudyReport {
  static func record(_ report: IterationReport, _ handle: StudyHandle) -> Record {
    let statement = handle.study.oracle.statement
    var record = Record([
      ("iteration", .number(Double(report.iteration))),
      ("evaluations", .number(Double(report.evaluations))),
      ("best", report.best.map { .number(statement.shown($0)) } ?? .none),
    ])
    if !statement.constraints.isEmpty { record["feasible_share"] = .number(report.feasibleShare) }
    if report.failed > 0 { record["failed"] = .number(Double(report.failed)) }
    for measure in report.measures { record[measure.name] = .number(measure.value) }
    record["seconds"] = .record(
      Record(report.seconds.map { ($0.name, .number($0.value)) }))
    return record
  }

  static func progress(_ report: IterationReport, _ handle: StudyHandle, _ name: String) -> RunEvent
  {
    let study = handle.study
    let total = study.budget.map { study.startCount + $0 }
    let seconds = report.seconds.reduce(0) { $0 + $1.value }
    let statement = study.oracle.statement
    var notes = [
      report.best.map { "best \(Format.short(statement.shown($0)))" } ?? "nothing feasible yet"
    ]
    if !statement.constraints.isEmpty {
      notes.append("\(Format.short((100 * report.feasibleShare).rounded()))% feasible")
    }
    for measure in report.measures where watched.contains(measure.name) {
      notes.append("\(measure.name) \(Format.short(measure.value))")
    }
    return .progress(
      Progress(
        name, done: report.evaluations, total: total,
        rate: String(format: "%.1f s/iteration", seconds),
        note: notes.joined(separator: ", ")))
  }

  /// Measures that the live line shows.
  private static let watched: Set<String> = ["lambda", "beta", "log_reward", "batch_spread"]
}
