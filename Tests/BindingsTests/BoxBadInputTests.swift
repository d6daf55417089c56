import Bindings
import Core
import Foundation
import Language
import Testing

/// Problems and settings that a box method should not meet, through the language: each gives a clear
/// message or a sane run, and no trial is lost.
struct BoxBadInputTests {
  private static let tiny =
    "flow_hidden: 8, flow_steps: 6, flow_resteps: 3, solver_steps: 3, surrogate_hidden: 12, "
    + "surrogate_epochs: 4, sampler_steps: 3, sampler_hidden: 8, sampler_batch: 12, "
    + "trajectory: 4, filter: 2, ascent_steps: 6, chains: 16"

  /// A method's name and the options that make it quick.
  struct Method: Sendable, CustomTestStringConvertible {
    var name: String
    var options = ""
    var label = ""
    var learns = true
    var testDescription: String { label.isEmpty ? name : label }

    func call(_ setting: String) -> String {
      "\(name)(p, \(setting)\(options.isEmpty ? "" : ", \(options)"))"
    }
  }

  static let methods = [
    Method(name: "cibo", options: tiny),
    Method(name: "cibo", options: "preset: \"published\", " + tiny, label: "cibo, published"),
    Method(name: "megs", options: "ascent_steps: 6, chains: 16, members: 3, hidden: 8"),
    Method(name: "scbo", options: "candidates: 50"), Method(name: "cmaes"),
    Method(name: "sobol", learns: false), Method(name: "random", learns: false),
  ]

  /// Runs `method` on a problem and prints how many trials there are, and the study.
  private func study(
    _ method: Method, _ problem: String, _ setting: String = "initial: 8, batch: 6, budget: 15"
  ) -> ScriptResult {
    run(
      """
      seed(1)
      \(problem)
      study = \(method.call(setting))
      run(study);
      print(study.evaluations)
      print(study)
      """)
  }

  private static let space = "box(-5, 5, dim: 3)"

  /// The run came to its end with all trials and no error.
  private func expectWhole(_ r: ScriptResult, _ count: Int, _ method: Method) {
    #expect(r.errors == [], "\(method.testDescription)")
    #expect(r.output.hasPrefix("\(count)\n"), "\(method.testDescription): \(r.output)")
  }

  @Test(arguments: methods) func nothingFeasibleEver(_ method: Method) {
    let r = study(
      method,
      """
      problem p(x in \(Self.space)) {
        minimize sum(x^2)
        subject to never: sum(x^2) + 1 <= 0
        subject to often: x[0] <= 4
      }
      """)
    expectWhole(r, 23, method)
    #expect(r.output.contains("nothing feasible yet") && r.output.contains("`never` binds most"))
    #expect(r.events.contains { $0.contains("nothing feasible was found") })
  }

  @Test(arguments: methods) func constants(_ method: Method) {
    for body in [
      "minimize 3 + 0 * x[0]", "minimize sum(x^2)\n subject to c: 0 * x[0] - 1 <= 0",
      "minimize sum(x^2)\n subject to c: 0 * x[0] <= 0",
      "minimize sum(x^2)\n subject to c: indicator(x[0] < 9)",
    ] {
      let r = study(method, "problem p(x in \(Self.space)) {\n \(body)\n}")
      expectWhole(r, 23, method)
      #expect(r.output.contains("best objective"), "\(body)")
    }
  }

  /// Where a constraint is NaN, or the body fails, the trial is a failed one and says why.
  @Test(arguments: methods) func failuresOnAPartOfTheBox(_ method: Method) {
    for body in [
      "minimize sum(x^2)\n subject to c: sqrt(x[0]) <= 2", "minimize log(x[0]) + sum(x^2)",
      "minimize sum(x^2) / (if x[0] < 0 then 0 else 1)",
    ] {
      let r = study(method, "problem p(x in \(Self.space)) {\n \(body)\n}")
      expectWhole(r, 23, method)
      #expect(r.output.contains("best objective"), "\(body): \(r.output)")
      let reasons = r.session.evaluate(source: "print(trials(study).failure)")
      #expect(reasons.status == .completed, "\(body)")
    }
  }

  @Test(arguments: methods) func everythingFails(_ method: Method) {
    let r = study(
      method,
      """
      problem p(x in \(Self.space)) {
        minimize sum(x^2)
        subject to c: sqrt(-1 - x[0]^2) <= 2
      }
      """)
    if method.learns {
      #expect(r.errors.count == 1, "\(r.errors)")
      #expect(r.errors.first?.contains("no evaluation of the start set succeeded") == true)
      #expect(r.session.evaluate(source: "print(study.evaluations)").status == .completed)
    } else {
      expectWhole(r, 23, method)
    }
    #expect(r.session["study"]?.phrase.isEmpty == false)
    guard case .host(let handle)? = r.session["study"] else {
      Issue.record("no study")
      return
    }
    #expect(handle.summary.contains("all of them failed: the constraint `c` came out as nan"))
    guard case .number(let count)? = try? handle.member("evaluations") else {
      Issue.record("no count")
      return
    }
    #expect(count == (method.learns ? 8 : 23))
  }

  @Test(arguments: methods) func fewPointsAndOddBudgets(_ method: Method) {
    let problem = "problem p(x in \(Self.space)) { minimize sum((x - 1)^2) }"
    for (setting, count) in [
      ("initial: 1, batch: 6, budget: 30", 31), ("initial: 2, batch: 1, budget: 3", 5),
      ("initial: 8, batch: 7, budget: 12", 20), ("initial: 8, batch: 50, budget: 7", 15),
      ("initial: 8, batch: 6, budget: 1", 9),
    ] {
      expectWhole(study(method, problem, setting), count, method)
    }
  }

  @Test(arguments: methods) func oneAndAThousandDimensions(_ method: Method) {
    for (d, low, high, budget) in [(1, -5, 5, 5), (1, -5, 1, 5), (1000, -5, 5, 3)] {
      let r = study(
        method, "problem p(x in box(\(low), \(high), dim: \(d))) { minimize sum((x - 1)^2) }",
        "initial: 4, batch: 3, budget: \(budget)")
      expectWhole(r, 4 + budget, method)
    }
  }

  @Test(arguments: methods) func hugeAndTinyValues(_ method: Method) {
    for (space, body) in [
      (Self.space, "minimize 1e300 * sum(x^2)\n subject to c: 1e300 * x[0] <= 0"),
      (Self.space, "minimize 1e-300 * sum(x^2)\n subject to c: 1e-300 * x[0] <= 0"),
      (Self.space, "minimize 1e308 * x[0] / 5"),
      ("box(-1e300, 1e300, dim: 2)", "minimize abs(x[0])"),
      ("box(1, 1.000000001, dim: 2)", "minimize x[0]"), ("box(0, 1e-300, dim: 2)", "minimize x[0]"),
    ] {
      let r = study(method, "problem p(x in \(space)) {\n \(body)\n}")
      expectWhole(r, 23, method)
      #expect(r.output.contains("best objective"), "\(body): \(r.output)")
    }
  }

  @Test(arguments: [
    ("box(1, 1, dim: 2)", "both bounds at 1"), ("box(5, -5, dim: 2)", "bounds reversed"),
    ("box([0, 2], [1, 2])", "coordinate 1 has both bounds"),
    ("box([0, 0], [1, 1, 1])", "has 2 entries"), ("box(-1e308, 1e308, dim: 2)", "finite bounds"),
    ("box(0, 1, dim: 0)", "from 1 to"),
  ]) func badBoxesAreTold(_ box: String, _ part: String) {
    let r = run("problem p(x in \(box)) { minimize sum(x) }\ncibo(p, initial: 5, budget: 5)")
    #expect(r.errors.count == 1, "\(r.errors)")
    #expect(r.errors.first?.contains(part) == true, "\(r.errors)")
  }

  @Test(arguments: [
    ("initial: 0", "from 1 to"), ("initial: []", "initial"), ("initial: [[1, 2]]", "start point 0"),
    ("initial: [[1, 2, 9]]", "outside the box"), ("initial: [[1, 2, 0 / 0]]", "start point 0"),
    ("initial: 5, budget: 0", "at least 1"), ("initial: 5, batch: 0", "batch"),
  ]) func badSettingsAreTold(_ setting: String, _ part: String) {
    for method in Self.methods {
      let r = run(
        "problem p(x in \(Self.space)) { minimize sum(x) }\n"
          + "\(method.name)(p, \(setting))")
      #expect(r.errors.count == 1, "\(method.name): \(r.errors)")
      #expect(r.errors.first?.contains(part) == true, "\(method.name): \(r.errors)")
    }
  }

  /// Methods that are compared start from the same points, for each seed others.
  @Test func comparedMethodsStartAlike() throws {
    let calls = Self.methods.enumerated().map { i, method in
      method.call("initial: 5, batch: 3, budget: 3")
    }
    let r = run(
      """
      problem p(x in \(Self.space)) { minimize sum(x^2) }
      both = compare([\(calls.joined(separator: ", "))], seeds: 1...2)
      for one in both.runs { print(one.seed, head(trials(one.study), 5).x) }
      """)
    #expect(r.errors == [])
    let lines = r.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 2 * Self.methods.count)
    let first = Set(lines.filter { $0.hasPrefix("1 ") })
    let second = Set(lines.filter { $0.hasPrefix("2 ") }.map { "1" + $0.dropFirst() })
    #expect(first.count == 1 && second.count == 1)
    #expect(first != second)
    #expect((first.first ?? "").count > 50)
  }

  @Test func aProblemCalledWithTheWrongVectorSaysWhere() {
    let session = Session(functions: StandardCatalog.families)
    let outcome = session.evaluate(
      source: "problem p(x in box(0, 1, dim: 3)) { minimize x[0] }\na = 1\np(vector([1, 2]))",
      name: "test")
    #expect(
      outcome.diagnostics.map(\.message) == ["a candidate is a vector of 3 numbers, not of 2"])
    #expect(outcome.diagnostics.first?.span != nil)
  }
}
