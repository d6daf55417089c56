import Core
import Language
import Optimization
import Oracles

/// What a study's model expects of the user's own candidates.
enum PredictFunction {
  static let predict = NativeFunction(
    "predict",
    FunctionSignature(
      [
        StudyFunctions.study,
        .required(
          "candidates", "a table, a list, or one candidate",
          "sequences or vectors; of a table the column that is named as the study's candidates"),
      ], result: "a table"),
    doc: """
      What the study's model, fitted to all evaluations, expects of candidates, in the units of the goal: \
      `expected_…`, and the bounds that the goal is between with a probability of 90%. With constraints \
      `chance_feasible` too. For megs and cibo, whose models have no probabilities, the bounds are the least \
      and the most that the models of the ensemble expect, and the chance is the share of models that take \
      all constraints to hold.
      """,
    example: "predict(study, library)"
  ) { arguments, context in
    let handle = try StudyFunctions.handle(arguments)
    let candidates = try candidates(arguments, handle)
    let expected = try handle.study.expectations(
      of: candidates, context: StudyFunctions.outside(context))
    var table = Table()
    try handle.columns.add(candidates, to: &table)
    try ExpectationColumns.add(to: &table, expected, of: candidates, handle)
    return .table(table)
  }

  private static func candidates(_ arguments: Arguments, _ handle: StudyHandle) throws
    -> [Candidate]
  {
    let value = try arguments.value("candidates")
    if let box = handle.study.space {
      return try StartSet.points(
        value, of: "candidates", box, columns: handle.columns, place: "candidate"
      ).map { .vector($0) }
    }
    if case .table(let table) = value, case .texts(let texts)? = table[handle.columns.names[0]] {
      return texts.map { .text($0) }
    }
    if case .host(let molecule as MoleculeHandle) = value {
      return [.text(try molecule.molecule().source)]
    }
    return try Texts.of(arguments, "candidates", molecular: handle.columns.names == ["smiles"])
      .map { .text($0) }
  }
}

/// Columns that say what a model expects of a goal and of feasibility.
enum ExpectationColumns {
  /// Their names.
  static func names(_ goal: String) -> [String] {
    ["expected_\(goal)", "low_\(goal)", "high_\(goal)", "chance_feasible"]
  }

  /// Adds what a study expects of candidates. The chance of those that violate what is required is known: 0.
  static func add(
    to table: inout Table, _ expected: [Expectation], of candidates: [Candidate],
    _ handle: StudyHandle
  ) throws {
    let chances = try zip(candidates, expected).map { candidate, expectation in
      try handle.requirement?.holds(candidate) == false ? 0 : expectation.feasibility
    }
    try add(to: &table, expected.map(\.goal), chances, handle.study.oracle.statement)
  }

  /// Adds them; what is nil is missing. The chance of feasibility is left out where none is known.
  static func add(
    to table: inout Table, _ goals: [Prediction?], _ chances: [Double?],
    _ statement: ProblemStatement
  ) throws(Failure) {
    let names = names(statement.goal)
    func bounds(_ prediction: Prediction) -> (low: Double, high: Double) {
      let ends = [prediction.range.lowerBound, prediction.range.upperBound].map(statement.shown)
      return (min(ends[0], ends[1]), max(ends[0], ends[1]))
    }
    try table.set(
      names[0], .numbers(goals.map { $0.map { statement.shown($0.mean) } ?? .nan }))
    try table.set(names[1], .numbers(goals.map { $0.map { bounds($0).low } ?? .nan }))
    try table.set(names[2], .numbers(goals.map { $0.map { bounds($0).high } ?? .nan }))
    if chances.contains(where: { $0 != nil }) {
      try table.set(names[3], .numbers(chances.map { $0 ?? .nan }))
    }
  }
}
