import Core

/// All native functions a session knows, by family.
public struct FunctionCatalog: Sendable {
  /// Functions that belong together, e.g. "math", "tables", "flows".
  public struct Family: Sendable {
    /// The heading help lists it under.
    public var name: String
    /// One line on what the family is for.
    public var doc: String
    /// The table of entries.
    public var functions: [NativeFunction]

    /// A family with its table of entries.
    public init(_ name: String, doc: String, _ functions: [NativeFunction]) {
      self.name = name
      self.doc = doc
      self.functions = functions
    }
  }

  /// A name with a fixed value, such as `pi`.
  public struct Constant: Sendable {
    /// What scripts write.
    public var name: String
    /// What it stands for.
    public var value: Value
    /// One line of help.
    public var doc: String

    /// A constant with its help.
    public init(_ name: String, _ value: Value, doc: String) {
      self.name = name
      self.value = value
      self.doc = doc
    }
  }

  /// Constants by name.
  public private(set) var constants: [String: Constant] = [:]

  /// Adds a constant.
  public mutating func add(_ constant: Constant) { constants[constant.name] = constant }

  /// Families in the order they were added.
  public private(set) var families: [Family] = []
  private var byName: [String: NativeFunction] = [:]

  /// An empty catalog.
  public init() {}

  /// A catalog of these families.
  /// - Precondition: no name appears twice; that is a mistake in the tables, not in a script.
  public init(_ families: [Family]) {
    for family in families { add(family) }
  }

  /// Adds a family.
  public mutating func add(_ family: Family) {
    families.append(family)
    for function in family.functions {
      precondition(byName[function.name] == nil, "two functions are named \(function.name)")
      byName[function.name] = function
    }
  }

  /// The function of this name.
  public subscript(_ name: String) -> NativeFunction? { byName[name] }

  /// All names, sorted.
  public var names: [String] { byName.keys.sorted() }

  /// The family a function belongs to.
  public func family(of name: String) -> Family? {
    families.first { $0.functions.contains { $0.name == name } }
  }
}
