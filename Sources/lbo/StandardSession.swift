import Core
import Foundation
import Language

/// What every session can call and `use`: the one place where the program meets the rooms that
/// give the language its functions.
enum StandardSession {
  /// Functions beside the language's own.
  static var functions: [FunctionCatalog.Family] { [] }

  /// Modules: the `.lbo` files of a script's folder.
  static func library(folder: String) -> ModuleLibrary {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let names = files.filter { $0.hasSuffix(".lbo") }.map { String($0.dropLast(4)) }.sorted()
    return ModuleLibrary(names: names) { name in
      guard names.contains(name) else { return nil }
      let path = (folder as NSString).appendingPathComponent(name + ".lbo")
      return FileManager.default.contents(atPath: path).flatMap { data in
        try? SourceFile.decode(name: path, bytes: [UInt8](data))
      }
    }
  }
}
