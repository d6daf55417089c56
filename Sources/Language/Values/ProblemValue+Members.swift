import Core

extension ProblemValue {
  /// Names that `problem.name` knows.
  static let memberNames = [
    "name", "space", "goal", "sense", "subjects", "records", "measured", "doc",
  ]

  /// `problem.name`.
  func member(_ name: String) -> Value? {
    switch name {
    case "name": .string(self.name)
    case "space": space
    case "goal": .string(goal.name)
    case "sense": .string(goal.sense.rawValue)
    case "subjects":
      .list(
        subjects.map {
          .record(
            Record([
              ("name", .string($0.name)), ("kind", .string($0.kind.rawValue)),
              ("required", .bool($0.isRequired)),
            ]))
        })
    case "records": .list(recordedNames.map { .string($0) })
    case "measured": .list(measuredNames.map { .string($0) })
    case "doc": doc.map { .string($0) } ?? Value.none
    default: nil
    }
  }

  /// The parameters of `problem(candidate)`.
  var signature: FunctionSignature {
    FunctionSignature(
      [.required(parameterName, "a candidate of the problem's space", "the candidate to evaluate")],
      result: "a record")
  }

  /// `problem(candidate)`: one evaluation as a record in the user's orientation.
  func call(
    _ arguments: Arguments, random: RandomStream, measurements: [String: Value]
  ) throws -> Value {
    var candidate = try arguments.value(parameterName)
    if case .host(let object) = space { candidate = try object.candidate(candidate) }
    let result = try evaluate(candidate, random: random, measurements: measurements)
    var record = Record()
    if let value = result.goal { record[goal.name] = .number(value) }
    record["feasible"] = .bool(result.isFeasible)
    for constraint in result.constraints {
      record[constraint.label] =
        constraint.value.map { .number($0) }
        ?? .bool(constraint.violation <= 0)
    }
    for (name, value) in result.recorded where record[name] == nil { record[name] = value }
    if let failure = result.failure { record["failure"] = .string(failure) }
    return .record(record)
  }
}
