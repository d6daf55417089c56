import Core
import Language
import Optimization
import Oracles

/// What a study's evaluations let expect of the user's own candidates.
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
      What all evaluations let expect of candidates, in the units of the goal: `expected_…`, and the bounds that the \
      goal is between with a probability of 90%. With constraints `chance_feasible` too; once evaluations failed, \
      that one works is a part of it.

      In a box these are Gaussian processes of the evaluated values, whatever the study's method. Of sequences it is \
      the surrogate of nfbo.
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

  /// Adds what a study expects of candidates.
  static func add(
    to table: inout Table, _ expected: [Expectation], of candidates: [Candidate],
    _ handle: StudyHandle
  ) throws {
    let chances = try chances(of: candidates, expected, handle)
    try add(to: &table, expected.map(\.goal), chances, handle.study.oracle.statement)
  }

  /// The chance that each candidate is feasible, which is known of those that violate what is required: 0. Nil where
  /// nothing is known.
  static func chances(
    of candidates: [Candidate], _ expected: [Expectation], _ handle: StudyHandle
  ) throws -> [Double?] {
    try zip(candidates, expected).map { candidate, expectation in
      try handle.requirement?.holds(candidate) == false ? 0 : expectation.feasibility
    }
  }

  /// Adds them; what is nil is missing. The chance of feasibility is left out where none is known.
  static func add(
    to table: inout Table, _ goals: [Prediction?], _ chances: [Double?],
    _ statement: ProblemStatement
  ) throws(Failure) {
    let names = names(statement.goal)
    let shown = goals.map { $0.map(statement.shown) }
    try table.set(names[0], .numbers(shown.map { $0?.mean ?? .nan }))
    try table.set(names[1], .numbers(shown.map { $0?.range.lowerBound ?? .nan }))
    try table.set(names[2], .numbers(shown.map { $0?.range.upperBound ?? .nan }))
    if chances.contains(where: { $0 != nil }) {
      try table.set(names[3], .numbers(chances.map { $0 ?? .nan }))
    }
  }
}

extension ProblemStatement {
  /// What is expected of a maximised value as the user states it.
  func shown(_ prediction: Prediction) -> Prediction {
    let ends = [prediction.range.lowerBound, prediction.range.upperBound].map(shown)
    return Prediction(
      mean: shown(prediction.mean), range: min(ends[0], ends[1])...max(ends[0], ends[1]))
  }
}
