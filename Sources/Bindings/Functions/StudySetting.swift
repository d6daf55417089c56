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
      "the start set: sequences or vectors, or how many to draw from the flow or as Sobol points (default "
        + "in a box: 2 for each coordinate and 10, at most 200)"),
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
  /// What the method chooses by where its options leave it the choice.
  private let plannedBudget: Int?
  private let outside: CallContext
  private let start: Start
  private let randomness: Randomness
  /// As the script names it; nil where it does not.
  private let seed: UInt64?

  private enum Space: Sendable {
    case sequences(FlowHandle, MethodFunctions.Entry.ForSequences)
    case box(BoxSpace, MethodFunctions.Entry.ForBoxes)

    var options: [OptionSpec] {
      switch self {
      case .sequences(_, let method): method.options
      case .box(_, let method): method.options
      }
    }

    /// Nil for sequences.
    var box: BoxSpace? { if case .box(let box, _) = self { box } else { nil } }
  }

  /// Where the study starts.
  private enum Start: Sendable {
    /// As `initial:` says, if it is given.
    case asked
    /// As a file tells.
    case stored([Candidate])
  }

  private enum Randomness: Sendable {
    /// Of the study and its start set.
    case root(RandomStream)
    /// Of the study alone, as a file tells.
    case stored(RandomStream)
  }

  init(_ arguments: Arguments, _ context: CallContext, entry: MethodFunctions.Entry) throws {
    self.arguments = arguments
    self.entry = entry
    outside = context
    problem = try arguments.problem("problem")
    space = try Self.space(of: problem, entry)
    let specs = space.options
    for option in entry.options where arguments.has(option.name) {
      guard specs.contains(where: { $0.name == option.name }) else {
        throw Failure(
          .badArgument, "`\(option.name)` means nothing in \(problem.space.phrase)")
      }
    }
    options = try arguments.options(specs)
    budget = try Self.budget(arguments)
    plannedBudget = budget
    start = .asked
    seed =
      arguments.has("seed") ? UInt64(try arguments.integer("seed", in: 0...(1 << 53))) : nil
    randomness = .root(
      seed.map { RandomStream(seed: $0) } ?? context.nextRun(entry.name).random)
  }

  /// The setting of the study that last wrote into the file of `store`.
  /// - Throws: `.badFile` for a file that does not tell enough, `.badArgument` for another problem's,
  ///   `.unsupported` for a method that is not known.
  init(resuming arguments: Arguments, _ context: CallContext) throws {
    self.arguments = arguments
    outside = context
    problem = try arguments.problem("problem")
    let stored = try StoredStart(arguments, problem, context)
    entry = stored.entry
    space = try Self.space(of: problem, entry)
    options = try stored.options(space.options)
    try stored.check(in: space.box)
    budget = try Self.budget(arguments) ?? stored.study.budget
    plannedBudget = stored.study.plannedBudget
    start = .stored(stored.candidates)
    seed = nil
    randomness = .stored(stored.study.seed)
  }

  private static func budget(_ arguments: Arguments) throws(Failure) -> Int? {
    arguments.has("budget") ? try arguments.integer("budget", in: 1...Int.max) : nil
  }

  /// The space that a problem is stated in, if the method can search it.
  private static func space(of problem: ProblemValue, _ entry: MethodFunctions.Entry)
    throws(Failure) -> Space
  {
    if case .host(let flow as FlowHandle) = problem.space, let method = entry.sequences {
      return .sequences(flow, method)
    }
    if let method = entry.box, let box = try problem.box() { return .box(box, method) }
    let box = "box(0, 1, dim: 10)"
    let (what, advice) =
      entry.box == nil
      ? ("the sequences of a flow", "flow")
      : entry.sequences == nil ? ("a box", box) : ("a flow or a box", box)
    throw Failure(
      .badArgument,
      "`\(entry.name)` searches \(what), but `\(problem.name)` is stated in "
        + (problem.hasSettings ? "settings" : problem.space.phrase),
      advice: "write `problem \(problem.name)(\(problem.parameterNames[0]) in \(advice))`")
  }

  /// The study, which can be made again with another seed unless a file keeps it.
  func handle() throws -> StudyHandle {
    var remake: (@Sendable (UInt64) throws -> Study)?
    if !arguments.has("store") {
      let setting = self
      remake = { seed in try setting.made(.root(RandomStream(seed: seed))).study }
    }
    return handle(try made(randomness).study, remake)
  }

  /// The study as far as its file knows it, gone through again without evaluating anything.
  func resumed(afterEach: (IterationReport, StudyHandle) -> Void) throws -> StudyHandle {
    let (study, recorded) = try made(randomness)
    let handle = handle(study, nil)
    guard let (oracle, recorder) = recorded else { return handle }
    try study.replay(
      until: try recorder.extent(), StudyFunctions.outside(outside),
      answers: { try oracle.answers($0, firstTrial: $1) }, afterEach: { afterEach($0, handle) })
    return handle
  }

  private func handle(_ study: Study, _ remake: (@Sendable (UInt64) throws -> Study)?)
    -> StudyHandle
  {
    var settings = options.chosen.mapValues(\.phrase)
    if let initial = arguments.given("initial") { settings["initial"] = initial.phrase }
    return StudyHandle(
      study, columns: columns, requirement: requirement, settings: settings, seed: seed,
      remake: remake)
  }

  private var isMolecular: Bool {
    if case .sequences(let flow, _) = space { flow.coding.kind.isMolecular } else { false }
  }

  private var columns: CandidateColumns { CandidateColumns(problem, isMolecular: isMolecular) }

  /// A study and, where a file keeps it, what answers from that file and what writes into it.
  private func made(_ randomness: Randomness) throws -> (
    study: Study, recorded: (oracle: RecordedOracle, recorder: StoredRecorder)?
  ) {
    let (root, random) =
      switch randomness {
      case .root(let root): (root, root.stream(entry.name))
      case .stored(let random): (random, random)
      }
    var start = try startSet(
      RunContext(
        random: root, cancellation: outside.environment.cancellation,
        events: outside.environment.events))
    let statement = ScriptOracle.statement(of: problem)
    var stored = StoredStudy(
      problem: StoredStudy.Problem(statement, text: problem.text), method: entry.name,
      options: options.stored.mapValues(\.phrase), known: space.options.map(\.name).sorted(),
      budget: budget, plannedBudget: plannedBudget, seed: random)
    if isStartDrawn {
      start = try StudyRecording.start(
        start, arguments, outside, of: stored, fits: fits, requirement: requirement)
    }
    stored.start = start.stored
    if case .asked = self.start {
      tellMeasurements(start.count)
      try RequirementNotices(problem, outside).tell(start, in: space.box, requirement)
    }
    let method = try method(start)
    try AskedTable.check(problem.measuredNames, statement, candidate: columns)
    let recorder = try StudyRecording.recorder(
      arguments, outside, stored, isMeasured: !problem.measuredNames.isEmpty)
    let oracle = ScriptOracle(
      problem, isMolecular: isMolecular,
      ledger: try StudyRecording.ledger(
        problem.measuredNames, isMolecular: isMolecular, in: recorder?.store))
    let recorded = recorder.map { (RecordedOracle(oracle, recorder: $0), $0) }
    return (
      Study(
        oracle: recorded?.0 ?? oracle, method: method, budget: budget, random: random,
        space: space.box,
        recorder: recorder), recorded
    )
  }

  /// A budget does not count the start set, which somebody has to measure as well.
  private func tellMeasurements(_ startCount: Int) {
    guard !problem.measuredNames.isEmpty, let budget, startCount > 0 else { return }
    outside.environment.events(
      .notice(
        "`\(problem.name)`: \(startCount) candidate\(startCount == 1 ? "" : "s") to measure first, and \(budget) after them"
      ))
  }

  /// Whether the start set depends on how it is drawn, by which flow and from what.
  private var isStartDrawn: Bool {
    guard case .asked = start else { return false }
    switch arguments.given("initial") {
    case nil, Value.none?, .number?: return true
    default: return false
    }
  }

  /// Whether the method can start from a candidate.
  private func fits(_ candidate: Candidate) -> Bool {
    switch (candidate, space) {
    case (.vector(let x), .box(let box, _)): box.contains(x)
    case (.text(let text), .sequences(let flow, _)):
      (try? flow.coding.numbers(text, length: flow.length)) != nil
    default: false
    }
  }

  private var requirement: Requirement? {
    ScriptOracle.requirement(of: problem, isMolecular: isMolecular)
  }

  /// The start set. It depends on the seed alone, so that methods compared start alike.
  private func startSet(_ context: RunContext) throws -> [Candidate] {
    switch (start, space) {
    case (.stored(let candidates), _): candidates
    case (.asked, .sequences(let flow, let maker)):
      try StartSet.texts(
        arguments, flow, required: maker.needsStart, requirement, context: context
      )
      .map { .text($0) }
    case (.asked, .box(let box, _)):
      try StartSet.points(
        arguments, box.requiring(requirement), columns: columns, context: context
      )
      .map { .vector($0) }
    }
  }

  private func method(_ start: [Candidate]) throws -> any SearchMethod {
    switch space {
    case .sequences(let flow, let maker):
      try maker.make(
        flow.space.requiring(requirement), start.compactMap(\.text), options, plannedBudget)
    case .box(let box, let maker):
      try maker.make(
        box.requiring(requirement), start.compactMap(\.vector), options, plannedBudget)
    }
  }
}
