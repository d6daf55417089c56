import Bindings
import Foundation
import Language
import Testing

/// What `use` means beside files of the same name.
struct ModuleNameTests {
  private func session(files: [String: String]) throws -> (Session, folder: URL) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lbo \(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, text) in files {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    let session = Session(
      functions: StandardCatalog.families,
      library: StandardCatalog.library(folder: folder.path))
    return (session, folder)
  }

  @Test func filesOfTheFolderAreModules() throws {
    let (session, folder) = try session(files: ["mine.lbo": "fn twice(x) = 2 * x\n"])
    defer { try? FileManager.default.removeItem(at: folder) }
    let outcome = session.evaluate(source: "use mine\nassert(twice(21) == 42)")
    #expect(outcome.diagnostics.isEmpty && outcome.status == .completed)
  }

  /// A script called like a module uses it, and changes nothing for others in its folder.
  @Test func namesOfTheStandardLibraryAreItsOwn() throws {
    let (session, folder) = try session(files: ["guacamol.lbo": "use guacamol\nfn mine() = 1\n"])
    defer { try? FileManager.default.removeItem(at: folder) }
    let outcome = session.evaluate(
      source: "use guacamol\nuse pmo\nassert(len(guacamol_tasks()) > 20)")
    #expect(outcome.diagnostics.isEmpty && outcome.status == .completed)
  }
}
