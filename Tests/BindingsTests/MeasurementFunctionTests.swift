import Core
import Foundation
import Language
import Testing

/// Studies whose candidates are measured outside: `ask` and `tell`.
struct MeasurementFunctionTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent(UUID().uuidString)

  /// Reaction conditions with a laboratory that knows the answers.
  private let laboratory = """
    problem reaction(x in box([20, 0.5], [120, 24])) {
        cost = 0.02 * x[1]
        maximize gain: measured("yield") - cost
        subject to pure: measured("purity") >= 95
    }
    fn measure(asked) {
        asked.yield  = map(asked.x, t -> 90 * exp(-((t[0] - 80) / 40)^2))
        asked.purity = map(asked.x, t -> 99 - 0.1 * max(0, t[0] - 70))
        return asked
    }
    """

  private func script(_ rest: String, store: String? = nil) -> String {
    """
    \(laboratory)
    study = scbo(reaction, initial: 6, batch: 4, budget: 8, seed: 1\(store.map { ", store: \"\($0)\"" } ?? ""))
    \(rest)
    """
  }

  /// Measures every batch, the last candidates first and one of them in two parts.
  private let inParts = """
    while not study.finished {
        asked = measure(ask(study))
        if len(asked) == 0 { break }
        tell(study, select(asked[3...-1], ["x", "yield", "purity"]))
        tell(study, select(asked[0..<2], ["x", "yield"]))
        assert(study.waiting == 3)
        tell(study, {x: asked.x[2], failure: "spilled"})
        tell(study, select(asked[0..<2], ["purity", "x"]))
        assert(study.waiting == 0)
    }
    """

  private let told =
    "print(trials(study).x, trials(study).gain, trials(study).failure, study.curve)"

  @Test func resultsMayComeInAnyOrderAndAgain() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let notebook = folder.path + "/notebook.csv"
    let parts = run(script("\(inParts)\nsave(trials(study), \"\(notebook)\")\n\(told)"))
    #expect(parts.errors == [])
    #expect(parts.output.contains("spilled"))
    // All results at once, from the notebook: the same study to the bit.
    let again = run(script("tell(study, csv(\"\(notebook)\"))\n\(told)"))
    #expect(again.errors == [])
    #expect(again.output == parts.output)
  }

  @Test func aStoreKeepsWhatWasTold() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path + "/lab.db"
    let first = run(
      script(
        "asked = measure(ask(study))\ntell(study, select(asked[0..<3], [\"x\", \"yield\", \"purity\"]))\n"
          + "tell(study, {x: asked.x[3], yield: asked.yield[3]})", store: path))
    #expect(first.errors == [])
    let second = run(
      script(
        """
        left = ask(study)
        print(left.trial, left.yield)
        """, store: path))
    #expect(second.errors == [])
    #expect(second.output.hasPrefix("vector([3, 4, 5]) "), "\(second.output)")
    #expect(
      second.output.contains("[\"14.9"), "a half measured row keeps its half: \(second.output)")
    let third = run(
      script(
        """
        while not study.finished {
            asked = measure(ask(study))
            if len(asked) == 0 { break }
            if asked.trial[0] > 6 {
                tell(study, {x: asked.x[2], failure: "spilled"})
                asked = asked[[true, true, false, true]]
            }
            tell(study, asked)
        }
        print(study.evaluations, study.best.gain > 80)
        """, store: path))
    #expect(third.errors == [])
    #expect(third.output == "14 true\n")
  }

  @Test func whatIsMissingIsSaid() {
    let waiting = run(script("run(study)"))
    #expect(
      waiting.errors == [
        "6 candidates wait for `yield`, `purity`; `ask(study)` lists what to measure, `tell(study, table)` brings what was found"
      ])
    let one = run(
      script("a = measure(ask(study))\ntell(study, a[1...-1])\nprint(study)\nstep(study)"))
    #expect(one.errors.first?.contains("waits for `yield`, `purity`") == true)
    #expect(one.output.contains("5 evaluations in 0 iterations"))
    #expect(one.output.contains("1 candidate to measure: ask(study)"))

    let strange = run(script("tell(study, {x: [50, 3], yield: 3, purity: 99})"))
    #expect(strange.errors == [])
    #expect(strange.events.contains { $0.contains("1 candidate was never asked for, as 50.0 3.0") })
    #expect(
      run(script("tell(study, {x: [50, 3], yeild: 3})")).errors.first?
        .hasPrefix("the results have no column `yield`, but one named `yeild`; `ask(study)`")
        == true)
    let typing = run(script("tell(study, {x: [50, 3], Yield: 3, purity: 4})"))
    #expect(
      typing.events.contains { $0.contains("no column `yield`, but one named `Yield`") },
      "\(typing.events)")
    #expect(
      run(script("tell(study, {z: [50, 3], yield: 3})")).errors.first?
        .hasPrefix("the results have no column `x`") == true)
    #expect(
      run(script("tell(study, {x: [50, 3], yield: \"a lot\"})")).errors.first?
        .hasPrefix("`yield` of row 0 is \"a lot\", not a number, true or false; leave it empty")
        == true)
    #expect(
      run(script("tell(study, {x: \"here\", yield: 3})")).errors.first?
        .contains("not a candidate of the study") == true)
    #expect(
      run(script("tell(study, {x: [50, 3], yield: 3})\ntell(study, {x: [50, 3], yield: 4})")).errors
        .first?.hasPrefix("`yield` of 50.0 3.0 was 3.0 when it was told before, and now 4.0")
        == true)
    let plain = run("problem p(x in box(0, 1, dim: 2)) { maximize sum(x) }\nask(sobol(p))")
    #expect(plain.errors.first?.contains("nothing of `p` is measured outside") == true)
    let name = run("n = \"a\"\nproblem p(x in box(0, 1, dim: 2)) { maximize sum(x) + measured(n) }")
    #expect(name.errors.first?.contains("a name in quotes") == true)
  }

  @Test func wrongCandidatesAndNamesAreRefused() {
    func first(_ rest: String) -> String { run(script(rest)).errors.first ?? "" }
    #expect(
      first("tell(study, {x: \"69,61 4,65\", yield: 3})")
        .hasPrefix("`x` of row 0 has 4 coordinates, the study's candidates 2"))
    #expect(first("tell(study, {x: [50, 300], yield: 3})").contains("lies outside the box"))
    #expect(first("tell(study, {x: \"nan 3\", yield: 3})").contains("outside the box"))
    // No row of a table with a wrong one is taken in.
    #expect(
      run(
        script(
          """
          asked = measure(ask(study))
          asked.x[5] = "1 2 3"
          tell(study, asked)
          """)
      ).errors.count == 1)
    func named(_ goal: String) -> String {
      run("problem p(x in box(0, 1, dim: 2)) { \(goal) }\nsobol(p)").errors.first ?? ""
    }
    #expect(named("maximize measured(\"x\") + x[0]").contains("cannot be named `x`"))
    #expect(named("maximize measured(\"trial\") + x[0]").contains("cannot be named `trial`"))
    #expect(named("maximize measured(\"a \") + x[0]").contains("blanks at its ends"))
    #expect(named("maximize a: measured(\"a\") + x[0]").contains("the name of the goal and of a"))
  }

  /// What spreadsheets and people write into cells.
  @Test func cellsAreReadAsTheyAreMeant() {
    let r = run(
      """
      problem p(x in box(0, 1, dim: 1)) {
          maximize score: measured("a") - x[0]
          subject to dry: measured("dry")
      }
      study = sobol(p, initial: 5, budget: 5, batch: 5, seed: 1)
      asked = ask(study)
      tell(study, table({x: map(asked.x, t -> format(t[0], digits: 13)), a: ["1", " 2 ", "", "4", "5"],
          dry: ["TRUE", "False", "", "true", ""], failure: [" ", "", "", "", "wet"]}))
      t = trials(study)
      print(t.trial, t.a, t.feasible, t.failure)
      print(tell(study, {x: asked.x[2], failure: 404}).waiting, trials(study).failure[2])
      """)
    #expect(r.errors == [])
    #expect(
      r.output == """
        vector([0, 1, 3, 4]) vector([1, 2, 4, 5]) [true, false, true, false] ["", "", "", "wet"]
        0 404

        """)
  }

  /// Trials saved are a notebook, whatever the body calls its variables and however it fails.
  @Test func trialsAreANotebook() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path + "/notebook.csv"
    let r = run(
      """
      problem inner(x in box(0, 1, dim: 2)) { maximize g: measured("yield") / 100 + 0 * x[0] }
      problem p(x in box(0, 1, dim: 2)) {
          yield = inner(x).g - x[0]
          if yield < 0 { fail("too low") }
          maximize gain: yield
      }
      fn made() = sobol(p, initial: 4, budget: 4, batch: 4, seed: 2)
      study = made()
      while len(ask(study)) > 0 {
          asked = ask(study)
          asked.yield = [10, 60, 70, 80]
          tell(study, asked)
      }
      save(trials(study), "\(path)")
      print(trials(study).yield, study.best.gain, trials(study).failure)
      again = made()
      tell(again, csv("\(path)"))
      print(trials(again).yield, again.best.gain, trials(again).failure)
      tell(again, csv("\(path)"))
      print(p.measured)
      """)
    #expect(r.errors == [])
    #expect(!r.events.contains { $0.contains("warning") }, "\(r.events)")
    let lines = r.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.first == lines.dropFirst().first)
    #expect(lines.first?.hasPrefix("vector([10, 60, 70, 80, 10, 60, 70, 80])") == true)
    #expect(lines.first?.contains("too low") == true)
    #expect(lines.last == "[\"yield\"]")
  }

  @Test func aTrialIsToldByItsNumber() {
    let r = run(
      script(
        """
        t = ask(study)
        tell(study, {trial: t.trial[1], yield: 7, purity: 99})
        tell(study, table({trial: [0, 2], yield: [5, 6], purity: [98, 97]}))
        print(study.evaluations, trials(study).yield)
        tell(study, {trial: 99, yield: 7})
        """))
    #expect(r.output == "3 vector([5, 7, 6])\n", "\(r.output)")
    #expect(r.errors.first?.contains("says trial 99, which the study does not have") == true)
  }

  @Test func mistakesCanBeCorrected() {
    let r = run(
      script(
        """
        x = ask(study).x
        tell(study, {x: x[0], yield: 620})
        tell(study, {x: x[0], yield: 62, purity: 97}, correct: true)
        print(trials(study).yield)
        tell(study, {x: x[0], yield: 63}, correct: true)
        """))
    #expect(r.output == "vector([62])\n")
    #expect(r.errors.first?.contains("was 62.0 when it was told before, and now 63.0") == true)
    // An alias is not seen beforehand; it stops the study instead of failing its candidates.
    let alias = run(
      "m = measured\nproblem p(x in box(0, 1, dim: 2)) { maximize m(\"a\") - x[0] }\ns = sobol(p, budget: 4)\nrun(s)"
    )
    #expect(alias.errors.first?.contains("nobody has told it yet") == true)
    guard case .host(let study)? = alias.session["s"] else {
      Issue.record("no study")
      return
    }
    #expect(study.summary.contains("0 evaluations"))
  }

  /// A table that is filled by hand: empty cells say nothing, known points start a study.
  @Test func filesGoThereAndBack() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path + "/next.csv"
    let r = run(
      script(
        """
        save(ask(study), "\(path)")
        print(tell(study, csv("\(path)")).told)
        save(measure(ask(study)), "\(path)")
        known = csv("\(path)")
        other = megs(reaction, initial: head(known, 5), budget: 4, batch: 2, seed: 3)
        print(tell(other, head(known, 5)).evaluations, len(ask(other)))
        """))
    #expect(r.errors == [])
    #expect(r.output == "0\n5 2\n")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.hasPrefix("trial,x,yield,purity,failure\n0,"))
  }

  /// Instruments are set to few digits, and a result belongs to the trial that was asked for.
  @Test func settingsMayBeRounded() {
    let r = run(
      script(
        """
        a = ask(study)
        x = a.x[2]
        near = "{round(10 * x[0]) / 10} {round(10 * x[1]) / 10}"
        print(tell(study, {trial: 2, x: near, yield: 50, purity: 96}))
        print(tell(study, {trial: 2, x: near, yield: 50, purity: 96}).told)
        print(study.best.x == x)
        # Far from all that was asked for: kept, in case.
        print(tell(study, {x: "21.3 23.7", yield: 10, purity: 99}).evaluations)
        """))
    #expect(r.errors == [])
    #expect(
      r.output.hasPrefix("{told: 1, evaluations: 1, waiting: 5, best: 4")
        && r.output.contains("}\n0\ntrue\n1\n"),
      "\(r.output)")
    #expect(r.events.contains { $0.contains("row 0 is taken for trial 2: it was run at") })
    #expect(r.events.contains { $0.contains("never asked for") })
  }

  @Test(arguments: [
    // A column that was sorted without the others.
    ("tell(study, {trial: 1, x: ask(study).x[3], yield: 1, purity: 1})", "row 0 says trial 1"),
    ("tell(study, {x: ask(study).x[0], yield: \"0x10\", purity: 1})", "0x10"),
  ]) func mixedUpRowsAreRefused(_ text: String, _ part: String) {
    let r = run(script(text))
    #expect(r.errors.count == 1 && r.errors[0].contains(part), "\(r.errors)")
  }

  /// What the model expects of proposals in a box, once it has learned from something.
  @Test func proposalsCarryExpectations() {
    let r = run(
      script(
        """
        print(columns(ask(study))[1])
        tell(study, measure(ask(study)))
        a = ask(study)
        print(columns(a)[2...5], all(a.low_gain <= a.expected_gain), a.chance_feasible[0] in 0...1)
        """))
    #expect(r.errors == [])
    #expect(
      r.output
        == "x\n[\"expected_gain\", \"low_gain\", \"high_gain\", \"chance_feasible\"] true true\n",
      "\(r.output)")
  }

  @Test func rowsWithoutACandidateAreLeftOut() {
    let r = run(
      script(
        """
        a = ask(study)
        print(tell(study, table({X: ["", "{a.x[1][0]} {a.x[1][1]}"], yield: [1, 2], purity: [99, 99]})))
        """))
    #expect(r.errors == [])
    #expect(r.output.hasPrefix("{told: 1, evaluations: 1, waiting: 5,"), "\(r.output)")
    #expect(r.events.contains { $0.contains("row 0 has no `X`") }, "\(r.events)")
  }

  /// After a restart the first results told are those of the batch that was asked for before.
  @Test func resultsAreExpectedAfterARestart() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path + "/lab.db"
    let first = run(script("print(ask(study).x)", store: path))
    #expect(first.errors == [])
    let second = run(
      script(
        "known = \(first.output)\nprint(tell(study, table({x: known, yield: list(ones(6))})))",
        store: path))
    #expect(second.errors == [])
    #expect(
      second.output == "{told: 6, evaluations: 0, waiting: 6, best: none}\n", "\(second.output)")
    #expect(!second.events.contains { $0.contains("never asked") }, "\(second.events)")
  }

  /// A mistake that is found when the study has learned from it: it goes along the same candidates again,
  /// and is then what it would have been had it been told so from the beginning of each batch.
  @Test(arguments: ["cibo", "megs", "scbo"]) func whatIsEvaluatedIsCorrected(_ method: String)
    throws
  {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func script(_ name: String, _ body: String) -> String {
      """
      problem p(x in box(0, 1, dim: 2)) { maximize measured("yield") - x[0] }
      fn fill(t) { t.yield = map(t.x, x -> sum(x)); return t }
      study = \(method)(p, initial: 4, batch: 3, budget: 12, seed: 2, store: "\(folder.path)/\(name).db")
      \(body)
      """
    }
    let rounds = "for i in 1...3 { tell(study, fill(ask(study))) }\n"
    let mistaken = run(
      script(
        "lab",
        rounds + "x = study.candidates[1]\ntell(study, {x: x, yield: 30}, correct: true)"
          + "\nprint(trials(study).yield[1], study.evaluations, study.waiting)"))
    #expect(mistaken.errors == [] && mistaken.output == "30 10 3\n", "\(mistaken)")
    #expect(
      mistaken.events.contains { $0.contains("1 of 10 evaluations is made anew") },
      "\(mistaken.events)")
    let corrected = run(
      script(
        "lab",
        "x = ask(study)\ntell(study, {x: study.candidates[1], yield: 0.5}, correct: true)"
          + "\nprint(trials(study), ask(study))"))
    #expect(corrected.errors == [])
    // Made again, and resumed, it stands there as well.
    let again = run(script("lab", "x = ask(study)\nprint(trials(study), ask(study))"))
    #expect(again.output == corrected.output && again.errors == [])
    let resumed = run(
      "problem p(x in box(0, 1, dim: 2)) { maximize measured(\"yield\") - x[0] }\n"
        + "study = resume(p, \"\(folder.path)/lab.db\")\nprint(trials(study), ask(study))")
    #expect(resumed.output == corrected.output && resumed.errors == [])
    // A failure turns out to be a result; the rest of the batch is as it was.
    let late = run(
      script(
        "late",
        """
        \(rounds)
        t = fill(ask(study))
        t.failure = ["", "spilled", ""]
        t.yield = [t.yield[0], none, t.yield[2]]
        tell(study, t)
        ask(study)
        before = study.candidates
        tell(study, {x: t.x[1], yield: 0.7}, correct: true)
        print(study.candidates[0...12] == before[0...12], trials(study).yield[11], study.evaluations)
        """))
    #expect(late.errors == [] && late.output == "true 0.7 13\n", "\(late)")
  }

  /// Studies of one file know the same results, and hear of each other's corrections.
  @Test func studiesOfOneFileKnowTheSame() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let r = run(
      """
      problem p(x in box(0, 1, dim: 2)) { maximize measured("yield") - x[0] }
      fn fill(t) { t.yield = map(t.x, x -> sum(x)); return t }
      file = "\(folder.path)/lab.db"
      a = megs(p, initial: 4, batch: 3, budget: 12, seed: 2, store: file)
      b = cmaes(p, initial: 4, batch: 3, budget: 12, seed: 2, store: file)
      tell(a, fill(ask(a)))
      tell(a, fill(ask(a)))
      tell(b, fill(ask(b)))
      x = a.candidates[1]
      tell(a, {x: x, yield: 30}, correct: true)
      y = ask(b)
      print(a.evaluations, trials(a).yield[1], b.evaluations, trials(b).yield[1])
      tell(b, {x: x, yield: 31})
      """)
    #expect(r.output == "7 30 7 30\n", "\(r.output)")
    #expect(r.errors.first?.contains("was 30.0 when it was told before, and now 31.0") == true)
  }

  /// An old result with fewer digits is not that of a neighbour at the bench.
  @Test func anOldResultIsNotTakenForANewOne() {
    let r = run(
      """
      problem p(x in box(0, 1, dim: 2)) { maximize measured("yield") - x[0] }
      s = sobol(p, initial: [vector([0.5004, 0.5]), vector([0.503, 0.5])], budget: 4)
      tell(s, {x: vector([0.5004, 0.5]), yield: 1})
      ask(s)
      tell(s, {x: vector([0.5, 0.5]), yield: 9})
      print(s.evaluations)
      tell(s, {x: vector([0.504, 0.5]), yield: 9})
      print(s.evaluations)
      """)
    #expect(r.errors == [] && r.output.hasSuffix("1\n2\n"), "\(r)")
    #expect(r.events.contains { $0.contains("never asked for") }, "\(r.events)")
  }

  @Test func withoutAFileWhatIsEvaluatedStays() {
    let r = run(
      script(
        """
        a = measure(ask(study))
        tell(study, a)
        tell(study, {x: a.x[0], yield: 1}, correct: true)
        """))
    #expect(r.errors.count == 1 && r.errors[0].contains("initial: notebook"), "\(r.errors)")
    #expect(!r.errors[0].contains("correct: true"))
  }

  /// A laboratory's programs write SMILES in their own ways.
  @Test func moleculesAreKnownHoweverTheyAreWritten() {
    let r = run(
      """
      \(smallFlow)
      problem assay(m in flow) { maximize measured("activity") - 0.001 * weight(m) }
      study = nfbo(assay, initial: ["OCC", "CCN", "CCCC"], budget: 4, batch: 2, candidates: 40, anchors: 1, epochs: 2)
      tell(study, table({smiles: ["OCC", "NCC", "C(C)CC"], activity: [1, 2, 3]}))
      print(trials(study).smiles, study.best.smiles)
      asked = ask(study)
      print(len(asked), len(asked.expected_objective), asked.activity)
      """)
    #expect(r.errors == [])
    #expect(
      r.output
        == "[\"CCO\", \"CCN\", \"CCCC\"] CCCC\n2 2 [\"\", \"\"]\n"
    )
  }
}
