import Core
import Foundation
import Language
import Testing

/// The modules `lasso` and `mopta`.
struct ProblemModuleTests {
  private func folder() throws -> URL {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("lbo \(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }

  @Test func theStandInOfLassoIsPosedAsPublished() {
    let r = run(
      """
      use lasso
      d = lasso_stand_in()
      print(len(d.rows), len(d.rows[0]), len(unique(d.labels)))
      p = lasso()
      e = p(ones(180) * 0.2)
      assert(abs(mean(e.fold_errors) - e.error) < 1e-12)
      assert(e.feasible == all(e.fold_errors <= 0.32))
      assert(e.error < p(ones(180)).error and e.error < p(-ones(180)).error, "neither extreme")
      print(e.feasible, p.space.dim, p(ones(180)).feasible)
      """)
    #expect(r.errors == [])
    #expect(r.output == "800 180 3\nfalse 180 false\n")
  }

  @Test func lassoReadsTheUsersFile() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("dna.scale").path
    let lines = (0..<40).map { i in "\(1 + i % 3) \(1 + i % 4):1 \(5 + i % 2):0.5" }
    try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    let r = run(
      """
      use lasso
      p = lasso("\(path)", most: 9)
      print(p.space.dim, p(zeros(6)).feasible, len(p(zeros(6)).fold_errors))
      """)
    #expect(r.errors == [])
    #expect(r.output == "6 true 5\n")
    try "1 2:x\n".write(toFile: path, atomically: true, encoding: .utf8)
    let wrong = run("use lasso\nlasso(\"\(path)\")")
    #expect(wrong.errors.first?.contains("dna.scale, line 1") == true)
  }

  /// A stand-in of the MOPTA program: the sum of the variables, and 68 numbers around it.
  @Test func moptaAsksTheUsersProgram() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let good = folder.appendingPathComponent("my mopta.sh").path
    let bad = folder.appendingPathComponent("bad.sh").path
    let short = folder.appendingPathComponent("short.sh").path
    for (path, body) in [
      (
        good,
        "awk '{ s += $1 } END { print s; for (i = 1; i <= 68; i++) print s / 100 - i / 50 }' "
          + "input.txt > output.txt"
      ),
      (bad, "echo boom >&2; exit 3"), (short, "echo 1 > output.txt"),
    ] {
      try "#!/bin/sh\n\(body)\n".write(toFile: path, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
    let r = run(
      """
      use mopta
      r = mopta("\(good)")(ones(124) * 0.5)
      print(r.mass, r["design[0]"], r["design[67]"], r.feasible)
      print(mopta("\(good)", indicator: true)(zeros(124)).feasible)
      print(mopta("\(bad)")(zeros(124)).failure)
      print(mopta("\(short)")(zeros(124)).failure)
      """)
    #expect(r.errors == [])
    let lines = r.output.split(separator: "\n").map(String.init)
    #expect(lines.prefix(2) == ["62 0.6 -0.74 false", "true"])
    #expect(lines.count == 4 && lines[2].contains("boom") && lines[3].contains("1 numbers, not 69"))
  }

  @Test func aMissingMoptaProgramIsTold() {
    for call in ["mopta()", "mopta(\"/nonexistent/mopta\")"] {
      let r = run("use mopta\n\(call)")
      #expect(r.errors.count == 1)
      #expect(r.errors.first?.contains("https://mopta.papenmeier.io") == true, "\(r.errors)")
    }
  }
}
