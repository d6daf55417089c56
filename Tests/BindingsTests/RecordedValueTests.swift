import Foundation
import Testing

/// What trials keep of names that a problem's body assigns.
struct RecordedValueTests {
  @Test func valuesAreKeptWhole() {
    let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).db"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let script = """
      problem p(x in box(-1, 1, dim: 20)) {
          twice = 2 * x
          dock = {energy: x[0], pose: {rmsd: 1 / 3, good: true}, notes: ["a", [1, none]]}
          minimize sum(x^2)
      }
      s = sobol(p, initial: 2, budget: 1, seed: 1, store: "\(path)")
      run(s)
      t = trials(s)
      print(columns(t)[3...-1])
      print(t.twice[0] == 2 * s.candidates[0], t.x == s.candidates)
      print(t["dock.pose.rmsd"][0] == 1 / 3, t["dock.pose.good"][0], t["dock.notes"][0])
      print(t["dock.energy"][1] == s.candidates[1][0])
      """
    let expected = """
      ["objective", "twice", "dock.energy", "dock.pose.rmsd", "dock.pose.good", "dock.notes"]
      true true
      true true ["a",[1,null]]
      true

      """
    // The second time they come from the file.
    for _ in 0..<2 {
      let r = run(script)
      #expect(r.errors == [])
      #expect(r.output == expected, "\(r.output)")
    }
  }

  /// A database keeps no sign of zero: the first run must not show one either.
  @Test func zeroHasNoSign() {
    let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).db"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let script = """
      problem p(x in box(0, 1, dim: 2)) { minimize y: 0 * x[0] }
      s = sobol(p, initial: 2, budget: 1, seed: 1, store: "\(path)")
      run(s)
      print(1 / s.best.y, s.best.y, trials(s).y)
      """
    let first = run(script)
    #expect(first.output == run(script).output && first.output.hasPrefix("inf 0 "))
  }
}
