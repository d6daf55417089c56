import Bindings
import Core
import Foundation
import Language
import Reporting
import Synchronization
import Testing

struct CompareFunctionTests {
  private static let problem = """
    problem bowl(x in box(-5, 5, dim: 3)) {
        minimize cost: sum((x - 1)^2)
        subject to half: sum(x) <= 3
    }

    """

  @Test func methodsRunSideBySide() throws {
    let r = run(
      Self.problem + """
        c = compare(
            [sobol(bowl, initial: 8, batch: 8, budget: 24), random(bowl, initial: 8, batch: 8, budget: 24),
             sobol(bowl, initial: 8, batch: 6, budget: 24)], seeds: 1...3)
        print(c.names, columns(c.table), len(c.table), len(c.runs))
        print(map(c.runs, r -> r.seed))
        first = c.runs[0].study
        second = c.runs[1].study
        assert(trials(first).x[0..<8] == trials(second).x[0..<8], "one start for a seed")
        again = sobol(bowl, initial: 8, batch: 8, budget: 24, seed: 1)
        run(again)
        assert(again.curve == first.curve, "a run is that of its seed")
        best_of = sort(map([c.runs[0], c.runs[3], c.runs[6]], r -> r.study.best.cost))
        row = c.table[0]
        assert(row.median == best_of[1] and row.best == best_of[0] and row.worst == best_of[2])
        assert(row.runs == 3 and row.feasible == 3)
        p = plot(c)
        s = plot(c, "feasible_share")
        v = plot(c, "violations", log: true)
        b = plot([first, second], "batch_spread", names: ["a", "b"])
        """)
    #expect(r.errors == [])
    #expect(
      r.output.hasPrefix(
        "[\"sobol, batch: 8\", \"random\", \"sobol, batch: 6\"] [\"method\", \"runs\", \"feasible\", "
      ))
    #expect(r.output.contains("3 9\n[1, 1, 1, 2, 2, 2, 3, 3, 3]"))
    for (name, count) in [("p", 6), ("s", 6), ("v", 6), ("b", 2)] {
      guard case .host(let object)? = r.session[name], let plot = object as? any Plottable else {
        Issue.record("\(name) is no plot")
        continue
      }
      #expect(plot.plot.series.count == count, "\(name)")
    }
    #expect(r.events.contains { $0.contains("sobol, batch: 8 seed 2 (4 of 9)") })
  }

  @Test func studiesThatAreThereAreCompared() {
    let r = run(
      Self.problem + """
        a = sobol(bowl, initial: 4, budget: 8, seed: 1)
        run(a)
        c = compare([a, sobol(bowl, initial: 4, budget: 8, seed: 2), random(bowl, initial: 4, budget: 8)])
        print(c.names, map(c.runs, r -> r.study.evaluations), c.table.runs)
        d = compare([sobol(bowl, initial: 4), sobol(bowl, initial: 4)], seeds: [1], until: 12)
        print(d.names, map(d.runs, r -> r.study.evaluations >= 12))
        """)
    #expect(r.errors == [])
    #expect(
      r.output == "[\"sobol\", \"random\"] [12, 12, 12] vector([2, 1])\n"
        + "[\"sobol\", \"sobol (2)\"] [true, true]\n")
  }

  @Test func runsWithoutAFeasiblePointCountAsWorst() {
    let r = run(
      """
      problem rare(x in box(0, 1, dim: 2)) { minimize x[0]
          subject to never: x[0] <= -1 }
      c = compare([sobol(rare, initial: 4, budget: 4)], seeds: 1...2)
      print(c.table.feasible, c.table.median, c.table.first_feasible)
      """)
    #expect(r.errors == [])
    #expect(r.output == "vector([0]) vector([nan]) vector([nan])\n")
    // Of several runs a warning says which it is about.
    for seed in 1...2 {
      #expect(
        r.events.contains {
          $0.contains("sobol seed \(seed) (\(seed) of 2): ") && $0.contains("nothing feasible")
        }, "\(r.events)")
    }
  }

  @Test func ctrlCKeepsFinishedRuns() {
    let cancellation = Cancellation()
    let output = Mutex("")
    let environment = ScriptEnvironment(
      cancellation: cancellation, output: { text in output.withLock { $0 += text } },
      events: { event in
        // The second run's first report asks to stop.
        if "\(event)".contains("(2 of 4)") { cancellation.request() }
      }, allowsShell: true)
    let session = Session(functions: StandardCatalog.families, environment: environment)
    _ = session.evaluate(
      source: Self.problem
        + "c = compare([sobol(bowl, initial: 4, batch: 2, budget: 6)], seeds: 1...4)")
    cancellation.reset()
    let outcome = session.evaluate(
      source: "print(len(c.runs), c.runs[0].complete, c.runs[1].complete, c.table.runs)")
    #expect(outcome.diagnostics.isEmpty)
    #expect(output.withLock { $0 } == "2 true false vector([1])\n")
  }

  @Test(arguments: [
    ("compare([])", "no study"),
    ("compare([3])", "holds 3"),
    ("compare([sobol(bowl)], seeds: 1...2)", "has no budget"),
    ("compare([sobol(bowl, budget: 5)], seeds: [1, 1])", "twice"),
    ("compare([sobol(bowl, budget: 5)], seeds: [0.5])", "whole numbers"),
    ("compare([sobol(bowl, budget: 5)], seeds: [1], names: [\"a\", \"b\"])", "2 names"),
    (
      "problem other(x in box(0, 1, dim: 1)) { minimize x[0] }\n"
        + "compare([sobol(bowl, budget: 5), sobol(other, budget: 5)])", "different problems"
    ),
    (
      "problem assay(x in box(0, 1, dim: 1)) { maximize measured(\"gain\") - x[0] }\n"
        + "compare([sobol(assay, budget: 5)], seeds: 1...2)", "`assay` is measured outside"
    ),
  ]) func mistakesAreTold(_ script: String, _ part: String) {
    let r = run(Self.problem + script)
    #expect(r.errors.count == 1 && r.errors.first?.contains(part) == true, "\(r.errors)")
  }

  @Test func aRunThatCountsTwiceIsToldOf() {
    let problem = "problem p(x in box(0, 1, dim: 2)) { minimize sum(x) }\n"
    func warns(_ studies: String) -> Bool {
      let r = run(problem + "a = sobol(p, budget: 4)\ncompare([\(studies)])")
      #expect(r.errors == [])
      return r.events.contains { $0.contains("one run counts as two") }
    }
    #expect(warns("a, a"))
    #expect(warns("random(p, budget: 4, seed: 3), random(p, budget: 4, seed: 3)"))
    #expect(!warns("a, sobol(p, budget: 4), random(p, budget: 4, seed: 3)"))
    #expect(!warns("random(p, budget: 4, seed: 3), random(p, budget: 4, seed: 3, batch: 2)"))
  }
}
