import Core
import Foundation
import Language
import Testing

struct StoreFunctionTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent(UUID().uuidString)

  /// A study of twelve start points and a budget of eight, kept in a file.
  private func script(_ path: String, _ rest: String) -> String {
    """
    seed(5)
    \(smallFlow)
    \(smallProblem)
    study = nfbo(light, initial: head(library, 12), batch: 4, anchors: 2, candidates: 40, budget: 8, epochs: 3, store: "\(path)")
    \(rest)
    """
  }

  @Test func aStudyGoesOnFromItsFile() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let ask = "run(study)\nprint(trials(study).smiles, trials(study).size, trials(study).heavy)"
    let whole = run(script(folder.path + "/whole.db", ask))
    #expect(whole.errors == [])
    let path = folder.path + "/part.db"
    let first = run(script(path, "run(study, iterations: 2)"))
    #expect(first.errors == [])
    #expect(!first.events.contains { $0.contains("known") })
    // While the first session lives, the file is shared.
    let second = run(script(path, ask))
    #expect(second.errors == [])
    #expect(
      second.events.contains {
        $0.contains("part.db: 16 evaluations are known and will not be repeated")
      }, "\(second.events)")
    #expect(second.output == whole.output)
    #expect(second.output.contains("C"))

    let other = run(
      """
      \(smallFlow)
      problem heavy(m in flow) { maximize weight(m) }
      random(heavy, store: "\(path)")
      """)
    #expect(other.errors.count == 1)
    #expect(other.errors.first?.contains("evaluations of another problem: `light`") == true)
    #expect(other.errors.first?.contains("a file of its own") == true)
  }

  @Test func noShellKeepsTheFileInTheWorkingFolder() {
    let path = "/tmp/\(UUID().uuidString).db"
    let r = run(script(path, ""), allowsShell: false)
    #expect(r.errors.count == 1)
    #expect(r.errors.first?.contains("outside the working folder") == true)
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
