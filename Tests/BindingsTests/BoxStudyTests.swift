import Core
import Foundation
import Language
import Reporting
import Testing

/// Studies in boxes, and what may go wrong in them, by methods that learn nothing.
struct BoxStudyTests {
  @Test(arguments: [
    ("box(1, 1, dim: 2)", "both bounds at 1"),
    ("box(2, 1, dim: 2)", "reversed"),
    ("box([0, 0], [1, 0.0 - 1])", "reversed"),
    ("box([0, 0], [1, 1, 1])", "has 2 entries, but the box has 3"),
    ("box(0, 1, dim: 0)", "from 1 to 1000000"),
    ("box(0, inf, dim: 1)", "finite bounds"),
  ]) func badBoundsAreTold(_ script: String, _ part: String) {
    let r = run(script)
    #expect(r.errors.count == 1 && r.errors.first?.contains(part) == true, "\(r.errors)")
  }

  @Test(arguments: ["sobol", "random"]) func sizesFromOneToAThousand(_ method: String) {
    let r = run(
      """
      for d in [1, 2, 1000] {
          problem p(x in box(-1, 1, dim: d)) { minimize sum(x^2)
              subject to half: x[0] <= 0 }
          s = \(method)(p, initial: 3, batch: 4, budget: 10)
          run(s)
          print(s.evaluations, s.iterations, len(s.best.x))
      }
      """)
    #expect(r.errors == [])
    // A budget that the batch does not divide is spent to the last evaluation.
    #expect(r.output == "13 4 1\n13 4 2\n13 4 1000\n")
  }

  @Test(arguments: ["sobol", "random"]) func hardProblemsRun(_ method: String) {
    let r = run(
      """
      problem constant(x in box(0, 1, dim: 2)) { minimize 3 + 0 * x[0] }
      a = \(method)(constant, budget: 8)
      run(a)
      print(a.best.objective)
      problem partly(x in box(-1, 1, dim: 2)) {
          if x[0] > 0 { fail("the pump broke") }
          minimize log(0.5 - x[1])
      }
      b = \(method)(partly, initial: 20, batch: 10, budget: 20)
      run(b)
      t = trials(b)
      print(len(unique(t.failure)) >= 2, len(t) == 40, b.best.x[0] <= 0, history(b).failed[0] > 0)
      problem unclear(x in box(0, 1, dim: 2)) { minimize x[0]
          subject to odd: log(x[1] - 2) <= 0 }
      c = \(method)(unclear, budget: 5)
      run(c)
      print(c.best, unique(trials(c).failure)[0])
      problem one(x in box(0, 1, dim: 2)) { minimize x[0] }
      d = \(method)(one, initial: [vector([0.5, 0.5])], budget: 1)
      run(d)
      print(d.evaluations)
      """)
    #expect(r.errors == [])
    let lines = r.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 4)
    #expect(lines.prefix(2) == ["3", "true true true true"])
    #expect(lines[2].hasPrefix("none the constraint `odd`"), "\(lines)")
    #expect(lines[3] == "2")
  }

  /// A twentieth of the budget; a method that chose all at once would have learned nothing.
  @Test(arguments: ["megs", "cibo", "scbo"]) func theBudgetDecidesTheBatch(_ method: String) {
    let r = run(
      """
      problem p(x in box(-1, 1, dim: 2)) { minimize sum(x^2) }
      for budget in [60, 10] {
          s = \(method)(p, initial: 6, budget: budget, seed: 1)
          run(s, iterations: 3)
          print(s.history.evaluations)
      }
      s = \(method)(p, initial: 6, seed: 1)
      run(s, iterations: 2)
      print(s.history.evaluations)
      s = \(method)(p, initial: 6, seed: 1, budget: 60, batch: 4)
      run(s, iterations: 2)
      print(s.history.evaluations)
      """)
    #expect(r.errors == [])
    #expect(
      r.output == "vector([6, 9, 12])\nvector([6, 7, 8])\nvector([6, 16])\nvector([6, 10])\n",
      "\(r.output)")
  }

  @Test func aStudyIsGivenMoreToSpend() {
    let r = run(
      """
      problem p(x in box(-1, 1, dim: 2)) { minimize sum(x^2) }
      s = megs(p, initial: 6, budget: 10, batch: 5, seed: 1)
      run(s)
      run(s, until: 30)
      print(s.evaluations, s.finished)
      run(s, budget: 15)
      print(s.evaluations, s.finished)
      run(s, until: 22, budget: 40)
      print(s.evaluations, s.finished)
      # As one study that had it all from the beginning.
      t = megs(p, initial: 6, budget: 16, batch: 5, seed: 1)
      run(t)
      print(t.candidates == s.candidates)
      """)
    #expect(r.errors == [])
    #expect(
      r.output
        == "16 the budget of 10 is spent\n21 the budget of 15 is spent\n22 false\ntrue\n",
      "\(r.output)")
    #expect(r.events.contains { $0.contains("run(study, budget: 20) gives it more") })
  }

  /// A point of the start set that is given twice is paid for once.
  @Test func startPointsCountOnce() {
    let r = run(
      """
      problem p(x in box(-1, 1, dim: 2)) { minimize sum(x^2) }
      s = sobol(p, initial: [vector([1, 1]), vector([1, 1]), vector([0, 1])], budget: 1)
      run(s, iterations: 1)
      print(s.candidates)
      problem words(x in ["a", "b"]) { minimize len(x) }
      sobol(words, budget: 1)
      """)
    #expect(r.output == "[vector([1, 1]), vector([0, 1])]\n")
    #expect(r.errors.first?.contains("in box(0, 1, dim: 10))") == true, "\(r.errors)")
  }

  @Test func nothingFeasibleIsTold() {
    let r = run(
      """
      problem rare(x in box(0, 1, dim: 2)) {
          minimize x[0]
          subject to far: x[1] <= -1
          subject to near: x[0] <= 0.9
      }
      s = sobol(rare, initial: 4, budget: 4)
      run(s)
      best(s)
      print(s)
      print(history(s).violation_far[0] > 1, history(s).batch_spread[0] > 0)
      """)
    #expect(r.errors == [])
    #expect(
      r.events.contains { $0.contains("warning") && $0.contains("nothing feasible was found") })
    #expect(r.events.contains { $0.contains("nothing feasible yet") && $0.contains("`far` binds") })
    #expect(r.output.contains("nothing feasible yet: trial"))
    #expect(r.output.hasSuffix("true true\n"))
  }

  @Test func aSliceIsAHeatMap() throws {
    let r = run(
      """
      problem p(x in box([0, 0, 0], [1, 2, 4])) { minimize cost: x[0] + 10 * x[1] + 100 * x[2]
          subject to half: x[2] <= 2 }
      a = slice(p, along: [2, 0], at: [9, 1, 9], n: 2)
      b = slice(p, along: [2, 0], n: 2, feasible: true)
      c = slice(x -> x[0], box(0, 4, dim: 2), n: 2)
      """)
    #expect(r.errors == [])
    func values(_ name: String) throws -> [Double] {
      guard case .host(let object)? = r.session[name], let plot = object as? any Plottable,
        case .grid(let grid)? = plot.plot.series.first?.mark
      else {
        Issue.record("\(name) is no heat map")
        return []
      }
      return grid.values
    }
    #expect(try values("a") == [110.25, 310.25, 110.75, 310.75])
    #expect(try values("b").map(\.isNaN) == [false, true, false, true])
    #expect(try values("c") == [1, 3, 1, 3])
    #expect(
      run("slice(x -> x[0], box(0, 1, dim: 1), along: [0, 1])").errors.first?.contains("along")
        == true)
    #expect(run("slice(x -> x)").errors.first?.contains("`space` is missing") == true)
  }
}
