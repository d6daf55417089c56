import Chemistry
import Core
import Language

/// Scoring many molecules at once.
enum ScreenFunctions {
  static let entries = [screen, anyMolecule]

  /// Molecules between two looks at Ctrl-C, and of one piece of parallel work.
  private static let batch = 1_024
  private static let piece = 16

  private static let anyMolecule = NativeFunction(
    "any_molecule", FunctionSignature(result: "a space"),
    doc: "The space of a problem that scores molecules wherever they come from, as `screen` does; "
      + "a search needs a flow instead.",
    example: "problem light(m in any_molecule()) { minimize weight(m) }"
  ) { _, _ in .host(MoleculeSpaceHandle()) }

  private static let screen = NativeFunction(
    "screen",
    FunctionSignature(
      [
        .required("molecules", "a table, or a list of molecules or SMILES", "what to score"),
        .required("goal", "a function of one molecule, or a problem", "the score"),
        .named(
          "invalid", "a number", default: "0",
          "the score a function is given for a text that is no molecule"),
      ], result: "a table"),
    doc: """
      Scores molecules in order: a table with columns smiles, score and valid.

      Each molecule is read once, and all cores work unless the goal prints, writes or draws random
      numbers. A function gives a number and is not asked about a text that is no molecule. With a
      problem the score has the goal's name and the problem's body decides about such texts (without
      `is_valid(m)` it fails); there are columns feasible and failure where they say something.
      """,
    example: "screen([\"CCO\", \"CCN\"], m -> qed(m) * similarity(m, \"CCC\"))"
  ) { arguments, context in
    let handles = try items(arguments)
    if case .problem(let problem) = try arguments.value("goal") {
      return .table(try table(of: problem, handles, context))
    }
    let goal = try arguments.function("goal")
    let invalid = try arguments.number("invalid", default: 0)
    let scores = try map(handles, isParallel: goal.isParallelSafe, context) { handle, context in
      guard handle.isValid else { return invalid }
      switch try context.call(goal, [.host(handle)]) {
      case .number(let score): return score
      case .bool(let flag): return flag ? 1 : 0
      case let other:
        throw Failure(
          .badArgument, "the goal gives a number for a molecule, not \(other.phrase)")
      }
    }
    return .table(
      try Table([
        ("smiles", .texts(handles.map(\.source))), ("score", .numbers(scores)),
        ("valid", .flags(handles.map(\.isValid))),
      ]))
  }

  /// The molecules of a table's column, or of a list.
  private static func items(_ arguments: Arguments) throws -> [MoleculeHandle] {
    if case .list(let items) = try arguments.value("molecules") {
      return try MoleculeFunctions.handles(items, arguments, "molecules")
    }
    let texts = try Texts.of(arguments, "molecules", molecular: true)
    return try MoleculeFunctions.handles(texts.map { .string($0) }, arguments, "molecules")
  }

  private static func table(
    of problem: ProblemValue, _ handles: [MoleculeHandle], _ context: CallContext
  ) throws -> Table {
    let random = context.nextRun("screen").random
    let numbers = Array(handles.indices)
    let records = try map(numbers, isParallel: problem.isParallelSafe, context) { i, _ in
      try problem.evaluate(.host(handles[i]), random: random.stream("trial", i))
    }
    var table = try Table([
      ("smiles", .texts(handles.map(\.source))),
      (problem.goal.name, .numbers(records.map { $0.goal ?? .nan })),
    ])
    try table.set("valid", .flags(handles.map(\.isValid)))
    if !problem.subjects.isEmpty { try table.set("feasible", .flags(records.map(\.isFeasible))) }
    if records.contains(where: { $0.failure != nil }) {
      try table.set("failure", .texts(records.map { $0.failure ?? "" }))
    }
    return table
  }

  /// Results in order; the first error by place is thrown.
  private static func map<Item: Sendable, Result: Sendable>(
    _ items: [Item], isParallel: Bool, _ context: CallContext,
    _ body: @Sendable (Item, CallContext) throws -> Result
  ) throws -> [Result] {
    guard isParallel else { return try items.map { try body($0, context) } }
    var results: [Result] = []
    results.reserveCapacity(items.count)
    let random = context.random.root
    let clock = ContinuousClock()
    let start = clock.now
    for batch in Parallel.ranges(items.count, by: batch) {
      try context.checkCancellation()
      let pieces = Parallel.ranges(batch.count, by: piece)
      results += try Parallel.map(pieces.count) { i in
        // Randomness is not asked for where work is done side by side.
        let own = context.detached(random: random)
        return try pieces[i].map { try body(items[batch.lowerBound + $0], own) }
      }.flatMap { $0 }
      // Quick work needs no line of its own.
      if (clock.now - start) / .seconds(1) > 1 {
        context.environment.events(
          .progress(Progress("screen", done: batch.upperBound, total: items.count)))
      }
    }
    context.environment.events(.finished(task: "screen", summary: nil))
    return results
  }
}
