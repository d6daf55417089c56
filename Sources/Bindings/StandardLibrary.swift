/// The modules written in the language itself, carried inside the program.
///
/// Each is a file of `stdlib/`, listed in Package.swift and here.
enum StandardLibrary {
  private static let modules: [String: [UInt8]] = [
    "ehrlich": PackageResources.ehrlich_lbo,
    "guacamol": PackageResources.guacamol_lbo,
    "lasso": PackageResources.lasso_lbo,
    "library": PackageResources.library_lbo,
    "mopta": PackageResources.mopta_lbo,
    "pmo": PackageResources.pmo_lbo,
    "rover": PackageResources.rover_lbo,
    "synthetic": PackageResources.synthetic_lbo,
  ]

  static let names = modules.keys.sorted()

  static func source(_ name: String) -> String? {
    modules[name].map { String(decoding: $0, as: UTF8.self) }
  }
}
