import Core

extension Arguments {
  /// The failure of an argument that is not what the function takes.
  public func mismatch(_ name: String, _ expected: String) -> Failure {
    let got = given(name).map { ", not \($0.phrase)" } ?? ", and is missing"
    return Failure(.badArgument, "`\(name)` is \(expected)\(got)")
  }

  private func read<T>(
    _ name: String, _ standard: T?, _ expected: String, _ convert: (Value) -> T?
  ) throws(Failure) -> T {
    guard has(name), let value = given(name) else {
      if let standard { return standard }
      throw mismatch(name, expected)
    }
    if let result = convert(value) { return result }
    throw mismatch(name, expected)
  }

  /// A number, within `range` where one is given.
  public func number(
    _ name: String, in range: ClosedRange<Double>? = nil, default standard: Double? = nil
  ) throws(Failure) -> Double {
    let kind = OptionSpec.Kind.real(range ?? -Double.infinity...Double.infinity)
    return try read(name, standard, kind.phrase) {
      if case .number(let x) = $0, range?.contains(x) ?? true { x } else { nil }
    }
  }

  /// A whole number within `range`.
  public func integer(
    _ name: String, in range: ClosedRange<Int> = Int.min...Int.max, default standard: Int? = nil
  ) throws(Failure) -> Int {
    let phrase = range.lowerBound == .min ? "a whole number" : OptionSpec.Kind.integer(range).phrase
    return try read(name, standard, phrase) {
      guard case .number(let x) = $0, let n = Int(exactly: x), range.contains(n) else { return nil }
      return n
    }
  }

  /// True or false.
  public func bool(_ name: String, default standard: Bool? = nil) throws(Failure) -> Bool {
    try read(name, standard, "true or false") { if case .bool(let flag) = $0 { flag } else { nil } }
  }

  /// A string.
  public func string(_ name: String, default standard: String? = nil) throws(Failure) -> String {
    try read(name, standard, "a string") { if case .string(let text) = $0 { text } else { nil } }
  }

  /// One of several strings; the failure suggests the one meant.
  public func choice(
    _ name: String, of choices: [String], default standard: String? = nil
  ) throws(Failure) -> String {
    let text = try string(name, default: standard)
    if choices.contains(text) { return text }
    let names = choices.map { "\"\($0)\"" }.joined(separator: ", ")
    throw Failure(
      .badArgument, "`\(name)` is one of \(names), not \"\(text)\"",
      advice: Suggestion.phrase(for: text, among: choices))
  }

  /// A length of time, in seconds.
  public func seconds(_ name: String, default standard: Double? = nil) throws(Failure) -> Double {
    try read(name, standard, "a duration such as 30s or 10min") {
      if case .duration(let seconds) = $0 { seconds } else { nil }
    }
  }

  /// A list.
  public func list(_ name: String, default standard: [Value]? = nil) throws(Failure) -> [Value] {
    try read(name, standard, "a list") { if case .list(let items) = $0 { items } else { nil } }
  }

  /// A list of strings.
  public func strings(_ name: String, default standard: [String]? = nil) throws(Failure) -> [String]
  {
    try read(name, standard, "a list of strings") { $0.strings }
  }

  /// Numbers, given as a vector, a list of numbers or a range of whole numbers.
  public func numbers(_ name: String, default standard: [Double]? = nil) throws(Failure) -> [Double]
  {
    try read(name, standard, "a vector or a list of numbers") { $0.numbers }
  }

  /// A record.
  public func record(_ name: String, default standard: Record? = nil) throws(Failure) -> Record {
    try read(name, standard, "a record") { if case .record(let r) = $0 { r } else { nil } }
  }

  /// A range.
  public func range(_ name: String, default standard: NumberRange? = nil) throws(Failure)
    -> NumberRange
  {
    try read(name, standard, "a range such as 1...5") {
      if case .range(let r) = $0 { r } else { nil }
    }
  }

  /// A table.
  public func table(_ name: String) throws(Failure) -> Table {
    try read(name, nil, "a table") { if case .table(let table) = $0 { table } else { nil } }
  }

  /// A problem.
  public func problem(_ name: String) throws(Failure) -> ProblemValue {
    try read(name, nil, "a problem") { if case .problem(let problem) = $0 { problem } else { nil } }
  }

  /// Anything that can be called: a function or a callable host object.
  public func function(_ name: String) throws(Failure) -> Value {
    try read(name, nil, "a function such as x -> x + 1") { $0.isCallable ? $0 : nil }
  }

  /// A host object of one type, e.g. `host("flow", as: FlowHandle.self, "a flow")`.
  public func host<T: HostObject>(_ name: String, as type: T.Type, _ expected: String)
    throws(Failure) -> T
  {
    try read(name, nil, expected) { if case .host(let object) = $0 { object as? T } else { nil } }
  }

  /// The given options of a method, checked and completed with their defaults.
  public func options(_ specs: [OptionSpec]) throws(Failure) -> Options {
    var chosen: [String: OptionValue] = [:]
    for spec in specs where has(spec.name) {
      switch given(spec.name) {
      case .number(let x): chosen[spec.name] = .real(x)
      case .bool(let flag): chosen[spec.name] = .flag(flag)
      case .string(let text): chosen[spec.name] = .text(text)
      default: throw mismatch(spec.name, spec.kind.phrase)
      }
    }
    return try Options(chosen, specs: specs)
  }
}

extension Value {
  /// The most elements a list or vector may have: above it memory would be gone before the user
  /// could press Ctrl-C.
  static let longestList = 100_000_000

  /// The numbers of a vector, a list of numbers or a range of whole numbers; nil for the rest.
  public var numbers: [Double]? {
    switch self {
    case .vector(let numbers): return numbers
    case .list(let items):
      var result: [Double] = []
      result.reserveCapacity(items.count)
      for item in items {
        guard case .number(let x) = item else { return nil }
        result.append(x)
      }
      return result
    case .range(let range):
      guard let integers = range.integers, integers.count <= Value.longestList else { return nil }
      return integers.map(Double.init)
    default: return nil
    }
  }

  /// The strings of a list of strings; nil for the rest.
  public var strings: [String]? {
    guard case .list(let items) = self else { return nil }
    var result: [String] = []
    result.reserveCapacity(items.count)
    for item in items {
      guard case .string(let text) = item else { return nil }
      result.append(text)
    }
    return result
  }

  /// Whether `value(...)` means something.
  public var isCallable: Bool {
    switch self {
    case .function, .problem: true
    case .host(let object): object.signature != nil
    default: false
    }
  }
}
