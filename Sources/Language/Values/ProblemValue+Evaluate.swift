import Core

extension ProblemValue {
  /// Evaluates one candidate. May be called from several threads at once when `isParallelSafe`.
  ///
  /// - Parameter random: what `uniform()` and the like in the body draw from, so that the result
  ///   does not depend on the order of evaluations.
  /// - Parameter measurements: what `measured(…)` gives in the body, by name; see `measuredNames`.
  /// - Returns: the goal, constraints and recorded names; an error in the body or `fail(...)` is
  ///   the record's `failure`.
  /// - Throws: only a cancellation, a measurement that is missing, or an internal error.
  public func evaluate(
    _ candidate: Value, random: RandomStream, measurements: [String: Value] = [:]
  ) throws -> ProblemRecord {
    let machine = Machine(
      environment: environment, random: RandomSource(random), measurements: measurements)
    return try run(body.steps, candidate, on: machine) { record, frame in
      for (name, slot) in zip(body.recordedNames, body.recordedSlots) {
        if let value = frame.slots[slot] { record.recorded[name] = value }
      }
    }
  }

  /// The entries of what is required of a candidate, worked out without evaluating it: nothing is measured,
  /// no outside program runs. May be called from several threads at once.
  /// - Returns: an error in the lines that it takes is the record's `failure`; all holds where nothing is
  ///   required.
  /// - Throws: only a cancellation or an internal error.
  public func requirement(of candidate: Value) throws -> ProblemRecord {
    guard let requirement = body.requirement else { return ProblemRecord() }
    // What is required draws no random numbers, so these are never used.
    let machine = Machine(environment: environment, random: RandomSource(RandomStream(seed: 0)))
    return try run(requirement.steps, candidate, on: machine) { _, _ in }
  }

  /// - Parameter atEnd: told of the record and the variables before they are gone.
  private func run(
    _ steps: [ProblemCode.Step], _ candidate: Value, on machine: Machine,
    atEnd: (inout ProblemRecord, Frame) -> Void
  ) throws -> ProblemRecord {
    var record = ProblemRecord()
    try captures.withUnsafeBufferPointer { captures in
      try machine.withFrame(body.slotCount + 1, captures: captures.baseAddress, closure: nil) {
        frame in
        do {
          try bind(candidate, frame)
          try machine.withCall(span) { try run(steps, frame, &record) }
        } catch let diagnostic as Diagnostic {
          // What nobody has measured is no failure of the candidate.
          if diagnostic.isCancellation || diagnostic.isInternal || diagnostic.code == .waiting {
            throw diagnostic
          }
          record = ProblemRecord(failure: diagnostic.message, diagnostic: diagnostic)
        }
        atEnd(&record, frame)
      }
    }
    return record
  }

  private func bind(_ candidate: Value, _ frame: Frame) throws {
    guard parameterNames.count > 1 else {
      // A study's candidate of one setting is a point of one coordinate.
      if hasSettings, case .vector(let point) = candidate, point.count == 1 {
        frame.slots[0] = .number(point[0])
      } else {
        frame.slots[0] = candidate
      }
      return
    }
    guard case .vector(let settings) = candidate, settings.count == parameterNames.count else {
      throw Diagnostic(
        .badArgument,
        "a candidate of `\(name)` is \(parameterNames.count) numbers, not \(candidate.phrase)",
        at: span,
        advice: "they are \(parameterNames.joined(separator: ", "))")
    }
    for (slot, x) in settings.enumerated() { frame.slots[slot] = .number(x) }
  }

  private func run(_ steps: [ProblemCode.Step], _ frame: Frame, _ record: inout ProblemRecord)
    throws
  {
    for step in steps {
      switch step {
      case .statement(let statement): _ = try statement.execute(frame)
      case .goal(let node):
        let value = try goalValue(try node.evaluate(frame), node.span)
        record.goal = value
        record.objective = goal.sense == .maximize ? value : -value
      case .subject(let i, let constraint, let span):
        record.constraints += try entries(subjects[i].name, constraint, span, frame)
      }
    }
  }

  private func goalValue(_ value: Value, _ span: Span) throws -> Double {
    guard case .number(let x) = value else {
      throw Diagnostic(
        .badGoal, "the goal `\(goal.name)` is a number, not \(value.phrase)", at: span,
        advice: value.goalAdvice)
    }
    if x.isFinite { return x }
    throw Diagnostic(
      .badGoal, "the goal `\(goal.name)` came out as \(NumberText.exact(x))", at: span,
      advice: "look for a division by zero, or a logarithm or root of a negative number")
  }

  // MARK: Constraints

  private typealias Entry = ProblemRecord.Constraint

  private func entries(
    _ name: String, _ constraint: ProblemCode.Constraint, _ span: Span, _ frame: Frame
  ) throws -> [ProblemRecord.Constraint] {
    switch constraint {
    case .indicator(let node):
      return try answers(name, try node.evaluate(frame), node.span)
    case .comparison(let left, let op, let right):
      let a = try left.evaluate(frame)
      let b = try right.evaluate(frame)
      return try comparison(name, a, op, b, span)
    case .membership(let item, let container):
      let value = try item.evaluate(frame)
      let container = try container.evaluate(frame)
      guard case .range(let range) = container else {
        return [indicator(name, try Operators.contains(container, value, span))]
      }
      // Each bound has a name of its own: under one, records would keep one of the two.
      return try comparison(name, value, .atLeast, .number(range.lower), span, end: "_low")
        + comparison(name, value, .atMost, .number(range.upper), span, end: "_high")
    }
  }

  /// - Parameter end: which end of a range this is, as its entries' names tell.
  private func comparison(
    _ name: String, _ a: Value, _ op: Operators.Comparison, _ b: Value, _ span: Span,
    end: String = ""
  ) throws -> [Entry] {
    func entry(_ index: String, _ x: Double, _ y: Double) throws -> Entry {
      var entry = try violation(name + index, x, op, y, span)
      entry.name = name + end + index
      return entry
    }
    switch (a, b) {
    case (.number(let x), .number(let y)): return [try entry("", x, y)]
    case (.duration(let x), .duration(let y)): return [try entry("", x, y)]
    case (.vector(let xs), .number(let y)):
      return try xs.enumerated().map { try entry("[\($0)]", $1, y) }
    case (.number(let x), .vector(let ys)):
      return try ys.enumerated().map { try entry("[\($0)]", x, $1) }
    case (.vector(let xs), .vector(let ys)) where xs.count == ys.count:
      return try zip(xs, ys).enumerated().map { try entry("[\($0)]", $1.0, $1.1) }
    default: return try answers(name, try Operators.compare(op, a, b, span), span)
    }
  }

  private func violation(
    _ name: String, _ x: Double, _ op: Operators.Comparison, _ y: Double, _ span: Span
  ) throws -> Entry {
    let amount =
      switch op {
      case .atMost, .less: x - y
      case .atLeast, .greater: y - x
      case .equal, .unequal: abs(x - y)
      }
    if amount.isNaN {
      throw Diagnostic(
        .badSubject, "the constraint `\(name)` came out as nan", at: span,
        advice: "look for a division by zero, or a logarithm or root of a negative number")
    }
    // What has to be less and is equal is violated, by as little as can be told.
    let isStrict = op == .less || op == .greater
    return Entry(
      name: name, label: name, kind: .violation,
      violation: isStrict && amount == 0 ? max(x.ulp, .leastNormalMagnitude) : amount, value: x)
  }

  private func answers(_ name: String, _ value: Value, _ span: Span) throws -> [Entry] {
    switch value {
    case .bool(let holds): return [indicator(name, holds)]
    case .list(let items) where !items.isEmpty && items.allSatisfy(\.isBool):
      return items.enumerated().map { i, item in
        if case .bool(true) = item { return indicator("\(name)[\(i)]", true) }
        return indicator("\(name)[\(i)]", false)
      }
    default:
      throw Diagnostic(
        .badSubject, "the constraint `\(name)` is a comparison or true/false, not \(value.phrase)",
        at: span, advice: "write what must hold, as in `subject to \(name): … <= 0`")
    }
  }

  private func indicator(_ name: String, _ holds: Bool) -> Entry {
    Entry(name: name, label: name, kind: .indicator, violation: holds ? 0 : 1, value: nil)
  }
}

extension Value {
  fileprivate var goalAdvice: String? {
    switch self {
    case .vector: "reduce the vector to one number, as sum(…) or norm(…) does"
    case .bool: "for a yes/no, write `if … then 1 else 0`"
    default: nil
    }
  }
}
