import Core

/// One parameter of a function, as data: binding, checks, help and completion come from it.
public struct Parameter: Sendable {
  /// Whether a call must, may, or may repeatedly give it.
  public enum Kind: Sendable, Equatable {
    case required
    /// The default as help shows it, e.g. `10`; nil where the function decides.
    case optional(shown: String?)
    /// Takes all further positional arguments.
    case variadic
  }

  /// What a call names it by, snake_case.
  public var name: String
  /// What it takes, in words, e.g. "a whole number of at least 1".
  public var type: String
  /// One line of help, without a full stop.
  public var doc: String
  /// Whether a call must give it.
  public var kind: Kind
  /// Whether it can only be given as `name: value`.
  public var isNamedOnly: Bool
  /// All that it may be, as scripts write it (`"published"`, `true`); empty where that is no short
  /// list.
  public var choices: [String] = []

  /// A parameter with all its properties.
  public init(
    _ name: String, type: String, doc: String, kind: Kind = .required, isNamedOnly: Bool = false
  ) {
    self.name = name
    self.type = type
    self.doc = doc
    self.kind = kind
    self.isNamedOnly = isNamedOnly
  }

  /// A parameter that every call gives.
  public static func required(_ name: String, _ type: String, _ doc: String) -> Parameter {
    Parameter(name, type: type, doc: doc)
  }

  /// A parameter with a default; `shown` is the default as help prints it.
  public static func optional(
    _ name: String, _ type: String, default shown: String? = nil, _ doc: String
  ) -> Parameter {
    Parameter(name, type: type, doc: doc, kind: .optional(shown: shown))
  }

  /// A parameter with a default that must be given by name.
  public static func named(
    _ name: String, _ type: String, default shown: String? = nil, _ doc: String
  ) -> Parameter {
    Parameter(name, type: type, doc: doc, kind: .optional(shown: shown), isNamedOnly: true)
  }

  /// All further positional arguments.
  public static func variadic(_ name: String, _ type: String, _ doc: String) -> Parameter {
    Parameter(name, type: type, doc: doc, kind: .variadic)
  }

  /// The named parameter of an option of a method.
  public init(_ option: OptionSpec) {
    self.init(
      option.name, type: option.kind.phrase, doc: option.doc,
      kind: .optional(shown: option.standard?.phrase), isNamedOnly: true)
    switch option.kind {
    case .choice(let names): choices = names.map { OptionValue.text($0).phrase }
    case .flag: choices = ["true", "false"]
    case .integer, .real, .text: break
    }
  }
}
