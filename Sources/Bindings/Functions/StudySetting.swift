import Core
import Flows
import Language
import Optimization
import Oracles
import Storage

/// What a call of a method says: the problem, where to search, where to start, what to spend.
struct StudySetting: Sendable {
  /// What every method takes beside its own options.
  static let parameters: [Parameter] = [
    .required("problem", "a problem", "what to optimize"),
    .named(
      "initial", "a table, a list, or a whole number",
      "the start set: sequences or vectors, or how many to draw from the flow or as Sobol points"),
    .named(
      "budget", "a whole number of at least 1",
      "evaluations to spend after the start set (default: no limit)"),
    .named(
      "seed", "a whole number of at least 0", "the study's own seed (default: the script's next)"),
    StudyRecording.parameter, StudyRecording.retry,
  ]

  /// Sobol points that a study in a box starts from, if it is not told.
  static func standardStart(dimension: Int) -> Int { min(200, 2 * dimension + 10) }

  private let entry: MethodFunctions.Entry
  private let arguments: Arguments
  private let problem: ProblemValue
  private let space: Space
  private let options: Options
  private let budget: Int?
  private let outside: CallContext
  private let root: RandomStream

  private enum Space: Sendable {
    case sequences(FlowHandle, MethodFunctions.Entry.ForSequences)
    case box(BoxSpace, MethodFunctions.Entry.ForBoxes)
  }

  init(_ arguments: Arguments, _ context: CallContext, entry: MethodFunctions.Entry) throws {
    self.arguments = arguments
    self.entry = entry
    outside = context
    problem = try arguments.problem("problem")
    space = try Self.space(of: problem, entry)
    let specs =
      switch space {
      case .sequences(_, let method): method.options
      case .box(_, let method): method.options
      }
    for option in entry.options where arguments.has(option.name) {
      guard specs.contains(where: { $0.name == option.name }) else {
        throw Failure(
          .badArgument, "`\(option.name)` means nothing in \(problem.space.phrase)")
      }
    }
    options = try arguments.options(specs)
    budget = arguments.has("budget") ? try arguments.integer("budget", in: 1...Int.max) : nil
    root =
      arguments.has("seed")
      ? RandomStream(seed: UInt64(try arguments.integer("seed", in: 0...(1 << 53))))
      : context.nextRun(entry.name).random
  }

  /// The space that a problem is stated in, if the method can search it.
  private static func space(of problem: ProblemValue, _ entry: MethodFunctions.Entry)
    throws(Failure) -> Space
  {
    if case .host(let object) = problem.space {
      if let flow = object as? FlowHandle, let method = entry.sequences {
        return .sequences(flow, method)
      }
      if let box = object as? BoxHandle, let method = entry.box { return .box(box.space, method) }
    }
    let (what, advice) =
      entry.box == nil
      ? ("the sequences of a flow", "flow")
      : entry.sequences == nil
        ? ("a box", "box(0, 1, dim: 10)") : ("a flow or a box", "box(0, 1, dim: 10)")
    throw Failure(
      .badArgument,
      "`\(entry.name)` searches \(what), but `\(problem.name)` is stated in "
        + problem.space.phrase,
      advice: "write `problem \(problem.name)(\(problem.parameterName) in \(advice))`")
  }

  /// The study, which can be made again with another seed.
  func handle() throws -> StudyHandle {
    var remake: (@Sendable (UInt64) throws -> Study)?
    if !arguments.has("store") {
      let setting = self
      remake = { seed in try setting.study(RandomStream(seed: seed), recorded: false) }
    }
    return StudyHandle(
      try study(root, recorded: true), candidateName: candidateName,
      settings: settings, remake: remake)
  }

  private var settings: [String: String] {
    var settings = options.stored.mapValues(\.phrase)
    if let initial = arguments.given("initial") { settings["initial"] = initial.phrase }
    return settings
  }

  private var candidateName: String {
    if case .sequences(let flow, _) = space, flow.coding.kind.isMolecular { return "smiles" }
    return problem.parameterName
  }

  private func study(_ root: RandomStream, recorded: Bool) throws -> Study {
    let context = RunContext(
      random: root, cancellation: outside.environment.cancellation,
      events: outside.environment.events)
    let method: any SearchMethod
    let isMolecular: Bool
    switch space {
    case .sequences(let flow, let maker):
      let start = try StartSet.texts(
        arguments, flow, required: maker.needsStart, context: context)
      method = try maker.make(flow.space, start, options, budget)
      isMolecular = flow.coding.kind.isMolecular
    case .box(let box, let maker):
      // The start set depends on the seed alone, so that methods compared start alike.
      method = try maker.make(
        box,
        try StartSet.points(
          arguments, box, column: problem.parameterName, context: context), options)
      isMolecular = false
    }
    let random = root.stream(method.name)
    var box: BoxSpace?
    if case .box(let searched, _) = space { box = searched }
    let statement = ScriptOracle.statement(of: problem)
    try AskedTable.check(problem.measuredNames, statement, candidate: candidateName)
    let recorder =
      recorded
      ? try StudyRecording.recorder(
        arguments, outside, StoredStudy.Problem(statement, text: problem.text)
      ) { problem in
        StoredStudy(
          problem: problem, method: method.name, options: options.stored.mapValues(\.phrase),
          seed: random)
      } : nil
    let oracle = ScriptOracle(
      problem, isMolecular: isMolecular,
      ledger: try StudyRecording.ledger(
        problem.measuredNames, isMolecular: isMolecular, in: recorder?.store))
    return Study(
      oracle: recorder.map { RecordedOracle(oracle, recorder: $0) } ?? oracle, method: method,
      budget: budget, random: random, space: box, recorder: recorder)
  }
}
