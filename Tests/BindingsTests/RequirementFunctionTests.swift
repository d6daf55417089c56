import Foundation
import Testing

/// `require` in studies.
struct RequirementFunctionTests {
  private let mixture = """
    problem p(x in box(0, 1, dim: 6)) {
        minimize cost: measured("price") + x[2]
        require total: sum(x) <= 1
        require order: x[0] <= x[1]
    }
    fn holds(t) = all(map(t.x, x -> sum(x) <= 1 and x[0] <= x[1]))
    """

  @Test(arguments: ["optimize", "scbo", "sobol"])
  func nothingIsAskedForThatViolates(_ method: String) {
    let r = run(
      mixture + """

        s = \(method)(p, initial: 6, batch: 4, budget: 12, seed: 1)
        asked = 0
        while not s.finished {
            t = ask(s)
            if len(t) == 0 { break }
            assert(holds(t))
            asked += len(t)
            t.price = map(t.x, x -> sum((x - 0.9)^2))
            tell(s, t)
        }
        print(asked, holds(trials(s)), all(trials(s).feasible))
        """)
    #expect(r.errors == [])
    #expect(r.output == "18 true true\n")
  }

  /// Candidates at a border are not brought to one point again and again.
  @Test(arguments: ["megs", "cibo", "scbo", "cmaes"])
  func noExperimentIsRepeatedAtABorder(_ method: String) {
    let r = run(
      """
      problem q(x in box(0, 1, dim: 8)) {
          maximize gain: -sum((x - 0.4)^2)
          require total: sum(x) <= 1
          require pair: x[0] + x[1] < 0.3
      }
      s = \(method)(q, initial: 8, budget: 20, batch: 4, seed: 2)
      run(s)
      x = trials(s).x
      alike = 0
      for i in 0..<len(x) { for j in 0..<i { if norm(x[i] - x[j]) < 0.00005 { alike += 1 } } }
      print(len(x), alike, all(map(x, v -> sum(v) <= 1 and v[0] + v[1] < 0.3)))
      """)
    #expect(r.errors == [] && r.output == "28 0 true\n", "\(r.errors) \(r.output)")
  }

  /// A rule that is stricter than when a batch was asked for: what of it violates is told.
  @Test func pendingCandidatesThatViolateAreTold() {
    let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).db"
    defer { try? FileManager.default.removeItem(atPath: path) }
    func script(_ most: Double, _ rest: String) -> String {
      """
      problem q(x in box(0, 1, dim: 2)) { maximize gain: measured("y") - x[0]; require r: x[0] <= \(most) }
      s = sobol(q, initial: 4, budget: 4, batch: 4, seed: 1, store: "\(path)")
      \(rest)
      """
    }
    let first = run(script(1, "t = ask(s)\nt.y = [1, 1, 1, 1]\ntell(s, t)\nprint(len(ask(s)))"))
    #expect(first.errors == [] && first.output == "4\n")
    let second = run(script(0.3, "print(len(ask(s)))"))
    #expect(second.errors == [] && second.output == "4\n")
    #expect(
      second.events.contains { $0.contains("what `q` requires does not hold for trial") },
      "\(second.events)")
  }

  @Test func givenPointsThatViolateAreToldAndEvaluated() {
    let r = run(
      mixture + """

        s = megs(p, initial: [[0.9, 0.9, 0, 0, 0, 0], zeros(6), [1, 0, 0, 0, 0, 0]], budget: 12)
        print(len(ask(s)))
        """)
    #expect(r.errors == [] && r.output == "3\n")
    let told =
      "2 of 3 candidates of the start set violate what `p` requires (of candidate 0, `total` is "
      + "violated by 0.8); they are evaluated all the same"
    #expect(r.events.contains { "\($0)".contains(told) }, "\(r.events)")
  }

  /// Who pays for evaluations is told what could be known before.
  @Test func whatCouldBeRequiredIsTold() {
    let body = """
      subject to total: sum(x) <= 1
      subject to rise: r <= 2
      }
      s = sobol(p, initial: 2, budget: 4)
      """
    let told =
      "`p`: `total` is computed from the candidate alone; with `require` in place of `subject to`"
    let outside = run(
      "problem p(x in box(0, 1, dim: 2)) {\nr = shell(\"echo 1\")\nminimize r\n" + body)
    #expect(outside.errors == [])
    #expect(outside.events.contains { "\($0)".contains(told) }, "\(outside.events)")
    // Where evaluations cost nothing, constraints as papers state them are left alone.
    let inside = run("problem p(x in box(0, 1, dim: 2)) {\nr = x[0]\nminimize r\n" + body)
    #expect(inside.errors == [])
    #expect(!inside.events.contains { "\($0)".contains("require") })
  }

  @Test func aProgramIsNeverRunForARequirement() {
    let r = run(
      """
      problem p(x in box(0, 1, dim: 2)) {
          r = shell("echo 1")
          minimize r + x[0]
          require total: r <= 2
      }
      """)
    #expect(
      r.errors == [
        "what `p` requires needs `shell`, which has to wait for an evaluation; write `subject to` for what "
          + "is known only by then"
      ])
  }

  @Test(arguments: [
    "random(p, initial: 5, budget: 20, batch: 5)",
    "nfbo(p, initial: 5, budget: 20, batch: 5)",
    "nfbo(p, initial: 5, budget: 20, batch: 5, surrogate: \"latent\", score: \"points\")",
    "nfbo(p, initial: 5, budget: 20, batch: 5, surrogate: \"latent\", score: \"sequences\")",
  ]) func sequencesToo(_ study: String) {
    let r = run(
      smallFlow + """

        pretrain(flow, epochs: 2)
        problem p(m in flow) {
            maximize size: heavy_atoms(m)
            require light: weight(m) <= 250
        }
        s = \(study)
        run(s)
        t = trials(s)
        print(len(t) > 15, all(map(t.smiles, m -> weight(m) <= 250)), all(t.feasible))
        """)
    #expect(r.errors == [])
    #expect(r.output.hasSuffix("true true true\n"), "\(r.output)")
  }

  /// A study that began with `subject to` goes on with `require`: nothing is paid for again.
  @Test func aStudyMayBeginToRequire() {
    let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).db"
    defer { try? FileManager.default.removeItem(atPath: path) }
    func script(_ opening: String, _ budget: Int) -> String {
      """
      problem p(x in box(0, 1, dim: 3)) {
          minimize cost: shell("echo x >> {quote("\(path).calls")}; echo {sum((x - 0.5)^2)}")
          \(opening) total: sum(x) <= 1
      }
      s = megs(p, initial: 6, batch: 3, budget: \(budget), seed: 4, store: "\(path)")
      run(s)
      print(len(trials(s)), len(read("\(path).calls")))
      print(len(filter(trials(s)[13...-1], t -> t.total > 0)))
      """
    }
    defer { try? FileManager.default.removeItem(atPath: path + ".calls") }
    let first = run(script("subject to", 7))
    #expect(
      first.errors == [] && first.output.hasPrefix("13 13\n"), "\(first.errors) \(first.output)")
    let r = run(script("require", 18))
    #expect(r.errors == [] && r.output == "24 24\n0\n", "\(r.errors) \(r.output)")
  }
}
