// swift-tools-version: 6.2
import PackageDescription

// `scripts/check` sets LBO_STRICT: warnings are errors for us, never for a user with a newer compiler.
let strict: [SwiftSetting] =
  Context.environment["LBO_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

/// A room of the house (see docs/architecture.md): its name and the rooms it may import.
func room(_ name: String, _ imports: [Target.Dependency] = [], resources: [Resource] = [])
  -> Target
{
  .target(
    name: name, dependencies: imports, exclude: ["README.md"], resources: resources,
    swiftSettings: strict)
}

func tests(_ room: String, _ imports: [Target.Dependency] = [], resources: [Resource] = [])
  -> Target
{
  .testTarget(
    name: "\(room)Tests", dependencies: [.byName(name: room)] + imports, resources: resources,
    swiftSettings: strict)
}

let rdkit = Target.Dependency.target(name: "CRDKit", condition: .when(traits: ["RDKit"]))

let package = Package(
  name: "lbo",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "lbo", targets: ["lbo"]),
    .library(
      name: "LBOKit",
      targets: [
        "Core", "Engine", "Neural", "Flows", "Surrogates", "Samplers", "Datasets", "Chemistry",
        "Oracles", "Storage", "Optimization",
      ]),
  ],
  traits: [
    .trait(name: "RDKit", description: "Molecular properties and canonical SMILES through RDKit."),
    .default(enabledTraits: ["RDKit"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    // System libraries and C faces.
    .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CJemalloc", providers: [.apt(["libjemalloc-dev"])]),
    .target(name: "CKernels", exclude: ["README.md"]),
    .target(name: "CSobol", exclude: ["README.md"]),
    .target(
      name: "CTerminal", exclude: ["README.md"], linkerSettings: [.linkedLibrary("readline")]),
    .target(name: "CGnuplot", exclude: ["README.md"]),
    .target(
      name: "CRDKit", exclude: ["README.md"],
      cxxSettings: [.headerSearchPath("rdkit-headers")],
      linkerSettings: [
        .linkedLibrary("RDKitChemTransforms"), .linkedLibrary("RDKitFingerprints"),
        .linkedLibrary("RDKitDescriptors"), .linkedLibrary("RDKitSubstructMatch"),
        .linkedLibrary("RDKitSmilesParse"), .linkedLibrary("RDKitGraphMol"),
        .linkedLibrary("RDKitDataStructs"), .linkedLibrary("RDKitRDGeneral"),
      ]),

    // Rooms. An arrow may only point to a room further left in `docs/architecture.md`.
    room("Core"),
    room("Engine", ["Core", "COpenBLAS", "CKernels"]),
    room("Neural", ["Core", "Engine"]),
    room("Flows", ["Core", "Engine", "Neural"]),
    room("Surrogates", ["Core", "Engine", "Neural", "CKernels"]),
    room("Samplers", ["Core", "Engine", "Neural", "CSobol"]),
    room("Datasets", ["Core", "CZlib"]),
    room("Chemistry", ["Core", "CZlib", rdkit]),
    room("Oracles", ["Core", "Datasets", "Chemistry"]),
    room("Storage", ["Core", "CSQLite"]),
    room(
      "Optimization",
      ["Core", "Engine", "Neural", "Surrogates", "Samplers", "Flows", "Oracles", "Storage"]),
    room("Language", ["Core"]),
    room("Reporting", ["Core", "CGnuplot"]),
    room(
      "Bindings",
      [
        "Core", "Language", "Reporting", "Optimization", "Engine", "Neural", "Flows", "Surrogates",
        "Samplers", "Datasets", "Chemistry", "Oracles", "Storage",
      ],
      resources: ["ehrlich", "guacamol", "lasso", "library", "mopta", "pmo", "rover", "synthetic"]
        .map {
          .embedInCode("stdlib/\($0).lbo")
        }),
    room("REPL", ["Core", "Language", "Bindings", "Reporting", "CTerminal"]),
    .executableTarget(
      name: "lbo",
      dependencies: [
        "Core", "Language", "Bindings", "REPL", "Reporting",
        .target(name: "CJemalloc", condition: .when(platforms: [.linux])),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["README.md"], swiftSettings: strict),

    tests("Core"),
    tests("Engine", ["Core", "CKernels"]),
    tests("Neural", ["Core", "Engine"]),
    tests("Flows", ["Core", "Engine", "Neural"], resources: [.copy("Fixtures")]),
    tests("Surrogates", ["Core", "Engine", "Neural"], resources: [.copy("Fixtures")]),
    tests("Samplers", ["Core", "Engine", "Neural"]),
    tests("Datasets", ["Core", "CZlib"]),
    tests("Chemistry", ["Core", "CZlib"], resources: [.copy("Vectors")]),
    tests("Oracles", ["Core"]),
    tests("Storage", ["Core", "CSQLite"]),
    tests("Optimization", ["Core", "Storage"]),
    tests("Language", ["Core"], resources: [.copy("Scripts"), .copy("Diagnostics")]),
    tests("Reporting", ["Core"]),
    tests("REPL", ["Core", "CTerminal", "Language"]),
    tests("Bindings", ["Core", "Chemistry", "Language", "Reporting", "Storage"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
