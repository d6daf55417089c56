import Bindings
import Language

/// What every session can call and `use`: the one place where the program meets the rooms that
/// give the language its functions.
enum StandardSession {
  /// Functions beside the language's own.
  static var functions: [FunctionCatalog.Family] { StandardCatalog.families }

  /// Modules: the program's own, and the `.lbo` files of a script's folder.
  static func library(folder: String) -> ModuleLibrary { StandardCatalog.library(folder: folder) }
}
