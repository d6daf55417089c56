import Testing

/// `predict`: what is expected of the user's own candidates.
struct PredictFunctionTests {
  private let hill = """
    problem hill(x in box(-3, 3, dim: 2)) {
        minimize cost: sum((x - 1)^2)
        subject to disc: norm(x) <= 2
    }

    """

  /// A parabola, which a Gaussian process learns well from any points; halfway from the optimum a prediction is near or
  /// says that it may be off.
  @Test(arguments: ["megs", "cibo", "scbo", "sobol", "random"]) func expectsWhatIsThere(
    _ method: String
  ) {
    let r = run(
      hill + """
        s = \(method)(hill, initial: 30, budget: 20, batch: 10, seed: 1)
        run(s)
        t = predict(s, [vector([1, 1]), vector([0.5, 0.2]), vector([2.5, 2.5])])
        print(columns(t))
        c = t.expected_cost
        near = abs(c[1] - 0.89) < 0.4 or 0.89 in t.low_cost[1]...t.high_cost[1]
        print(abs(c[0]) < 0.5, near, all(t.low_cost <= c), all(t.high_cost >= c))
        print(t.chance_feasible[0] > 0.5, t.chance_feasible[1] > 0.5, t.chance_feasible[2] < 0.5)
        # A look changes nothing.
        before = s.trials.cost
        u = \(method)(hill, initial: 30, budget: 20, batch: 10, seed: 1)
        run(u, until: 40)
        predict(u, u.trials)
        run(u)
        print(u.trials.cost == before)
        """)
    #expect(r.errors == [])
    #expect(
      r.output
        == "[\"x\", \"expected_cost\", \"low_cost\", \"high_cost\", \"chance_feasible\"]\n"
        + "true true true true\ntrue true true\ntrue\n")
  }

  @Test func looksAtMolecules() {
    let r = run(
      smallFlow + "\n" + smallProblem + """

        s = nfbo(light, initial: head(library, 30), budget: 4, batch: 2, candidates: 40, epochs: 2)
        run(s)
        known = head(library, 20)
        t = predict(s, known)
        true_size = map(known.smiles, m -> abs(heavy_atoms(m) - 15))
        print(correlation(t.expected_size, vector(true_size)) > 0.8)
        print(all(t.low_size < t.expected_size), all(t.chance_feasible >= 0), all(t.chance_feasible <= 1))
        print(len(predict(s, "CCO")), predict(s, molecule("OCC")).smiles)
        drawn = random(light, initial: 3, budget: 1)
        run(drawn)
        predict(drawn, known)
        """)
    #expect(r.errors.count == 1 && r.errors[0].contains("learns no model"), "\(r.errors)")
    #expect(r.output == "true\ntrue true true\n1 [\"OCC\"]\n", "\(r.output)")
  }

  /// Once evaluations fail, where they do is learned, and counts as not feasible.
  @Test func failuresAreExpected() {
    let r = run(
      """
      problem half(x in box(-3, 3, dim: 2)) {
          if sum(x) < 0 { fail("no mesh") }
          minimize cost: sum((x - 1)^2)
      }
      s = sobol(half, initial: 40, budget: 1)
      run(s)
      t = predict(s, [vector([1, 1]), vector([-1, -1]), vector([2, 0.5]), vector([-2, 0.5])])
      print(t.chance_feasible[0] > 0.9, t.chance_feasible[1] < 0.1)
      print(t.chance_feasible[2] > 0.9, t.chance_feasible[3] < 0.1)
      """)
    #expect(r.errors == [])
    #expect(r.output == "true true\ntrue true\n")
  }

  /// One value says nothing of how far others may be, two or three little.
  @Test func fewValuesLeaveTheSpreadOpen() {
    let r = run(
      """
      problem f(n in 0...10) { minimize c: 1000 * (n - 2)^2 }
      s = sobol(f, initial: [4], budget: 9)
      step(s)
      one = predict(s, 7)
      print(one.expected_c[0], one.low_c[0] < -1e300, one.high_c[0] > 1e300)
      k = sobol(f, initial: [4, 8], budget: 9)
      step(k)
      two = predict(k, [0, 10])
      print(all(two.low_c < 64000), all(two.high_c > 64000))
      """)
    #expect(r.errors == [])
    #expect(r.output == "4000 true true\ntrue true\n", "\(r.output)")
  }

  @Test(arguments: [
    ("predict(cmaes(hill, initial: 4, budget: 4), vector([0, 0]))", "no evaluations yet"),
    ("predict(megs(hill, initial: 4, budget: 4), vector([0, 0]))", "no evaluations yet"),
    ("s = megs(hill, initial: 4, budget: 4)\nrun(s)\npredict(s, vector([0, 0, 0]))", "2 numbers"),
    (
      "s = megs(hill, initial: 4, budget: 4)\nrun(s)\npredict(s, vector([0, 9]))", "outside the box"
    ),
    ("s = megs(hill, initial: 4, budget: 4)\nrun(s)\npredict(s, \"CCO\")", "not a vector"),
  ]) func refusesWhatItCannotTell(_ text: String, _ part: String) {
    let r = run(hill + text)
    #expect(r.errors.count == 1 && r.errors[0].contains(part), "\(r.errors)")
  }
}
