// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "lbo-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "lbo", path: "..")],
  targets: [
    .executableTarget(
      name: "lbo-bench", dependencies: [.product(name: "LBOKit", package: "lbo")])
  ],
  swiftLanguageModes: [.v6]
)
