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
    let parameters: [Parameter] =
      parameterNames.count > 1
      ? parameterNames.enumerated().map { place, name in
        place == 0
          ? .required(name, "a number; or a vector or record of all settings", "a setting")
          : .optional(name, "a number", "a setting")
      }
      : [
        .required(
          parameterNames[0], "a candidate of the problem's space", "the candidate to evaluate")
      ]
    return FunctionSignature(parameters, result: "a record")
  }

  /// The candidate that a call's arguments are.
  private func candidate(_ arguments: Arguments) throws -> Value {
    let first = try arguments.value(parameterNames[0])
    guard parameterNames.count > 1 else {
      if hasSettings, case .record(let record) = first, let setting = record[parameterNames[0]] {
        return setting
      }
      guard case .host(let object) = space else { return first }
      return try object.candidate(first)
    }
    let others = parameterNames.dropFirst().filter { arguments.given($0) != nil }
    let isWhole = if case .number = first { false } else { true }
    if isWhole, let other = others.first {
      throw Failure(
        .badArgument, "`\(other)` is given beside a vector or record of all settings of `\(name)`",
        advice: "give one or the other")
    }
    var given = Dictionary(
      parameterNames.map { ($0, arguments.given($0) ?? Value.none) },
      uniquingKeysWith: { a, _ in a })
    switch first {
    case .record(let record):
      for name in parameterNames { given[name] = record[name] ?? Value.none }
    case .vector(let settings) where settings.count == parameterNames.count: return first
    default: break
    }
    return .vector(
      try parameterNames.map { name in
        switch given[name] {
        case .number(let x)?: return x
        case Value.none?, nil:
          throw Failure(
            .badArgument, "`\(name)` of `\(self.name)` is missing",
            advice: "give all of \(parameterNames.joined(separator: ", "))")
        case let other?:
          throw Failure(
            .badArgument, "`\(name)` of `\(self.name)` is a number, not \(other.phrase)")
        }
      })
  }

  /// `problem(candidate)`: one evaluation as a record in the user's orientation.
  func call(
    _ arguments: Arguments, random: RandomStream, measurements: [String: Value]
  ) throws -> Value {
    let result = try evaluate(try candidate(arguments), random: random, measurements: measurements)
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
