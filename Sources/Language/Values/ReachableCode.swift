extension ProblemValue {
  /// Whether candidates may be evaluated on several threads at once with the same results:
  /// nothing the body calls prints, draws from the script's own stream or writes.
  ///
  /// Functions that the body receives as values are looked into as well; what a host object does
  /// when called cannot be known, so such a body counts as unsafe.
  public var isParallelSafe: Bool { reachable.isPure }

  /// Names of what the body reads with `measured("…")`, itself or in functions it calls, in order of
  /// appearance: a candidate is evaluated once all of them are known.
  public var measuredNames: [String] { reachable.measured }

  /// Whether an evaluation takes more than this program: something is measured, or an outside program runs.
  public var reachesOutside: Bool { reachable.reachesOutside }

  /// Constraints that are not required although they are computed from the candidate alone.
  public var computedSubjects: [Subject] {
    zip(subjects, body.slices).compactMap { subject, slice in
      let code = reachable(slice)
      return subject.isRequired || code.reachesOutside || !code.isPure ? nil : subject
    }
  }

  /// Checks that what is required is computed from the candidate alone.
  func checkRequirement() throws {
    guard let requirement = body.requirement else { return }
    let code = reachable(requirement)
    let what =
      if let name = code.measured.first {
        "measured(\"\(name)\")"
      } else {
        code.others.first.map { "`\($0)`" }
      }
    guard let what else { return }
    let place = requirement.steps.lazy.compactMap { step in
      if case .subject(let i, _, let span) = step, self.subjects[i].isRequired { span } else { nil }
    }.first
    throw Diagnostic(
      .requirementNotComputed,
      "what `\(name)` requires needs \(what), which has to wait for an evaluation",
      at: place ?? span,
      advice: "write `subject to` for what is known only by then")
  }

  private var reachable: ReachableCode {
    var code = ReachableCode()
    code.add(.problem(self))
    return code
  }

  private func reachable(_ slice: ProblemCode.Slice) -> ReachableCode {
    var code = ReachableCode()
    code.add(slice.uses)
    for place in slice.captures.sorted() {
      if let value = captures[place] { code.add(value) }
    }
    return code
  }
}

extension Value {
  /// Whether a function may be called on several threads at once with the same results; see
  /// `ProblemValue.isParallelSafe`.
  public var isParallelSafe: Bool {
    var code = ReachableCode()
    code.add(self)
    return code.isPure
  }
}

extension CodeUses {
  /// Whether the code, or a function that it can be seen to call, reads what is measured.
  var measuresSomething: Bool {
    var code = ReachableCode()
    code.add(self)
    return !code.measured.isEmpty
  }
}

/// What a value may run when it is called, found by following what its code refers to.
private struct ReachableCode {
  /// Nothing in it has an order that matters.
  private(set) var isPure = true
  private var runsPrograms = false
  /// Something is measured, or an outside program runs.
  var reachesOutside: Bool { runsPrograms || !measured.isEmpty }
  /// What does more than compute: names of functions.
  private(set) var others: [String] = []
  /// Names of what it reads with `measured("…")`.
  private(set) var measured: [String] = []
  private var seen: Set<ObjectIdentifier> = []

  mutating func add(_ value: Value) {
    switch value {
    case .function(.native(let native)): add(native)
    case .function(.closure(let closure)):
      if isNew(closure) {
        add(closure.captures)
        add(closure.code)
      }
    case .problem(let problem):
      if isNew(problem) {
        add(problem.captures)
        add(problem.body.uses)
      }
    case .host(let object):
      if object.signature != nil { isPure = false }
    case .list(let items):
      for item in items { add(item) }
    case .record(let record):
      for item in record.values { add(item) }
    default: break
    }
  }

  private mutating func add(_ native: NativeFunction) {
    if native.effect == .ordered { isPure = false }
    if native.effect == .outside { runsPrograms = true }
    if native.effect != .none, !others.contains(native.name) { others.append(native.name) }
  }

  private mutating func add(_ code: FunctionCode) {
    if isNew(code) { add(code.uses) }
  }

  mutating func add(_ uses: CodeUses) {
    for native in uses.natives { add(native) }
    for name in uses.measured where !measured.contains(name) { measured.append(name) }
    for function in uses.functions { add(function) }
    add(uses.globals.map(\.pointer.pointee))
  }

  private mutating func add(_ values: [Value?]) {
    for case let value? in values { add(value) }
  }

  private mutating func isNew(_ object: AnyObject) -> Bool {
    seen.insert(ObjectIdentifier(object)).inserted
  }
}
