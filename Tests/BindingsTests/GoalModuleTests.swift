#if RDKit
  import Bindings
  import Core
  import Foundation
  import Language
  import Testing

  /// The modules `guacamol` and `pmo`, run as scripts meet them, against what the published packages
  /// compute. The folder named by `LBO_VECTORS` may hold the full files.
  struct GoalModuleTests {
    @Test(arguments: ["guacamol_scores", "guacamol_scores_near"])
    func guacamolScoresArePublished(_ name: String) throws {
      let r = run(
        """
        use guacamol
        t = csv("\(try Self.vectors(name, "tsv"))")
        tasks = filter(rows(guacamol_tasks()), task -> task.suite != "v1")
        m = molecule(t.smiles)
        for task in tasks {
            goal   = guacamol_goal(task.title)
            found  = screen(t, goal)
            expected = t[task.title]
            assert(all(abs(found.score - expected) <= 1e-9), "{task.name}, molecule by molecule")
            assert(goal(m) == found.score, "{task.name}, as a column")
            one = guacamol(task.name)(t.smiles[0])
            assert(one.score == found.score[0] and one.valid, "{task.name}, as a problem")
        }
        print(len(tasks), columns(t)[2...-1] == map(tasks, task -> task.title), all(found.valid))
        """)
      #expect(r.errors == [])
      #expect(r.output == "27 true true\n")
    }

    @Test func componentsArePublished() throws {
      let r = run(
        """
        kinds = {ECFP4: "ecfp4", ECFP6: "ecfp6", FCFP4: "fcfp4", AP: "atom_pairs", PHCO: "phco"}
        targets = {}
        for line in read("\(try Self.vectors("targets", "tsv"))") {
            fields = split(line, at: "\\t")
            targets[fields[0]] = molecule(fields[1])
        }
        t = csv("\(try Self.vectors("guacamol_components", "tsv"))")
        m = molecule(t.smiles)
        for name in columns(t)[2...-1] {
            parts = split(name, at: ":")
            found = similarity(m, targets[parts[1]], kind: kinds[parts[0]])
            assert(all(abs(found - t[name]) <= 1e-9), name)
        }
        print(len(columns(t)) - 2)
        """)
      #expect(r.errors == [])
      #expect(r.output == "21\n")
    }

    @Test func pmoScoresArePublished() throws {
      let r = run(
        """
        use pmo
        t = csv("\(try Self.vectors("pmo_tdc_scores", "tsv"))")
        names = columns(t)[2...-1]
        for name in names {
            found = screen(t, pmo(name))
            assert(all(abs(found.score - t[name]) <= 1e-9), name)
            assert(found.score == screen(t, pmo_goal(name)).score, "{name} as a function")
        }
        tasks = pmo_tasks()
        print(len(tasks), count(tasks.needs_program))
        print(sort(names) == tasks.name[0..<0] + filter(tasks.name, n -> n in names), len(names))
        """)
      #expect(r.errors == [])
      #expect(r.output == "23 3\ntrue 20\n")
    }

    private struct Run: Decodable {
      var n, maxCalls, freqLog: Int
      var finish: Bool
      var scores: [Double]
      var aucTop1, aucTop10, aucTop100: Double
    }

    @Test func areasUnderTheCurveArePublished() throws {
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lbo\(UUID())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let file = URL(filePath: try Self.vectors("pmo_auc", "json"))
      let runs = try decoder.decode([Run].self, from: try Data(contentsOf: file))
      for (i, known) in runs.enumerated() {
        let path = folder.appendingPathComponent("\(i).csv").path
        try ("score\n" + known.scores.map { "\($0)\n" }.joined())
          .write(toFile: path, atomically: true, encoding: .utf8)
        let settings =
          "budget: \(known.maxCalls), every: \(known.freqLog), finished: \(known.finish)"
        let r = run(
          """
          use pmo
          y = csv("\(path)").score
          assert(len(y) == \(known.n), "calls")
          assert(abs(auc(y, k: 1, \(settings)) - \(known.aucTop1)) <= 1e-12, "top 1")
          assert(abs(auc(y, \(settings)) - \(known.aucTop10)) <= 1e-12, "top 10")
          assert(abs(auc(y, k: 100, \(settings)) - \(known.aucTop100)) <= 1e-12, "top 100")
          """)
        #expect(r.errors == [], "run \(i)")
      }
      #expect(runs.count >= 7)
    }

    /// By hand. Of the first of two equal molecules only the first call counts, what is no molecule
    /// is free, a failed call counts 0.
    @Test func callsAreCountedByThePapersRule() {
      let r = run(
        """
        use pmo
        t = table({smiles: ["CCO", "OCC", "C1CC", "C[C@H](F)Cl", "C[C@@H](F)Cl", "CCN"],
                   score: [0.5, 0.9, 1, 0.25, 0.75, number("nan")]})
        print(pmo_calls(t), pmo_calls(t, budget: 2))
        print(auc(t, k: 1, budget: 4, every: 1), auc(t, k: 1, budget: 8, every: 1, finished: false))
        print(auc(vector([])), pmo_seeds(9), pmo_seeds(1), pmo_seeds())
        use guacamol
        print(guacamol_score(t, "celecoxib_rediscovery"), guacamol_score(t, "isomers_c7h8n2o2"))
        p = table({smiles: ["C1CC", "CCO"], score: [1, 0.6]})
        print(guacamol_score(p, "median1") == mean([0.6, 0.06, 0.006]))
        nothing = screen(["C1CC"], qed)
        print(guacamol_score(nothing, "adip"), pmo_report(nothing).calls, auc(nothing))
        """)
      #expect(r.errors == [])
      // Calls 0.5, 0.25, 0.75, 0; best so far 0.5, 0.5, 0.75, 0.75, from 0 by trapezes.
      // Without stereochemistry 0.5 (CCO) and 0.25 (C[CH](F)Cl) are left: the best is 0.5.
      #expect(
        r.output == """
          vector([0.5, 0.25, 0.75, 0]) vector([0.5, 0.25])
          0.53125 0.265625
          0 [0, 1, 2, 3, 5, 7, 11, 13, 17] [0] [0, 1, 2, 3, 5]
          0.5 0.0075
          true
          0 0 0

          """)
    }

    @Test func studiesOfTasksAreReported() {
      let r = run(
        smallFlow + """

          use guacamol
          use pmo
          s = random(pmo("median1", flow), initial: library, batch: 10, budget: 20)
          run(s)
          t = trials(s)
          assert(pmo_report(s, budget: 140).calls == s.evaluations, "no molecule twice")
          assert(auc(s, budget: 140) == auc(screen(t, pmo_goal("median1")), budget: 140), "auc")
          assert(guacamol_score(s, "med1") == guacamol_score(screen(t, median1), "median1"), "score")
          print(guacamol("med1", flow).name, s.evaluations, all(t.valid), columns(t))
          """)
      #expect(r.errors == [])
      #expect(
        r.output
          == "median1 140 true [\"trial\", \"iteration\", \"smiles\", \"score\", \"valid\"]\n")
    }

    @Test func publishedFiguresAddUp() {
      let r = run(
        """
        use pmo
        t = pmo_published()
        print(len(t), len(columns(t)), round(sum(t.reinvent), 3), round(sum(t.graph_ga), 3), round(sum(t.gp_bo), 3), round(sum(t.moldqn), 3))
        """)
      #expect(r.errors == [])
      #expect(r.output == "23 26 14.184 13.742 13.143 5.61\n")
    }

    /// Rings by hand: the spanning tree of a bridged ring system may give a larger ring than the
    /// smallest ones.
    @Test func penalizedLogPHasTheConstantsOfBothPrograms() {
      let r = run(
        """
        use pmo
        m = molecule(["CCCCCCCC", "C1CCCCCCCCC1"])
        print(longest_basis_ring(["CC", "C1CCCCC1", "C1CCC1.C1CCCCCCC1", "c1ccc2ccccc2c1"]))
        a = (logp(m) - 2.45777691) / 1.43341767 + (-sa(m) + 3.05352042) / 0.83460587 + (vector([0, -4]) + 0.04861121) / 0.28746695
        assert(all(abs(penalized_logp(m) - a) < 1e-12))
        b = (logp(m[1]) - 2.4570953396190123) / 1.434324401111988 + (-sa(m[1]) + 3.0525811293166134) / 0.8335207024513095 + (-4 + 0.0485696876403053) / 0.2860212110245455
        assert(abs(penalized_logp(m[1], "tdc") - b) < 1e-12)
        """)
      #expect(r.errors == [])
      #expect(r.output == "vector([0, 6, 8, 6])\n")
    }

    @Test func modelsAreAskedThroughAProgram() {
      let r = run(
        """
        use pmo
        p = pmo("drd2", program: "echo 0.25; true")
        print(p.name, p("CCO").score, p("C1CC").score, p("C1CC").valid)
        print(pmo("jnk3", program: "echo 1.25; true")("CCO").failure)
        print(pmo("gsk3b", program: "exit 3; echo")("CCO").feasible)
        """)
      #expect(r.errors == [])
      #expect(
        r.output == """
          drd2 0.25 0 false
          `echo 1.25; true` answered 1.25, not a number from 0 to 1
          false

          """)
    }

    @Test(arguments: [
      ("guacamol(\"osimertinb_mpo\")", "did you mean \"osimertinib_mpo\"?"),
      ("guacamol_goal(\"adp\")", "did you mean \"adip\"?"),
      ("guacamol(\"\")", "guacamol_tasks() lists them"),
      (
        "guacamol_score(table({smiles: [\"C\"], score: [1]}), \"zaleplon\")",
        "did you mean \"zaleplon_mpo\"?"
      ),
      ("pmo(\"zalplon_mpo\")", "did you mean \"zaleplon_mpo\"?"),
      ("pmo(\"zalplon\")", "did you mean \"zaleplon_mpo\"?"),
      ("auc(vector([0.5]), k: 0)", "a whole number from 1 on, not 0"),
      ("pmo(\"drd2\")", "pip install PyTDC"),
      ("pmo(\"gsk3b\", program: \"nonsense-program x\")", "no program `nonsense-program`"),
      ("pmo_goal(\"jnk3\")", "is scored by a program"),
      ("penalized_logp(\"C\", \"zinc\")", "\"nfbo\" or \"tdc\""),
      ("random(guacamol(\"adip\"), budget: 5)", "is stated in a space of molecules"),
      ("gaussian(1, 2, 0)", "`deviation` is a number above 0"),
      ("clipped(1, 2, 2)", "`lower` is a number other than `upper`"),
      ("geometric_mean([])", "of nothing"),
      ("geometric_mean([vector([1]), vector([1, 2])])", "vectors of one length"),
      ("arithmetic_mean([1, \"x\"])", "joins numbers or vectors"),
      ("element_count(\"C\", \"F2\")", "a symbol such as"),
      ("screen([\"C\"], m -> \"x\")", "the goal gives a number"),
      ("screen([\"C\", 3], qed)", "a molecule, a SMILES"),
    ]) func mistakesAreTold(_ script: String, _ part: String) {
      let r = run("use guacamol\nuse pmo\n" + script)
      #expect(r.errors.count == 1 && r.errors.first?.contains(part) == true, "\(r.errors)")
    }

    /// What is no molecule reaches a body that asks for it, and fails any other with the reason.
    @Test func invalidMoleculesScoreZeroWhereTheProblemSaysSo() {
      let r = run(
        """
        use guacamol
        t = screen(["CCO", "C1CC", ""], guacamol("median1"))
        print(t.valid, t.score[1] == 0 and t.score[2] == 0 and t.score[0] > 0)
        problem plain(m in any_molecule()) { maximize score: qed(m) }
        u = screen(["CCO", "C1CC"], plain)
        print(u.valid, u.score[1] == u.score[1], u.failure[0] == "", u.failure[1])
        print(screen(["C1CC"], qed, invalid: -1).score)
        m = molecule(["CCO", "C1CC"], strict: false)
        print(is_valid(m), qed(m[0]) > 0.4, m[0] == molecule("OCC"))
        problem named(m in any_molecule()) { maximize size: len(m.smiles) }
        print(named("C1CC").failure == u.failure[1])
        """)
      #expect(r.errors == [])
      #expect(
        r.output == """
          [true, false, false] true
          [true, false] false true `C1CC` is not a valid molecule: ring number 1 is never closed (position 2)
          vector([-1])
          [true, false] true true
          true

          """)
    }

    /// A goal may be scored on all cores only if the order does not matter.
    @Test func screeningKeepsTheOrderOfWhatPrints() {
      let r = run(
        """
        seen = screen(map(1...60, n -> repeat("C", n)), m -> heavy_atoms(m))
        assert(seen.score == vector(1...60), "order of rows")
        fn told(m) {
            print(m.smiles)
            return 1
        }
        screen(map(1...40, n -> repeat("C", n)), told)
        """)
      #expect(r.errors == [])
      #expect(r.output == (1...40).map { String(repeating: "C", count: $0) + "\n" }.joined())
    }

    @Test func shapesAndMeansAreThoseOfGuacaMol() {
      let r = run(
        """
        bell = exp(-0.5)
        x = vector([1, 2, 3])
        print(gaussian(x, 2, 1) == vector([bell, 1, bell]))
        print(min_gaussian(x, 2, 1) == vector([1, 1, bell]), max_gaussian(x, 2, 1) == vector([bell, 1, 1]))
        print(clipped(vector([-1, 0.25, 0.75]), 0.5), clipped(2, 1, lower: 3), smooth_clipped(1, 2))
        print(thresholded_linear(vector([2, 9]), 4))
        print(geometric_mean([0.25, 1]), geometric_mean([0.5, 0]), arithmetic_mean([0, 1]))
        print(geometric_mean([vector([0.25, 1]), 1]), arithmetic_mean([vector([0, 1]), vector([1, 1])]))
        print(smarts_score(["CCO", "CC"], "[OH]"), smarts_score("CC", "[OH]", absent: true))
        print(element_count(["CC(F)F", "C"], "F"), element_count("C", "H"))
        """)
      #expect(r.errors == [])
      #expect(
        r.output == """
          true
          true true
          vector([0, 0.5, 1]) 0.5 0.5
          vector([0.5, 1])
          0.5 0 0.5
          vector([0.5, 1]) vector([0.5, 1])
          vector([1, 0]) 1
          vector([2, 0]) 4

          """)
    }

    // MARK: Kit

    /// A file of vectors: the full one of `LBO_VECTORS`, or the sample.
    private static func vectors(_ name: String, _ kind: String) throws -> String {
      let samples = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "ChemistryTests/Vectors")
      var files = [samples.appending(path: "\(name).\(kind)").path]
      if kind == "tsv", let full = ProcessInfo.processInfo.environment["LBO_VECTORS"] {
        files.insert("\(full)/\(name).tsv.gz", at: 0)
        files.insert("\(full)/\(name).tsv", at: 0)
      }
      return try #require(files.first { FileManager.default.fileExists(atPath: $0) })
    }
  }
#endif
