/// One named option of a method or function, as data: checks, help, completion and the reference
/// page all come from it.
public struct OptionSpec: Sendable {
  /// What values the option takes.
  public enum Kind: Sendable, Equatable {
    case integer(ClosedRange<Int>)
    case real(ClosedRange<Double>)
    case flag
    case text
    case choice([String])

    /// The kind in words, e.g. "a whole number from 1 to 500".
    public var phrase: String {
      switch self {
      case .integer(let range):
        Self.phrase(
          "a whole number", range.lowerBound == .min ? nil : "\(range.lowerBound)",
          range.upperBound == .max ? nil : "\(range.upperBound)")
      case .real(let range):
        Self.phrase(
          "a number",
          range.lowerBound.isFinite ? OptionValue.real(range.lowerBound).phrase : nil,
          range.upperBound.isFinite ? OptionValue.real(range.upperBound).phrase : nil)
      case .flag: "true or false"
      case .text: "a text"
      case .choice(let names):
        "one of " + names.map { "\"\($0)\"" }.joined(separator: ", ")
      }
    }

    private static func phrase(_ what: String, _ low: String?, _ high: String?) -> String {
      switch (low, high) {
      case (let low?, let high?): "\(what) from \(low) to \(high)"
      case (let low?, nil): "\(what) of at least \(low)"
      case (nil, let high?): "\(what) of at most \(high)"
      case (nil, nil): what
      }
    }
  }

  /// The name scripts give it by.
  public var name: String
  /// What values it takes.
  public var kind: Kind
  /// The value used when the option is not given; nil where the method decides.
  public var standard: OptionValue?
  /// One line of help, without a full stop.
  public var doc: String

  /// An option; `standard` nil means that the method decides.
  public init(_ name: String, _ kind: Kind, default standard: OptionValue? = nil, _ doc: String) {
    self.name = name
    self.kind = kind
    self.standard = standard
    self.doc = doc
  }

  /// Checks one value against the option's kind.
  /// - Throws: `.badArgument` that names the option and what it takes.
  public func check(_ value: OptionValue) throws(Failure) -> OptionValue {
    switch (kind, value) {
    case (.integer(let range), .real(let x))
    where x == x.rounded() && abs(x) < 1e15 && range.contains(Int(x)):
      return .integer(Int(x))
    case (.integer(let range), .integer(let n)) where range.contains(n): return value
    case (.real(let range), .real(let x)) where range.contains(x): return value
    case (.real(let range), .integer(let n)) where range.contains(Double(n)):
      return .real(Double(n))
    case (.flag, .flag), (.text, .text): return value
    case (.choice(let names), .text(let text)):
      if names.contains(text) { return value }
      throw Failure(
        .badArgument, "`\(name)` is \(kind.phrase), not \"\(text)\"",
        advice: Suggestion.phrase(for: text, among: names))
    default: break
    }
    throw Failure(.badArgument, "`\(name)` is \(kind.phrase), not \(value.phrase)")
  }
}

/// An option's value.
public enum OptionValue: Sendable, Equatable, Codable {
  case integer(Int)
  case real(Double)
  case flag(Bool)
  case text(String)

  /// The value as a user would write it.
  public var phrase: String {
    switch self {
    case .integer(let n): "\(n)"
    case .real(let x): x == x.rounded() && abs(x) < 1e15 ? "\(Int(x))" : "\(x)"
    case .flag(let flag): "\(flag)"
    case .text(let text): "\"\(text)\""
    }
  }

  /// What `phrase` was made of; nil for a text that no value has.
  public init?(phrase: String) {
    if let n = Int(phrase) {
      self = .integer(n)
    } else if let x = Double(phrase) {
      self = .real(x)
    } else if let flag = Bool(phrase) {
      self = .flag(flag)
    } else if phrase.count > 1, phrase.hasPrefix("\""), phrase.hasSuffix("\"") {
      self = .text(String(phrase.dropFirst().dropLast()))
    } else {
      return nil
    }
  }
}

/// Options that were given, checked against their specs and completed with the defaults.
public struct Options: Sendable, Equatable {
  private var values: [String: OptionValue] = [:]
  /// Those that were given and are not the default.
  public private(set) var chosen: [String: OptionValue] = [:]

  /// Checks `given` and fills in defaults.
  /// - Throws: `.unknownName` for an option not in `specs` (with a suggestion), `.badArgument` for a
  ///   value that does not fit.
  public init(_ given: [String: OptionValue], specs: [OptionSpec]) throws(Failure) {
    for spec in specs { values[spec.name] = spec.standard }
    for (name, value) in given.sorted(by: { $0.key < $1.key }) {
      guard let spec = specs.first(where: { $0.name == name }) else {
        throw Failure(
          .unknownName, "there is no option `\(name)`",
          advice: Suggestion.phrase(for: name, among: specs.map(\.name)))
      }
      let value = try spec.check(value)
      values[name] = value
      if value != spec.standard { chosen[name] = value }
    }
  }

  /// Whether the option has a value, given or by default.
  public func contains(_ name: String) -> Bool { values[name] != nil }
  /// The value of an option, if it has one.
  public subscript(_ name: String) -> OptionValue? { values[name] }

  /// A value that its spec guarantees to be there and of this type.
  public func integer(_ name: String) -> Int {
    guard case .integer(let n)? = values[name] else { preconditionFailure("no integer \(name)") }
    return n
  }

  /// A number that its spec guarantees to be there.
  public func real(_ name: String) -> Double {
    guard case .real(let x)? = values[name] else { preconditionFailure("no real \(name)") }
    return x
  }

  /// A flag that its spec guarantees to be there.
  public func flag(_ name: String) -> Bool {
    guard case .flag(let flag)? = values[name] else { preconditionFailure("no flag \(name)") }
    return flag
  }

  /// A text that its spec guarantees to be there.
  public func text(_ name: String) -> String {
    guard case .text(let text)? = values[name] else { preconditionFailure("no text \(name)") }
    return text
  }

  /// The values in the form a checkpoint stores.
  public var stored: [String: OptionValue] { values }
}
