import Core

/// The variables of a script or session that code is resolved against.
struct GlobalTable {
  struct Entry {
    var cell: GlobalCell
    /// Brought in from a module: assigning the name makes a new variable.
    var isImported = false
  }

  var entries: [String: Entry] = [:]
}

/// Code that can run: the result of resolving one source.
struct Unit {
  var statements: [StatementNode]
  /// Modules whose functions are called without a `use`.
  var prerequisites: [Module]
  var globals: GlobalTable
}

/// Gives every name its meaning, checks what can be checked before running, and builds the code.
final class Resolver {
  let catalog: FunctionCatalog
  let library: ModuleLibrary
  /// Loads a module, at a place of the text.
  let load: (String, Span) throws(ModuleFailure) -> Module
  var globals: GlobalTable
  var diagnostics: [Diagnostic] = []
  var prerequisites: [Module] = []
  /// Functions that this source defines once and never assigns: their calls are checked.
  var declared: [String: FunctionSignature] = [:]
  /// All functions this source declares.
  var functionNames: Set<String> = []
  /// Names this source gives values to.
  var redefined: Set<String> = []
  /// The name that the lambda resolved next is assigned to.
  var lambdaName: String?
  /// Problems whose bodies do not mention their candidates, until all functions are known.
  var unusedCandidates: [UnusedCandidate] = []
  /// The code of all functions of this source.
  var functionCodes: [FunctionCode] = []
  /// What a newly assigned name meant before.
  private var previous: [String: GlobalCell] = [:]

  init(
    catalog: FunctionCatalog, library: ModuleLibrary, globals: GlobalTable,
    load: @escaping (String, Span) throws(ModuleFailure) -> Module
  ) {
    self.catalog = catalog
    self.library = library
    self.globals = globals
    self.load = load
  }

  /// Resolves a program. Where there are errors among the `diagnostics`, the unit must not run.
  func resolve(_ program: Program) -> Unit {
    let names = AssignedNames.collect(program.statements)
    importModules(program.statements)
    for name in names.variables + names.others { define(name) }
    for name in names.changed where globals.entries[name]?.isImported == true { define(name) }
    redefined = Set(names.counts.keys)
    noteFunctions(program.statements, names)
    let top = Scope(.top, parent: nil)
    let statements = program.statements.compactMap { statement($0, top) }
    warnOfUnusedCandidates()
    return Unit(statements: statements, prerequisites: prerequisites, globals: globals)
  }

  private func define(_ name: String) {
    if let entry = globals.entries[name] {
      guard entry.isImported else { return }
      previous[name] = entry.cell
    }
    globals.entries[name] = GlobalTable.Entry(cell: GlobalCell(name))
  }

  private func noteFunctions(_ statements: [Statement], _ names: AssignedNames.Names) {
    for statement in statements {
      guard case .function(let function) = statement.kind else { continue }
      functionNames.insert(function.name)
      if names.counts[function.name] == 1 {
        declared[function.name] = Resolver.signature(function.parameters)
      }
    }
  }

  static func signature(_ parameters: [ParameterSyntax]) -> FunctionSignature {
    FunctionSignature(
      parameters.map {
        Parameter(
          $0.name, type: "", doc: "",
          kind: $0.standard.map { .optional(shown: $0.span.text) } ?? .required)
      })
  }

  // MARK: Modules

  private func importModules(_ statements: [Statement]) {
    for statement in statements {
      guard case .use(let name, let span) = statement.kind else { continue }
      do {
        try bring(load(name, span))
      } catch {
        diagnostics += error.diagnostics
      }
    }
  }

  private func bring(_ module: Module) {
    for (name, cell) in module.exports {
      globals.entries[name] = GlobalTable.Entry(cell: cell, isImported: true)
    }
  }

  /// A function that a module provides without being named by `use`.
  private func automatic(_ name: String, _ span: Span) -> GlobalTable.Entry? {
    guard let moduleName = library.automatic[name] else { return nil }
    do {
      let module = try load(moduleName, span)
      if !prerequisites.contains(where: { $0 === module }) { prerequisites.append(module) }
      guard let cell = module.exports[name] else { return nil }
      let entry = GlobalTable.Entry(cell: cell, isImported: true)
      globals.entries[name] = entry
      return entry
    } catch {
      diagnostics += error.diagnostics
      return nil
    }
  }

  // MARK: Names

  /// Code that reads a name; nil when it means nothing.
  func read(_ name: String, _ span: Span, _ scope: Scope) -> Node? {
    scope.mentioned.insert(name)
    guard let slot = scope.slots[name] else { return readOuter(name, span, scope) }
    let isCertain = scope.assigned.contains(name)
    return LocalNode(
      name, slot: slot, outer: isCertain ? nil : readOuter(name, span, scope), span)
  }

  private func readOuter(_ name: String, _ span: Span, _ scope: Scope) -> Node? {
    if scope.isTop { return readGlobal(name, span, scope) }
    if scope.selfName == name { return SelfNode(span) }
    guard let parent = scope.parent else { return nil }
    if parent.ownsOrInherits(name) {
      guard let source = read(name, span, parent) else { return nil }
      return CaptureNode(name, index: scope.addCapture(name, source), live: nil, span)
    }
    if scope.capturesGlobals, isCaptured(name, scope), let source = read(name, span, parent) {
      let live = readGlobal(name, span, scope)
      return CaptureNode(name, index: scope.addCapture(name, source), live: live, span)
    }
    parent.mentioned.insert(name)
    return readGlobal(name, span, scope)
  }

  /// Whether a name is a variable of the script, rather than a function of it or of a module.
  private func isCaptured(_ name: String, _ scope: Scope) -> Bool {
    guard let entry = globals.entries[name], !entry.isImported else { return false }
    if functionNames.contains(name) || scope.isLive(name) { return false }
    if !redefined.contains(name), case .function? = entry.cell.pointer.pointee { return false }
    return true
  }

  private func readGlobal(_ name: String, _ span: Span, _ scope: Scope) -> Node? {
    if let entry = globals.entries[name] {
      scope.uses.globals.append(entry.cell)
      let before = previous[name].map { GlobalNode($0, outer: nil, span) }
      return GlobalNode(entry.cell, outer: before ?? builtIn(name, span, scope), span)
    }
    if let builtIn = builtIn(name, span, scope) { return builtIn }
    guard let entry = automatic(name, span) else { return nil }
    scope.uses.globals.append(entry.cell)
    return GlobalNode(entry.cell, outer: nil, span)
  }

  private func builtIn(_ name: String, _ span: Span, _ scope: Scope) -> Node? {
    if let native = catalog[name] {
      scope.uses.natives.append(native)
      return ConstantNode(.function(.native(native)), span)
    }
    return catalog.constants[name].map { ConstantNode($0.value, span) }
  }

  /// All names that mean something in a scope.
  private func known(_ scope: Scope) -> [String] {
    var names = Array(globals.entries.keys) + catalog.names + Array(catalog.constants.keys)
    names += library.automatic.keys
    var current: Scope? = scope
    while let here = current {
      names += here.slots.keys
      current = here.parent
    }
    return names
  }

  func note(
    _ code: DiagnosticCode, _ message: String, _ span: Span, advice: String? = nil,
    severity: Diagnostic.Severity = .error
  ) {
    diagnostics.append(
      Diagnostic(code, message, at: span, advice: advice, severity: severity))
  }

  func noteUnknown(_ name: String, _ span: Span, _ scope: Scope, isCall: Bool) {
    let advice =
      ForeignWords.advice[name] ?? Suggestion.phrase(for: name, among: known(scope).sorted())
    if isCall {
      note(.unknownFunction, "no function named `\(name)`", span, advice: advice)
    } else {
      note(
        .unknownName, "no variable or function named `\(name)`", span,
        advice: advice ?? "give it a value first, or write \"\(name)\" for text")
    }
  }
}

/// Why a module could not be brought in.
struct ModuleFailure: Error {
  var diagnostics: [Diagnostic]
}
