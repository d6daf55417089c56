import Core
import Foundation
import Language
import Testing

/// The modules `synthetic` and `rover`.
struct SyntheticProblemTests {
  private static let make = """
    use synthetic
    makers = {ackley: ackley, rastrigin: rastrigin, rosenbrock: rosenbrock, levy: levy}

    """

  @Test(arguments: ["ackley", "rastrigin", "rosenbrock", "levy"])
  func eachIsZeroAtItsOptimum(_ name: String) {
    let r = run(
      Self.make + """
        make = makers["\(name)"]
        for dim in [2, 50, 200] {
            for turn in [false, true] {
                plain = make(dim, rotate: turn)(synthetic_optimum("\(name)", dim))
                assert(abs(plain.value) < 1e-9, "plain")
                for share in [0.05, 0.2] {
                    o = synthetic_optimum("\(name)", dim, shift: share)
                    at = make(dim, shift: share, rotate: turn)(o)
                    assert(abs(at.value) < 1e-9, "shifted")
                    assert(at.feasible and at.half < 0 and at.ball < 27.01, "strictly feasible")
                    assert(norm(o) > 0.1, "moved")
                    near = make(dim, shift: share, rotate: turn)(o + 0.01)
                    assert(near.value > 0, "the optimum is a minimum")
                }
            }
        }
        x = vector(map(0..<20, i -> i / 10 - 1))
        turned = make(20, rotate: true)(x)
        assert(turned.value != make(20)(x).value, "rotated")
        assert(turned.half == make(20)(x).half, "constraints act on x")
        y = ones(20) * -0.3
        assert(make(20, shift: y)(y).value < 1e-9, "a vector puts the optimum")
        hidden = make(20, indicator: true)
        assert(hidden(ones(20)).half == false and hidden(-ones(20)).half == true, "indicator")
        print(hidden.subjects[0].kind, make(20).subjects[0].kind)
        """)
    #expect(r.errors == [])
    #expect(r.output == "indicator violation\n")
  }

  @Test func knownValues() {
    // By hand: Rosenbrock at 0 is d - 1; Rastrigin at 1 is d; Levy at 0 in two dimensions.
    let r = run(
      Self.make + """
        print(rosenbrock(200)(zeros(200)).value, rastrigin(7)(ones(7)).value)
        w = 0.75
        levy_at_0 = sin(pi * w)^2 + (w - 1)^2 * (1 + 10 * sin(pi * w + 1)^2) + (w - 1)^2 * (1 + sin(2 * pi * w)^2)
        assert(abs(levy(2)(zeros(2)).value - levy_at_0) < 1e-12)
        """)
    #expect(r.errors == [])
    #expect(r.output == "199 7\n")
  }

  @Test func theShiftDoesNotDependOnTheScriptsSeed() {
    let script =
      Self.make + "print(synthetic_optimum(\"levy\", 5, shift: 0.1), rotation(2, seed: 3).seed)"
    #expect(run(script, seed: 1).output == run(script, seed: 2).output)
  }

  @Test(arguments: [
    ("ackley(1)", "`dim` is a whole number of at least 2"),
    ("ackley(5, shift: 0.3)", "a share of the box from 0 to 0.2"),
    ("ackley(5, shift: zeros(4))", "`shift` has 4 entries"),
    ("synthetic_optimum(\"akley\", 5)", "no function \"akley\""),
    ("feasible_points(ackley(5), 3, from: ones(5))", "not feasible"),
    ("feasible_points(ackley(5), 3, from: zeros(4))", "a vector of 5 numbers"),
    ("feasible_points(ackley(5), 3, from: zeros(5), where: x -> 3)", "answers true or false"),
    ("rotate(ones(3), rotation(4))", "vectors of 4 numbers"),
  ]) func mistakesAreTold(_ script: String, _ part: String) {
    let r = run(Self.make + script)
    #expect(r.errors.count == 1 && r.errors.first?.contains(part) == true, "\(r.errors)")
  }

  @Test func thePublishedStartHasTenFeasiblePoints() {
    let r = run(
      Self.make + """
        p = ackley(60, indicator: true)
        start = indicator_start(p)
        print(len(start), len(filter(start[190..<200], x -> p(x).feasible)))
        q = feasible_points(p, 3, from: -ones(60), seed: 5, where: x -> sum(x) <= 0 and norm(x) <= 30)
        assert(q == feasible_points(p, 3, from: -ones(60), seed: 5), "the rule asks the same")
        """, seed: 3)
    #expect(r.errors == [])
    #expect(r.output == "200 10\n")
    #expect(r.events.contains { $0.contains("evaluations of `ackley`") })
  }

  /// Values of the published construction, computed with SciPy's splprep and splev.
  @Test func roverIsThePublishedOne() {
    let r = run(
      """
      use rover
      i = vector(0..<60)
      x = i * 7919 % 101 / 101
      y = clamp(0.125 + 0.75 * floor(i / 2) / 29 + (i * 37 % 11 - 5) / 60, 0, 1)
      a = rover()(x)
      b = rover()(y)
      assert(abs(a.reward + 12.943682624590782) < 1e-9, "a")
      assert(abs(a["clear[1]"] - 0.026022118071) < 1e-9 and abs(a["clear[12]"] + 0.454475127195) < 1e-9)
      assert(abs(b.reward + 3.6196042440995377) < 1e-9, "b")
      assert(abs(b["clear[13]"] - 0.014134926357) < 1e-9 and abs(b["clear[0]"] + 0.362889778276) < 1e-9)
      c = rover(indicator: true)(y)
      print(c["clear[0]"], c["clear[13]"], c.feasible)
      """)
    #expect(r.errors == [])
    #expect(r.output == "true false false\n")
  }
}
