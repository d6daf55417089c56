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
    #expect(other.errors.first?.contains("belongs to another problem: `light`") == true)
    #expect(other.errors.first?.contains("a file of its own") == true)
  }

  /// What failed by a fault outside is asked for again where that is wanted, and a problem that is
  /// written differently is told of: nothing else would say that old values may be wrong.
  /// A start set that is drawn is the one of the file, whatever a flow that was trained anew draws.
  @Test func aDrawnStartSetIsKept() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func script(epochs: Int, initial: Int, _ rest: String) -> String {
      """
      seed(5)
      \(smallFlow)
      \(smallProblem)
      pretrain(flow, epochs: \(epochs))
      study = nfbo(light, initial: \(initial), batch: 4, anchors: 2, candidates: 40, budget: 8, epochs: 3, seed: 3, store: "\(folder.path)/drawn.db")
      \(rest)
      print(trials(study).smiles[0..<8])
      """
    }
    let first = run(script(epochs: 1, initial: 8, "run(study, iterations: 2)"))
    #expect(first.errors == [])
    let second = run(script(epochs: 60, initial: 8, "run(study)"))
    #expect(second.errors == [])
    #expect(second.output == first.output)
    let told = "the study starts from the 8 candidates that the file has; others would be drawn now"
    #expect(second.events.contains { $0.contains(told) }, "\(second.events)")
    #expect(second.events.contains { $0.contains("12 evaluations are known") })
    // Another number is another study.
    let other = run(script(epochs: 1, initial: 9, "run(study, iterations: 1)"))
    #expect(other.errors == [])
    #expect(other.events.contains { $0.contains("with another start set") }, "\(other.events)")
  }

  @Test func failuresAndChangesAreTold() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path + "/box.db"
    func script(_ body: String, _ dimension: Int = 2, _ more: String = "") -> String {
      """
      problem p(x in box(-5, 5, dim: \(dimension))) { \(body) }
      s = random(p, initial: [vector(list(\(4 - dimension)...3)) + 1, vector(list(1...\(dimension)))], budget: 2, batch: 2, seed: 1, store: "\(path)"\(more))
      run(s)
      print(len(trials(s).trial), s.best.objective == 1)
      """
    }
    func told(_ r: ScriptResult, _ part: String) -> Bool { r.events.contains { $0.contains(part) } }
    let broken = "if x[0] > 2 { fail(\"no licence\") }\nminimize 0 * x[0] + 1"
    let first = run(script(broken))
    #expect(first.errors == [] && first.output == "4 true\n")
    let mended = "minimize 0 * x[0] + 1"
    let second = run(script(mended))
    #expect(told(second, "`retry_failed: true` asks again"), "\(second.events)")
    #expect(told(second, "`p` is written differently now"), "\(second.events)")
    #expect(second.output.hasPrefix("4 ") && second.errors == [])
    let third = run(script(mended, 2, ", retry_failed: true"))
    #expect(!told(third, "failed") && third.errors == [], "\(third.events)")
    #expect(run(script(mended, 3)).errors.first?.contains("in 2 coordinates") == true)
    let alone = run(
      "problem p(x in box(0, 1, dim: 1)) { minimize x[0] }\nrandom(p, retry_failed: true)")
    #expect(alone.errors.first?.contains("means nothing without `store`") == true)
  }

  @Test func noShellKeepsTheFileInTheWorkingFolder() {
    let path = "/tmp/\(UUID().uuidString).db"
    let r = run(script(path, ""), allowsShell: false)
    #expect(r.errors.count == 1)
    #expect(r.errors.first?.contains("outside the working folder") == true)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func noShellFollowsNoLinkOutOfTheWorkingFolder() throws {
    let link = UUID().uuidString
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path)
    defer {
      try? FileManager.default.removeItem(atPath: link)
      try? FileManager.default.removeItem(at: folder)
    }
    let r = run(script(link + "/study.db", ""), allowsShell: false)
    #expect(r.errors.count == 1)
    #expect(r.errors.first?.contains("outside the working folder") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }
}
