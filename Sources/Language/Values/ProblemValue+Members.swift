import Core

extension ProblemValue {
  /// Names that `problem.name` knows.
  static let memberNames = ["name", "space", "goal", "sense", "subjects", "records", "doc"]

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
          .record(Record([("name", .string($0.name)), ("kind", .string($0.kind.rawValue))]))
        })
    case "records": .list(recordedNames.map { .string($0) })
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
  func call(_ arguments: Arguments, random: RandomStream) throws -> Value {
    var candidate = try arguments.value(parameterName)
    if case .host(let object) = space { candidate = try object.candidate(candidate) }
    let result = try evaluate(candidate, random: random)
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

  /// Whether candidates may be evaluated on several threads at once with the same results:
  /// nothing the body calls prints, draws from the script's own stream or writes.
  ///
  /// Functions that the body receives as values are looked into as well; what a host object does
  /// when called cannot be known, so such a body counts as unsafe.
  public var isParallelSafe: Bool {
    var seen: Set<ObjectIdentifier> = []
    return PurityCheck.isPure(body.uses, captures, &seen)
  }
}

extension Value {
  /// Whether a function may be called on several threads at once with the same results; see
  /// `ProblemValue.isParallelSafe`.
  public var isParallelSafe: Bool {
    var seen: Set<ObjectIdentifier> = []
    return PurityCheck.isPure(self, &seen)
  }
}

/// Follows what code refers to.
private enum PurityCheck {
  static func isPure(
    _ uses: CodeUses, _ captures: [Value?], _ seen: inout Set<ObjectIdentifier>
  ) -> Bool {
    if uses.natives.contains(where: { $0.effect == .ordered }) { return false }
    for function in uses.functions where !isPure(function, [], &seen) { return false }
    for value in captures + uses.globals.map(\.pointer.pointee) {
      if let value, !isPure(value, &seen) { return false }
    }
    return true
  }

  private static func isPure(
    _ code: FunctionCode, _ captures: [Value?], _ seen: inout Set<ObjectIdentifier>
  ) -> Bool {
    guard seen.insert(ObjectIdentifier(code)).inserted else { return true }
    return isPure(code.uses, captures, &seen)
  }

  static func isPure(_ value: Value, _ seen: inout Set<ObjectIdentifier>) -> Bool {
    switch value {
    case .function(.native(let native)): return native.effect == .none
    case .function(.closure(let closure)): return isPure(closure.code, closure.captures, &seen)
    case .problem(let problem):
      guard seen.insert(ObjectIdentifier(problem)).inserted else { return true }
      return isPure(problem.body.uses, problem.captures, &seen)
    case .host(let object): return object.signature == nil
    case .list(let items):
      for item in items where !isPure(item, &seen) { return false }
      return true
    case .record(let record):
      for item in record.values where !isPure(item, &seen) { return false }
      return true
    default: return true
    }
  }
}
