import Foundation
import Testing

/// Studies of problems over named settings.
struct SettingsFunctionTests {
  private let reaction = """
    problem p(warmth in 20...120, hours in [1, 2, 4, 8], load in linspace(0.1, 2, n: 20)) {
        price = 0.1 * hours + load
        maximize gain: measured("yield") - price
        require gentle: (warmth - 20) * hours <= 400
    }
    fn filled(t) {
        t.yield = map(0..<len(t), i -> 90 - (t.warmth[i] - 70)^2 / 50 + 3 * t.hours[i] - t.load[i])
        return t
    }

    """

  private func printed(_ script: String, _ place: SourceLocation = #_sourceLocation) -> String {
    let r = run(script)
    #expect(r.errors == [], sourceLocation: place)
    return r.output
  }

  /// A column for each setting, on the way to the bench and back, through a file.
  @Test(arguments: ["optimize", "scbo", "cibo", "cmaes", "sobol", "random"])
  func theBenchSeesNames(_ method: String) {
    let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let output = printed(
      reaction + """
        s = \(method)(p, initial: 6, batch: 3, budget: 9, seed: 1)
        while len(ask(s)) > 0 {
            save(ask(s), "\(path)")
            tell(s, filled(csv("\(path)")))
        }
        t = trials(s)
        onlevel = map(0..<len(t), i -> t.hours[i] in [1, 2, 4, 8] and abs(round(10 * t.load[i]) - 10 * t.load[i]) < 1e-9)
        print(len(t), all(onlevel), all(t.gentle <= 0), columns(t)[0..<6])
        """)
    #expect(
      output == """
        15 true true ["trial", "iteration", "warmth", "hours", "load", "gain"]

        """)
  }

  @Test func resultsAreTakenInOtherForms() {
    let output = printed(
      reaction + """
        s = sobol(p, initial: [{warmth: 30, hours: 2, load: 0.1}, [40, 8, 0.2], vector([60, 4, 1])], batch: 2, budget: 4, seed: 1)
        print(ask(s).hours)
        tell(s, {trial: 0, yield: 50})
        tell(s, {Warmth: 40, HOURS: 8, load: 0.2, yield: 60})
        tell(s, {warmth: "60", hours: "4", load: "1", yield: 70})
        print(trials(s).gain, s.best)
        again = megs(p, initial: trials(s), budget: 4, seed: 2)
        print(ask(again).warmth)
        """)
    #expect(
      output == """
        vector([2, 8, 4])
        vector([49.7, 59, 68.6]) {trial: 2, warmth: 60, hours: 4, load: 1, gain: 68.6, price: 1.4, yield: 70, feasible: true}
        vector([30, 40, 60])

        """, "\(output)")
  }

  @Test func aModelIsAskedByNames() {
    let output = printed(
      """
      problem q(a in 0...1, b in -1...1) { minimize cost: (a - 0.3)^2 + (b + 0.2)^2 }
      s = optimize(q, initial: 12, budget: 20, seed: 1)
      run(s)
      print(columns(predict(s, [{a: 0.1, b: 0.1}]))[0..<3], abs(predict(s, s.best).expected_cost[0] - s.best.cost) < 0.1, len(predict(s, trials(s))) == 32)
      print(s.best.cost < 0.01, len(feasible_points(q, 3, from: [0.5, 0.5])))
      """)
    #expect(output == "[\"a\", \"b\", \"expected_cost\"] true true\ntrue 3\n")
  }

  /// Six points in all: each is asked for once, and then there is nothing left.
  @Test(arguments: ["megs", "cibo", "scbo", "sobol", "random"])
  func aGridEnds(_ method: String) {
    let r = run(
      """
      problem q(a in [1, 2, 3], b in [0, 5]) { minimize cost: (a - 2.2)^2 + b }
      s = \(method)(q, initial: 3, batch: 2, budget: 20, seed: 1)
      run(s)
      print(len(trials(s)), best(s).a[0], best(s).b[0], s.finished != false)
      """)
    #expect(r.errors == [])
    #expect(r.output == "6 2 0 true\n", "\(r.output)")
  }

  /// A start set at one level of a setting, and the best at another: steps that are short beside the distance
  /// of two levels must not keep a search where it started, nor call the rest of a grid known.
  @Test(arguments: ["megs", "cibo", "scbo", "cmaes", "sobol", "random"], 1...3)
  func levelsAreLeft(_ method: String, _ seed: Int) {
    let grid = run(
      """
      problem g(a in [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], b in [1, 2]) { maximize gain: a * b }
      s = \(method)(g, initial: map([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], a -> [a, 1]), budget: 20, batch: 4, seed: \(seed))
      run(s)
      print(len(trials(s)), s.best.gain)
      """)
    #expect(grid.errors == [] && grid.output == "14 1.4\n", "\(grid.output)")
  }

  /// Levels spaced by powers are covered like others, and no end is told before all was evaluated.
  @Test(arguments: ["megs", "scbo", "cmaes", "sobol", "random"])
  func unevenLevelsAreCovered(_ method: String) {
    let r = run(
      """
      problem u(dose in [0.01, 0.1, 1, 10, 100, 1000], ph in [5, 6, 7]) { maximize gain: -ph * dose }
      s = \(method)(u, initial: 6, budget: 30, batch: 4, seed: 2)
      step(s)
      print(max(trials(s).dose) > 10, min(trials(s).dose) < 1)
      run(s)
      print(len(trials(s)), len(group(trials(s), "dose")))
      """)
    #expect(r.errors == [] && r.output == "true true\n18 6\n", "\(r.errors) \(r.output)")
  }

  /// A result at another level is no result of the one that was asked for, however near they lie in the box.
  @Test func levelsAreNotTakenForEachOther() {
    let r = run(
      """
      problem q(dose in [0.01, 0.1, 1, 1000], t in 0...1) { maximize gain: measured("y") - t }
      s = sobol(q, initial: [[0.01, 0.5], [1000, 0.2]], batch: 2, budget: 4)
      tell(s, {dose: 0.1, t: 0.5, y: 3})
      tell(s, {dose: 0.01, t: 0.501, y: 4})
      print(s.evaluations, trials(s).dose, trials(s).gain)
      """)
    #expect(r.errors == [] && r.output == "1 vector([0.01]) vector([3.5])\n", "\(r.output)")
    #expect(r.events.contains { $0.contains("was never asked for, as 0.1 0.5") })
  }

  /// Settings that changed places would give old results to others.
  @Test func settingsInAnotherOrderAreAnotherProblem() {
    let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).db"
    defer { try? FileManager.default.removeItem(atPath: path) }
    func script(_ settings: String) -> String {
      "problem q(\(settings)) { maximize gain: 3 - flour }\n"
        + "run(sobol(q, initial: 3, budget: 2, seed: 1, store: \"\(path)\"))"
    }
    #expect(run(script("flour in 0...1, water in 0...1")).errors == [])
    let swapped = run(script("water in 0...1, flour in 0...1")).errors.first ?? ""
    #expect(swapped.contains("belongs to another problem: `q` of flour, water"), "\(swapped)")
  }

  @Test func placesAreGivenByNames() {
    let output = printed(
      """
      problem q(a in 0...1, b in 0...1, c in [1, 2]) { minimize cost: (a - 0.3)^2 + b + c; require r: a <= 0.5 }
      s = megs(q, initial: 6, budget: 8, seed: 1)
      run(s)
      slice(q, at: s.best, along: ["b", "a"], n: 4)
      print(len(feasible_points(q, 2, from: {a: 0.1, b: 0.1, c: 1})))
      print(predict(s, [{a: 0.6, b: 0.1, c: 1}]).chance_feasible)
      print(q)
      """)
    #expect(
      output.contains("2\nvector([0])\nproblem q(a, b, c): minimize cost, require r\n"), "\(output)"
    )
  }

  @Test(arguments: [
    ("a in 0...1, b in [3]", "the setting `b` of `q` has one value only, 3"),
    ("a in 0...1, b in \"x\"", "the setting `b` of `q` is \"x\", not a range or a list of numbers"),
    ("a in 0...1, b in [\"x\", \"y\"]", "not a range or a list of numbers"),
    ("a in 0...1, trial in 0...1", "a setting cannot be named `trial`"),
    ("a in 0...1, cost in 0...1", "`cost` is the name of the goal and of a setting"),
  ]) func mistakesAreTold(_ settings: String, _ part: String) {
    let r = run("problem q(\(settings)) { minimize cost: a }\ns = megs(q, budget: 4)")
    #expect(r.errors.count == 1 && r.errors[0].contains(part), "\(r.errors)")
  }

  @Test func otherMistakesAreTold() {
    let q = "problem q(a in 0...1, b in 0...1) { minimize a - measured(\"m\") }\n"
    func error(_ rest: String) -> String { run(q + rest).errors.first ?? "" }
    #expect(error("nfbo(q, initial: 5)").contains("`q` is stated in settings"))
    #expect(
      error("s = megs(q, initial: 2, budget: 4)\nask(s)\ntell(s, {a: 0.5, m: 3})")
        .contains("no column `b`, but others of the settings"))
    #expect(
      error(
        "problem r(a in 0...1, m in 0...1) { minimize a - measured(\"m\") }\nmegs(r, budget: 3)"
      )
      .contains("`m`"))
  }

  /// One setting is a number, in the body, in a call, in start sets and in tables.
  @Test(arguments: ["optimize", "scbo", "cibo", "cmaes", "sobol", "random"])
  func oneSettingIsANumber(_ method: String) {
    let output = printed(
      """
      problem p(t in 20...120) { maximize y: -(t - 70)^2 }
      print(p(60).y, p(vector([60])).y, p({t: 60}).y)
      s = \(method)(p, initial: [20, 100], batch: 2, budget: 4, seed: 1)
      run(s)
      t = trials(s)
      print(t.t[0...1], s.best.t == t.t[argmax(t.y)], columns(predict(s, linspace(20, 120, n: 3))))
      problem q(n in [1, 2, 5]) { minimize abs(n - 2) }
      k = \(method)(q, initial: 1, batch: 1, budget: 5, seed: 1)
      run(k)
      print(sort(k.trials.n), k.best.n)
      """)
    #expect(
      output == """
        -100 -100 -100
        vector([20, 100]) true ["t", "expected_y", "low_y", "high_y"]
        vector([1, 2, 5]) 2

        """)
  }

  /// What is at hand may lie elsewhere; it is told of.
  @Test func startPointsOffTheLevelsAreTold() {
    let r = run(
      "problem f(n in [1, 2, 5]) { minimize (n - 3)^2 }\ns = megs(f, initial: [2, 3], budget: 1)\n"
        + "print(predict(megs(f, initial: 3, budget: 1), 2))")
    #expect(
      r.events.contains {
        $0.contains("1 of 2 candidates of the start set lie at values that a setting does not have")
      },
      "\(r.events)")
    #expect(
      r.events.contains { $0.contains("(of candidate 1, `n` is 3, none of 1, 2, 5)") },
      "\(r.events)")
    #expect(r.errors.first?.contains("no evaluations yet") == true)
    let missing = run(
      "problem f(a in 0...1, b in 0...1) { minimize a + b }\ns = sobol(f, initial: 4, budget: 1)\nrun(s)\n"
        + "predict(s, {a: 0.5})")
    #expect(missing.errors.first?.contains("no column `b`") == true, "\(missing.errors)")
  }

  @Test(arguments: [
    ("problem p(t in 5...1) { minimize t }\nmegs(p, budget: 3)", "bounds reversed: 5 is above 1"),
    ("problem p(t in 5...5) { minimize t }\nmegs(p, budget: 3)", "one value only, 5"),
    ("problem p(t in [3]) { minimize t }\nmegs(p, budget: 3)", "one value only, 3"),
    (
      "problem p(t in [\"a\", \"b\"]) { minimize len(t) }\nmegs(p, budget: 3)",
      "stated in a list of 2"
    ),
  ]) func badSettingsAreTold(_ script: String, _ part: String) {
    let r = run(script)
    #expect(r.errors.first?.contains(part) == true, "\(r.errors)")
  }

  @Test func aSliceNamesItsAxes() throws {
    let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).svg"
    defer { try? FileManager.default.removeItem(atPath: path) }
    _ = printed(
      """
      problem q(warmth in 0...1, hours in [0, 1, 2]) { minimize warmth + hours }
      s = sobol(q, initial: 4, budget: 2, seed: 1)
      run(s)
      slice(q, n: 4, points: trials(s), to: "\(path)")
      """)
    let picture = try String(contentsOfFile: path, encoding: .utf8)
    #expect(picture.contains("warmth") && picture.contains("hours"))
  }
}
