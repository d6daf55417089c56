import Testing

/// Options of `cibo` that only show in what a study measures.
struct CiBOOptionTests {
  private let three = """
    problem p(x in box(-2, 2, dim: 3)) {
        minimize sum((x - 1)^2)
        subject to a: x[0] <= 0.5
        subject to b: x[1] <= 0.5
        subject to c: x[2] <= 0.5
    }

    """

  /// lambda falls with the number of constraints, whether it is adapted from there or not.
  @Test(arguments: ["", ", adapt_lambda: true"]) func lambdaStartsByCount(_ option: String) {
    let r = run(
      three + """
        s = cibo(p, initial: 12, batch: 4, budget: 4, seed: 1\(option))
        run(s)
        print(format(s.history.lambda[1], 6))
        """)
    #expect(r.errors == [])
    #expect(r.output == "8.16497\n" || r.output == "8.164966\n", "\(r.output)")
  }

  /// Plain networks climb as many chains as an ensemble of several members: none of the batch is drawn to fill it.
  @Test func networksClimbAllChains() {
    let r = run(
      three + """
        s = cibo(p, initial: 12, batch: 40, budget: 40, seed: 1, surrogate: "networks",
                 surrogate_hidden: 16, surrogate_epochs: 10)
        run(s)
        print("filled" in columns(s.history), s.evaluations)
        """)
    #expect(r.errors == [])
    #expect(r.output == "false 52\n", "\(r.output)")
  }

  /// Without caution a yes/no constraint is as published: learned as 0 and 1, violated above 0.
  @Test func cautionMayBeLeftOut() {
    let r = run(
      """
      problem q(x in box(-2, 2, dim: 3)) {
          minimize sum((x - 1)^2)
          subject to a: indicator(sum(x) <= 0)
      }
      fn first(options) = options.trials.x[12...-1]
      a = cibo(q, initial: 12, batch: 4, budget: 12, seed: 1)
      b = cibo(q, initial: 12, batch: 4, budget: 12, seed: 1, caution: false)
      run(a)
      run(b)
      print(first(a) == first(b), a.trials.x[0..<12] == b.trials.x[0..<12])
      c = cibo(p, initial: 12, batch: 4, budget: 12, seed: 1)
      d = cibo(p, initial: 12, batch: 4, budget: 12, seed: 1, caution: false)
      run(c)
      run(d)
      print(first(c) == first(d))
      """.replacing("problem q", with: three + "problem q"))
    #expect(r.errors == [])
    #expect(r.output == "false true\ntrue\n", "\(r.output)")
  }
}
