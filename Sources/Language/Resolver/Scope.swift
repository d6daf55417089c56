/// The names of one function while it is resolved.
final class Scope {
  enum Kind {
    case top
    case function
    case lambda
    case problem
  }

  let kind: Kind
  let parent: Scope?
  /// Slots of parameters and of names the function assigns.
  private(set) var slots: [String: Int] = [:]
  private(set) var slotCount = 0
  /// Captured names and where their values are found in the parent.
  private(set) var captures: [String: Int] = [:]
  private(set) var sources: [Node] = []
  /// The function's own name, when it stands inside another.
  var selfName: String?
  /// Names that are looked up when called although the function captures others: the name a
  /// lambda is being assigned to.
  var liveNames: Set<String> = []
  /// Names that were certainly or possibly given a value by what was resolved so far.
  var assigned: Set<String> = []
  /// Names that were looked up, to see whether a problem uses its candidate.
  var mentioned: Set<String> = []
  var uses = CodeUses()
  var loopDepth = 0
  var blockDepth = 0

  init(_ kind: Kind, parent: Scope?) {
    self.kind = kind
    self.parent = parent
  }

  var isTop: Bool { kind == .top }

  /// Whether variables of the script are captured: by lambdas, problems and inner functions, which
  /// keep the values of when they were made; a function of the script sees the current ones.
  var capturesGlobals: Bool {
    kind != .top && !(kind == .function && parent?.isTop == true)
  }

  func addSlot(_ name: String) -> Int {
    if let slot = slots[name] { return slot }
    slots[name] = slotCount
    slotCount += 1
    return slotCount - 1
  }

  func addCapture(_ name: String, _ source: Node) -> Int {
    if let index = captures[name] { return index }
    captures[name] = sources.count
    sources.append(source)
    return sources.count - 1
  }

  /// Whether this scope or one around it, short of the script, has a variable of this name.
  func ownsOrInherits(_ name: String) -> Bool {
    if isTop { return false }
    return slots[name] != nil || selfName == name || parent?.ownsOrInherits(name) ?? false
  }

  func isLive(_ name: String) -> Bool {
    liveNames.contains(name) || parent?.isLive(name) ?? false
  }
}

/// Collects the names that statements give values to.
enum AssignedNames {
  struct Names {
    /// Assigned by `=`, in order.
    var variables: [String] = []
    /// Loop variables, functions and problems.
    var others: [String] = []
    /// Roots of `x += …` and `x[i] = …`.
    var changed: [String] = []
    /// How often each is defined.
    var counts: [String: Int] = [:]

    mutating func add(_ name: String, to list: WritableKeyPath<Names, [String]>) {
      if !self[keyPath: list].contains(name) { self[keyPath: list].append(name) }
      counts[name, default: 0] += 1
    }
  }

  static func collect(_ statements: [Statement]) -> Names {
    var names = Names()
    for statement in statements { visit(statement, &names) }
    return names
  }

  static func visit(_ statement: Statement, _ names: inout Names) {
    switch statement.kind {
    case .assign(let target, let operation, _):
      if case .name(let name) = target.kind, operation == nil {
        names.add(name, to: \.variables)
      } else if let root = root(target) {
        names.changed.append(root)
        names.counts[root, default: 0] += 1
      }
    case .function(let function): names.add(function.name, to: \.others)
    case .problem(let problem): names.add(problem.name, to: \.others)
    case .forLoop(let name, _, _, let body):
      names.add(name, to: \.others)
      for inner in body { visit(inner, &names) }
    case .whileLoop(_, let body): for inner in body { visit(inner, &names) }
    case .choice(_, let yes, let no): for inner in yes + no { visit(inner, &names) }
    default: break
    }
  }

  static func root(_ target: Expression) -> String? {
    switch target.kind {
    case .name(let name): name
    case .index(let object, _), .member(let object, _, _): root(object)
    default: nil
    }
  }
}
