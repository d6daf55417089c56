/// Where `use` finds modules: the standard library that the program carries, and what a script's
/// folder holds.
public struct ModuleLibrary: Sendable {
  /// The source of a module; nil if there is none of this name.
  public var source: @Sendable (String) -> SourceFile?
  /// All names `use` can be given, for completion and suggestions.
  public var names: [String]
  /// Functions that scripts may call without a `use`, each with the module that defines it; the
  /// module is read when a script first mentions the function.
  public var automatic: [String: String]

  /// A library; without arguments an empty one.
  public init(
    names: [String] = [], automatic: [String: String] = [:],
    source: @escaping @Sendable (String) -> SourceFile? = { _ in nil }
  ) {
    self.source = source
    self.names = names
    self.automatic = automatic
  }
}
