import Testing

/// The reward of a study by `cibo` as functions of a script.
struct StudySurfaceTests {
  private static let bowl = """
    seed(3)
    problem bowl(x in box(-5, 5, dim: 2)) {
      minimize cost: sum((x - 1)^2)
      subject to half: sum(x) <= 0
    }
    study = cibo(bowl, initial: 30, batch: 8, budget: 24)

    """

  @Test func theRewardKnowsWhereItIsGood() {
    let r = run(
      Self.bowl + """
        run(study)
        print(study.reward(zeros(2)) > study.reward([4, 4]))
        print(study.reward(zeros(2)) > study.reward([-4, -4]))
        print(study.reward([zeros(2), [4, 4]]) == vector([study.reward(zeros(2)), study.reward([4, 4])]))
        """)
    #expect(r.errors == [])
    #expect(r.output == "true\ntrue\ntrue\n")
  }

  /// The flow's equation is solved in steps there and back: the default's error is some thousandths
  /// of the good points' spread, which is below 5 here.
  @Test func encodingAndDecodingMatch() {
    let r = run(
      Self.bowl + """
        run(study)
        point = vector([-0.5, 0.2])
        z = study.encode(point)
        back = study.decode(z)
        print(norm(back - point) < 0.05, len(study.decode([z, z])))
        print(abs(study.latent_reward(z) - study.reward(back)) < 0.001)
        print(all(study.decode(100 * ones(2)) <= 5), all(study.decode(-100 * ones(2)) >= -5))
        """)
    #expect(r.errors == [])
    #expect(r.output == "true 2\ntrue\ntrue true\n")
  }

  @Test func aFunctionKeepsItsModels() {
    let r = run(
      Self.bowl + """
        run(study, iterations: 2)
        early = study.reward
        value = early([1, -1])
        step(study)
        print(early([1, -1]) == value, study.reward([1, -1]) == value)
        """)
    #expect(r.errors == [])
    #expect(r.output == "true false\n")
  }

  @Test(arguments: [
    ("step(study)\nstudy.reward(zeros(2))", "learned nothing yet"),
    ("study.decode(zeros(2))", "learned nothing yet"),
    ("sobol(bowl, budget: 4).reward", "a study by sobol has no `reward`"),
    ("run(study)\nstudy.reward(zeros(3))", "2 coordinates, not 3"),
    ("run(study)\nstudy.reward(\"x\")", "a vector or a list of vectors"),
    (
      "s = cibo(bowl, initial: 30, batch: 8, budget: 8, space: \"data\")\nrun(s)\ns.encode([0, 0])",
      "searches data space"
    ),
  ]) func mistakesAreTold(_ script: String, _ part: String) {
    let r = run(Self.bowl + script)
    #expect(r.errors.count == 1, "\(r.errors)")
    #expect(part.isEmpty || r.errors.first?.contains(part) == true, "\(r.errors)")
  }
}
