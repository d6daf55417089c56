import Foundation
import Language

/// All that scripts can call beside the language's own functions, and the modules they can `use`.
public enum StandardCatalog {
  /// One table of entries for each family.
  public static var families: [FunctionCatalog.Family] {
    [
      DataFunctions.family, TokenFunctions.family, FlowFunctions.family, BoxFunctions.family,
      GeometryFunctions.family, LassoFunctions.family, EhrlichFunctions.family,
      MethodFunctions.family, StudyFunctions.family, MoleculeFunctions.family, GoalFunctions.family,
      PlotFunctions.family, ShellFunctions.family,
    ]
  }

  /// Functions of the standard library that need no `use`, with their modules.
  public static let automatic = ["virtual_library": "library"]

  /// The standard library carried by the program, and the `.lbo` files of a script's folder, which
  /// come first.
  public static func library(folder: String) -> ModuleLibrary {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let own = files.filter { $0.hasSuffix(".lbo") }.map { String($0.dropLast(4)) }
    let names = Set(own + StandardLibrary.names).sorted()
    return ModuleLibrary(names: names, automatic: automatic) { name in
      if own.contains(name) {
        let path = (folder as NSString).appendingPathComponent(name + ".lbo")
        return FileManager.default.contents(atPath: path).flatMap { data in
          try? SourceFile.decode(name: path, bytes: [UInt8](data))
        }
      }
      return StandardLibrary.source(name).map { SourceFile(name: "stdlib/\(name).lbo", text: $0) }
    }
  }
}
