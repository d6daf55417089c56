import Core
import Language

/// What a session starts with, beside the language itself.
public struct SessionSettings: Sendable {
  /// Functions of the other rooms.
  public var functions: [FunctionCatalog.Family]
  /// Where `use` looks.
  public var library: ModuleLibrary
  /// Where the random numbers start; nil where none was asked for.
  public var seed: UInt64?
  /// False refuses shell commands and writing outside the working folder.
  public var allowsShell: Bool
  /// The script's own arguments.
  public var arguments: [String]

  /// Settings; without arguments the language alone.
  public init(
    functions: [FunctionCatalog.Family] = [], library: ModuleLibrary = ModuleLibrary(),
    seed: UInt64? = nil, allowsShell: Bool = true, arguments: [String] = []
  ) {
    self.functions = functions
    self.library = library
    self.seed = seed
    self.allowsShell = allowsShell
    self.arguments = arguments
  }
}
