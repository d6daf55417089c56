import Core

/// A running script or prompt: its variables, modules and random numbers.
///
/// Used by one thread at a time. Inputs given one after the other see each other's variables.
public final class Session {
  /// How an input ended.
  public enum Status: Sendable {
    case completed
    /// Errors were found before anything ran.
    case refused
    case failed
    case cancelled
  }

  /// What came of an input.
  public struct Outcome: Sendable {
    /// How it ended.
    public var status: Status
    /// The value of the last statement, where that was an expression.
    public var value: Value?
    /// Whether the value is to be shown: it is not none and no `;` follows it.
    public var isShown: Bool
    /// Errors and warnings, in order.
    public var diagnostics: [Diagnostic]
  }

  /// The functions scripts can call.
  public let catalog: FunctionCatalog
  /// Where `use` looks.
  public let library: ModuleLibrary
  /// What scripts meet of the outside.
  public var environment: ScriptEnvironment
  /// The session's random numbers.
  public let random: RandomSource
  var globals = GlobalTable()
  private var modules: [String: Module] = [:]
  private var loading: [String] = []

  /// A session without variables. The language's own functions (`CoreFunctions`) and `help` are
  /// added to `functions`.
  public init(
    functions: [FunctionCatalog.Family] = [], library: ModuleLibrary = ModuleLibrary(),
    environment: ScriptEnvironment = ScriptEnvironment(), seed: UInt64 = 0
  ) {
    var catalog = FunctionCatalog(CoreFunctions.families + functions)
    for constant in CoreFunctions.constants { catalog.add(constant) }
    catalog.add(HelpFunctions.family(HelpIndex(catalog: catalog, library: library)))
    self.catalog = catalog
    self.library = library
    self.environment = environment
    random = RandomSource(RandomStream(seed: seed))
  }

  /// Forgets all variables and modules, and starts the random numbers again.
  public func reset(seed: UInt64 = 0) {
    globals = GlobalTable()
    modules = [:]
    random.seed(seed)
  }

  /// Runs a source.
  ///
  /// - Parameters:
  ///   - onValue: given the value of each expression that stands on its own at the top level and is to
  ///     be shown, as soon as it is there.
  ///   - onWarnings: given the warnings, if there are any, before anything runs.
  /// - Returns: how it ended, with all diagnostics, warnings first; variables set before an error keep
  ///   their values.
  public func evaluate(
    _ source: SourceFile, onValue: ((Value, Span) -> Void)? = nil,
    onWarnings: (([Diagnostic]) -> Void)? = nil
  ) -> Outcome {
    let (unit, diagnostics) = prepare(source)
    guard let unit else {
      return Outcome(status: .refused, value: nil, isShown: false, diagnostics: diagnostics)
    }
    globals = unit.globals
    if !diagnostics.isEmpty { onWarnings?(diagnostics) }
    return run(unit, diagnostics, onValue)
  }

  /// Runs a text, as an input at the prompt.
  public func evaluate(source text: String, name: String = "input") -> Outcome {
    evaluate(SourceFile(name: name, text: text))
  }

  /// All errors and warnings that can be found without running.
  public func check(_ source: SourceFile) -> [Diagnostic] { prepare(source).diagnostics }

  /// Whether an input is whole; false while a bracket, block or string is open, or an operator
  /// waits for its right side.
  public static func isComplete(_ text: String) -> Bool {
    !Parser.isOpen(SourceFile(name: "input", text: text))
  }

  /// Variables with a value, by name.
  public var variables: [(name: String, value: Value)] {
    globals.entries.filter { !$0.value.isImported }.sorted { $0.key < $1.key }
      .compactMap { name, entry in entry.cell.pointer.pointee.map { (name, $0) } }
  }

  /// The value of a variable.
  public subscript(_ name: String) -> Value? { globals.entries[name]?.cell.pointer.pointee }

  /// Gives a variable a value from outside.
  public func set(_ name: String, _ value: Value) {
    let cell = GlobalCell(name)
    cell.pointer.pointee = value
    globals.entries[name] = GlobalTable.Entry(cell: cell)
  }

  // MARK: Steps

  private func prepare(_ source: SourceFile) -> (unit: Unit?, diagnostics: [Diagnostic]) {
    let (program, syntaxErrors) = Parser.parse(source)
    if !syntaxErrors.isEmpty { return (nil, syntaxErrors) }
    let resolver = Resolver(
      catalog: catalog, library: library, globals: globals, load: loadModule)
    let unit = resolver.resolve(program)
    let hasErrors = resolver.diagnostics.contains { $0.severity == .error }
    return (hasErrors ? nil : unit, Session.inOrder(resolver.diagnostics, of: source))
  }

  /// By place in the source; those of modules come first.
  private static func inOrder(_ diagnostics: [Diagnostic], of source: SourceFile) -> [Diagnostic] {
    let place = { (diagnostic: Diagnostic) -> Int in
      guard let span = diagnostic.span, span.source === source else { return -1 }
      return span.range.lowerBound
    }
    return diagnostics.enumerated().sorted { (place($0.1), $0.0) < (place($1.1), $1.0) }.map(\.1)
  }

  private func run(
    _ unit: Unit, _ warnings: [Diagnostic], _ onValue: ((Value, Span) -> Void)?
  ) -> Outcome {
    var outcome = Outcome(
      status: .completed, value: nil, isShown: false, diagnostics: warnings)
    let machine = Machine(environment: environment, random: random)
    do {
      try machine.withFrame(1, captures: nil, closure: nil) { frame in
        for module in unit.prerequisites {
          try module.run(machine, Span(SourceFile(name: module.name, text: ""), 0..<0))
        }
        for statement in unit.statements {
          outcome.value = nil
          outcome.isShown = false
          guard let expression = statement as? ExpressionStatement else {
            _ = try statement.execute(frame)
            continue
          }
          let value = try expression.expression.evaluate(frame)
          outcome.value = value
          if case .none = value { continue }
          outcome.isShown = !expression.isHidden
          if outcome.isShown { onValue?(value, expression.span) }
        }
      }
    } catch {
      outcome.value = nil
      outcome.isShown = false
      let diagnostic = Session.diagnostic(error)
      outcome.status = diagnostic.isCancellation ? .cancelled : .failed
      outcome.diagnostics.append(diagnostic)
    }
    return outcome
  }

  private static func diagnostic(_ error: any Error) -> Diagnostic {
    switch error {
    case let diagnostic as Diagnostic: diagnostic
    case let failure as Failure: Diagnostic(failure, at: nil)
    default:
      Diagnostic(
        .internalError, "internal error: \(error)", at: nil,
        advice: "please report it with the script that led here")
    }
  }

  // MARK: Modules

  private func loadModule(_ name: String, _ span: Span) throws(ModuleFailure) -> Module {
    if let module = modules[name] { return module }
    if loading.contains(name) {
      let chain = (loading + [name]).map { "`\($0)`" }.joined(separator: " → ")
      throw ModuleFailure(diagnostics: [
        Diagnostic(.moduleCycle, "the modules \(chain) use each other", at: span)
      ])
    }
    guard let source = library.source(name) else {
      throw ModuleFailure(diagnostics: [
        Diagnostic(
          .unknownModule, "no module named `\(name)`", at: span,
          advice: Suggestion.phrase(for: name, among: library.names)
            ?? (library.names.isEmpty
              ? nil : "there are \(library.names.sorted().joined(separator: ", "))"))
      ])
    }
    loading.append(name)
    defer { loading.removeLast() }
    let module = try resolveModule(name, source, span)
    modules[name] = module
    return module
  }

  private func resolveModule(_ name: String, _ source: SourceFile, _ span: Span)
    throws(ModuleFailure) -> Module
  {
    let (program, syntaxErrors) = Parser.parse(source)
    let resolver = Resolver(
      catalog: catalog, library: library, globals: GlobalTable(), load: loadModule)
    let unit = resolver.resolve(program)
    let errors = syntaxErrors + resolver.diagnostics.filter { $0.severity == .error }
    if !errors.isEmpty {
      throw ModuleFailure(
        diagnostics: errors + [
          Diagnostic(.moduleFailed, "the module `\(name)` has errors", at: span)
        ])
    }
    let own = unit.globals.entries.filter { !$0.value.isImported && !$0.key.hasPrefix("_") }
    return Module(
      name: name, exports: own.mapValues(\.cell), statements: unit.statements,
      prerequisites: unit.prerequisites)
  }
}
