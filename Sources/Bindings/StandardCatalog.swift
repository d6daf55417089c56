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
      PlotFunctions.family, FileFunctions.family, ShellFunctions.family,
    ]
  }

  /// Functions of the standard library that need no `use`, with their modules.
  public static let automatic = ["virtual_library": "library"]

  /// The standard library carried by the program, and the `.lbo` files of a script's folder.
  ///
  /// Names of the standard library are its own: a script may be called `guacamol.lbo` and use the
  /// module `guacamol`, and no file in a folder changes what the program's modules or its other
  /// scripts mean.
  public static func library(folder: String) -> ModuleLibrary {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let own = files.filter { $0.hasSuffix(".lbo") }.map { String($0.dropLast(4)) }
    let names = Set(own + StandardLibrary.names).sorted()
    return ModuleLibrary(names: names, automatic: automatic) { name in
      if let text = StandardLibrary.source(name) {
        return SourceFile(name: "stdlib/\(name).lbo", text: text)
      }
      guard own.contains(name) else { return nil }
      let path = (folder as NSString).appendingPathComponent(name + ".lbo")
      return FileManager.default.contents(atPath: path).flatMap { data in
        try? SourceFile.decode(name: path, bytes: [UInt8](data))
      }
    }
  }
}
