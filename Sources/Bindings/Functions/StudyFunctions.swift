import Core
import Foundation
import Language
import Optimization
import Storage

/// Searching: methods, and studies that run them.
enum StudyFunctions {
  static let family = FunctionCatalog.Family(
    "studies", doc: "search methods, and the studies that run them",
    [nfbo, random, step, run, best, trials, history])

  // MARK: Methods

  private static let problem = Parameter.required("problem", "a problem", "what to optimize")
  private static let shared = [
    Parameter.named(
      "initial", "a table, a list of texts, or a whole number",
      "the start set, or how many to draw from the flow"),
    .named(
      "budget", "a whole number of at least 1",
      "evaluations to spend after the start set (default: no limit)"),
    .named(
      "seed", "a whole number of at least 0", "the study's own seed (default: the script's next)"),
    StudyRecording.parameter,
  ]

  private static let nfbo = NativeFunction(
    "nfbo", FunctionSignature([problem] + shared, options: NFBO.options, result: "a study"),
    doc: "Latent Bayesian optimization with a normalizing flow (NF-BO, arXiv 2504.14889).",
    example: "study = nfbo(goal, initial: head(library, 100), batch: 50, budget: 500)",
    effect: .ordered
  ) { arguments, context in
    let options = try arguments.options(NFBO.options)
    let setting = try Setting(arguments, context, "nfbo", options)
    let start = try setting.start(arguments, required: true)
    return .host(
      try setting.study(try NFBO(space: setting.flow.space, start: start, options: options)))
  }

  private static let random = NativeFunction(
    "random",
    FunctionSignature([problem] + shared, options: RandomDraws.options, result: "a study"),
    doc: "Draws from the flow, each sequence once: what a search has to beat.",
    example: "baseline = random(goal, budget: 500)", effect: .ordered
  ) { arguments, context in
    let options = try arguments.options(RandomDraws.options)
    let setting = try Setting(arguments, context, "random", options)
    let start = try setting.start(arguments, required: false)
    return .host(
      try setting.study(RandomDraws(space: setting.flow.space, start: start, options: options)))
  }

  /// What every method reads from its call.
  private struct Setting {
    let problem: ProblemValue
    let flow: FlowHandle
    let budget: Int?
    let root: RunContext
    let oracle: ScriptOracle
    let recorder: StoredRecorder?

    init(_ arguments: Arguments, _ context: CallContext, _ method: String, _ options: Options)
      throws
    {
      problem = try arguments.problem("problem")
      guard case .host(let object) = problem.space, let flow = object as? FlowHandle else {
        throw Failure(
          .badArgument,
          "`\(method)` searches the sequences of a flow, but `\(problem.name)` is stated in "
            + "\(problem.space.phrase)",
          advice: "write `problem \(problem.name)(\(problem.parameterName) in flow)`")
      }
      self.flow = flow
      budget = arguments.has("budget") ? try arguments.integer("budget", in: 1...Int.max) : nil
      if arguments.has("seed") {
        root = RunContext(
          random: RandomStream(seed: UInt64(try arguments.integer("seed", in: 0...(1 << 53))))
            .stream(method), cancellation: context.environment.cancellation,
          events: context.environment.events)
      } else {
        root = context.nextRun(method)
      }
      let random = root.random
      oracle = ScriptOracle(problem: problem, isMolecular: flow.coding.kind.isMolecular)
      recorder = try StudyRecording.recorder(arguments, context, oracle.statement) { problem in
        StoredStudy(
          problem: problem, method: method, options: options.stored.mapValues(\.phrase),
          seed: random)
      }
    }

    /// Texts of the start set: given, or drawn from the flow.
    func start(_ arguments: Arguments, required: Bool) throws -> [String] {
      if case .number? = arguments.given("initial") {
        let count = try arguments.integer("initial", in: 1...1_000_000)
        return try drawn(count)
      }
      guard arguments.has("initial") else {
        if !required { return [] }
        throw Failure(
          .badArgument, "`initial` is missing: the sequences to start from",
          advice:
            "give some, as in `initial: head(library, 100)`, or a number to draw from the flow")
      }
      return try Texts.of(arguments, "initial", molecular: flow.coding.kind.isMolecular)
    }

    private func drawn(_ count: Int) throws -> [String] {
      var texts: [String] = []
      var seen: Set<String> = []
      let model = flow.flow
      var round = 0
      while texts.count < count, round < 50 {
        let batch = try model.generate(
          count, length: flow.length, random: root.stream("start", round), context: root)
        for row in 0..<batch.count where texts.count < count {
          if let text = flow.coding.identity(batch[row]), seen.insert(text).inserted {
            texts.append(text)
          }
        }
        round += 1
      }
      guard texts.count == count else {
        throw Failure(
          .badData, "the flow gave only \(texts.count) distinct valid sequences to start from",
          advice: "pretrain it, or give the start set as data")
      }
      return texts
    }

    func study(_ method: any SearchMethod) throws -> StudyHandle {
      StudyHandle(
        Study(
          oracle: recorder.map { RecordedOracle(oracle, recorder: $0) } ?? oracle,
          method: method, budget: budget, random: root.random, recorder: recorder),
        candidateName: flow.coding.kind.isMolecular ? "smiles" : problem.parameterName)
    }
  }

  // MARK: Studies

  private static let study = Parameter.required("study", "a study", "the study")

  private static func handle(_ arguments: Arguments) throws(Failure) -> StudyHandle {
    try arguments.host("study", as: StudyHandle.self, "a study, as nfbo(…) makes")
  }

  /// Progress and Ctrl-C for a study, which has randomness of its own.
  private static func outside(_ context: CallContext) -> RunContext {
    RunContext(
      random: RandomStream(seed: 0), cancellation: context.environment.cancellation,
      events: context.environment.events)
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
        .named("until", "a whole number of at least 1", "stop at this many evaluations in all"),
      ], result: "a study"),
    doc: "Runs a study until its budget is spent, or as far as asked; Ctrl-C stops it with all "
      + "evaluations kept.", example: "run(study, iterations: 10)", effect: .ordered
  ) { arguments, context in
    let handle = try handle(arguments)
    let iterations =
      arguments.has("iterations") ? try arguments.integer("iterations", in: 1...Int.max) : nil
    let until = arguments.has("until") ? try arguments.integer("until", in: 1...Int.max) : nil
    if iterations == nil, until == nil, handle.study.budget == nil {
      throw Failure(
        .badArgument, "the study has no budget, so `run` would never end",
        advice: "say how far, as in `run(study, iterations: 10)`")
    }
    let name = handle.study.method.name
    try handle.study.run(iterations: iterations, until: until, context: outside(context)) {
      report in
      context.environment.events(StudyReport.progress(report, handle, name))
    }
    context.environment.events(.finished(task: name, summary: nil))
    return .host(handle)
  }

  private static let best = NativeFunction(
    "best",
    FunctionSignature(
      [study, .optional("n", "a whole number of at least 1", default: "1", "how many")],
      result: "a table"),
    doc: "The best evaluations of a study: feasible ones by goal, then the least violated.",
    example: "best(study, 10)"
  ) { arguments, _ in
    let handle = try handle(arguments)
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
    let best = report.best.map { "best \(Format.short(study.oracle.statement.shown($0)))" }
    return .progress(
      Progress(
        name, done: report.evaluations, total: total,
        rate: String(format: "%.1f s/iteration", seconds), note: best ?? "nothing feasible yet"))
  }
}
