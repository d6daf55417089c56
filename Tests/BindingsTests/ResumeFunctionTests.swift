import Foundation
import Language
import Storage
import Testing

/// A study taken up from its file, and a file through which a study goes again.
final class ResumeFunctionTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent(UUID().uuidString)

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func path(_ name: String) -> String { folder.path + "/" + name }

  private let hill =
    "problem p(x in box(0, 1, dim: 2)) { maximize -(x[0] - 0.3)^2 - (x[1] - 0.6)^2 }\n"
  private let assay =
    "problem p(x in box(0, 1, dim: 2)) { maximize measured(\"gain\") - x[0] }\n"
  private let fill = "fn fill(t, gain) { t.gain = map(t.trial, r -> gain); return t }\n"
  private let show = "print(trials(s))\n"

  /// What a script prints that has to work.
  private func printed(
    _ script: String, _ place: SourceLocation = #_sourceLocation
  ) -> String {
    let r = run(script)
    #expect(r.errors == [], sourceLocation: place)
    return r.output
  }

  private func error(_ script: String) -> String { run(script).errors.first ?? "" }

  private func study(_ method: String, _ file: String) -> String {
    "s = \(method)(p, initial: 4, batch: 3, budget: 12, seed: 2, store: \"\(path(file))\")\n"
  }

  private func resumed(_ file: String, _ more: String = "") -> String {
    "s = resume(p, \"\(path(file))\"\(more))\n"
  }

  /// Cut batches in whatever sessions: the study stays the one that it is without any.
  @Test(arguments: ["megs", "scbo", "cmaes", "random", "sobol"])
  func manySessionsAreOne(_ method: String) {
    let steps = [
      "run(s, until: 6)", "run(s, iterations: 1)", "run(s, until: 10)", "step(s)", "run(s)",
    ]
    let whole = printed(
      hill + study(method, "whole.db") + steps.joined(separator: "\n") + "\n" + show)
    _ = printed(hill + study(method, "part.db") + steps[0])
    for (i, step) in steps.enumerated().dropFirst() {
      // Resumed, or made again.
      let again = i % 2 == 0 ? resumed("part.db") : study(method, "part.db")
      _ = printed(hill + again + step)
    }
    #expect(printed(hill + resumed("part.db") + show) == whole)
    #expect(printed(hill + study(method, "part.db") + "run(s)\n" + show) == whole)
  }

  /// Going through known evaluations changes nothing in the file and is not cut short: what is known
  /// costs nothing.
  @Test(arguments: ["megs", "cmaes"]) func aSmallerLimitLaterChangesNothing(_ method: String) throws
  {
    let whole = printed(hill + study(method, "lead.db") + "run(s)\n" + show)
    _ = printed(hill + study(method, "lead.db") + "run(s, until: 5)")
    _ = printed(hill + resumed("lead.db", ", budget: 2") + "run(s)")
    let r = run(hill + resumed("lead.db") + "run(s)\n" + show)
    #expect(r.output == whole && r.errors == [])
    #expect(try StudyStore.open(path("lead.db")).trialCount() == 16)
  }

  /// A limit within a batch that a limit had cut: what was begun is gone through as it was.
  @Test(arguments: ["megs", "scbo", "cmaes", "random"])
  func aLimitWithinACutBatchChangesNothing(_ method: String) throws {
    let whole = printed(hill + study(method, "lead.db") + "run(s, until: 6)\nrun(s)\n" + show)
    _ = printed(hill + study(method, "lead.db") + "run(s, until: 5)\nrun(s, until: 8)")
    #expect(printed(hill + study(method, "lead.db") + "run(s)\n" + show) == whole)
    #expect(try StudyStore.open(path("lead.db")).trialCount() == 16)
  }

  /// Two studies in one file, alike but for the size of their batches: neither takes the other's cuts.
  @Test func studiesOfOneFileKeepTheirOwnBatches() throws {
    let one = printed(hill + study("megs", "lead.db") + "run(s)\n" + show)
    let other = study("megs", "lead.db").replacing("batch: 3", with: "batch: 5")
    _ = printed(hill + other + "run(s, until: 5)\nrun(s)")
    let count = try StudyStore.open(path("lead.db")).trialCount()
    #expect(printed(hill + study("megs", "lead.db") + "run(s)\n" + show) == one)
    #expect(try StudyStore.open(path("lead.db")).trialCount() == count)
  }

  /// What failed may be asked for again at any time: only that is evaluated, and what came after it stays.
  @Test(arguments: ["megs", "cibo", "sobol"]) func retriesKeepAllElse(_ method: String) throws {
    let p =
      "problem p(x in box(0, 1, dim: 2)) { if x[0] > \u{1} { fail(\"no\") }\nmaximize x[1] - x[0]^2 }\n"
    func with(_ bound: String) -> String { p.replacing("\u{1}", with: bound) }
    let begin =
      with("0.75") + study(method, "lead.db") + "run(s, until: 5)\nrun(s, until: 9)\nrun(s)\n"
    let asked = "print(s.candidates)"
    let whole = printed(begin + asked)
    let failed = try StudyStore.open(path("lead.db")).failureCount()
    #expect(failed > 0)
    let again = printed(
      with("2") + resumed("lead.db", ", retry_failed: true") + "run(s)\n" + asked)
    #expect(again == whole)
    let store = try StudyStore.open(path("lead.db"))
    #expect(try store.failureCount() == 0 && store.trialCount() == 16)
  }

  private func molecules(_ more: String = "", units: Int = 16) -> String {
    "seed(5)\n\(smallFlow.replacing("units: 16", with: "units: \(units)"))\n\(smallProblem)\n"
      + "problem assay(m in flow) { maximize measured(\"gain\") - 0.01 * weight(m) }\n" + more
      + "\n"
  }

  private func search(_ problem: String, _ file: String, budget: Int) -> String {
    "s = nfbo(\(problem), initial: head(library, 12), batch: 3, anchors: 2, candidates: 40, rounds: 1, "
      + "epochs: 3, seed: 3, budget: \(budget), store: \"\(path(file))\")\n"
  }

  /// The file has all that a search for molecules is, what it chose by its budget included.
  @Test func aSearchForMoleculesIsResumed() {
    let whole = printed(
      molecules() + search("light", "whole.db", budget: 8)
        + "run(s, until: 14)\nrun(s, until: 18)\nrun(s)\n" + show)
    _ = printed(
      molecules() + search("light", "part.db", budget: 8) + "run(s, until: 14)\nrun(s, until: 18)")
    let resume = "s = resume(light, \"\(path("part.db"))\""
    #expect(printed(molecules() + resume + ")\nprint(s.evaluations)") == "18\n")
    #expect(printed(molecules() + resume + ")\nrun(s)\n" + show) == whole)
    // A budget beyond which other defaults hold for a new study; the old one stays what it was.
    let more = run(molecules() + resume + ", budget: 30000)\nprint(s.evaluations)")
    #expect(more.output == "20\n" && more.errors == [])
    #expect(!more.events.contains { $0.contains("would be chosen now") }, "\(more.events)")
    // Another flow has other latents; what was evaluated stays, and it learns from that.
    let asked = printed(molecules() + resume + ")\nprint(s.candidates)")
    let other = run(molecules(units: 8) + resume + ")\nprint(s.candidates)")
    #expect(other.output == asked && other.errors == [])
    #expect(
      other.events.contains { $0.contains("from evaluation 12 on other candidates would be") },
      "\(other.events)")
  }

  /// A batch that was cut and is at the laboratory is asked for again, and its results are learned from.
  @Test func whatIsAtTheLaboratoryIsAskedForAgain() {
    let told = "tell(s, fill(ask(s), 1))\n"
    let asked = printed(
      molecules(fill) + search("assay", "lead.db", budget: 1) + told + "print(ask(s).smiles)")
    let resume = "s = resume(assay, \"\(path("lead.db"))\", budget: 6)\n"
    #expect(printed(molecules(fill) + resume + "print(ask(s).smiles)") == asked)
    let r = run(molecules(fill) + resume + told + "print(s.evaluations)")
    #expect(r.errors == [] && r.output == "13\n" && !r.events.contains { $0.contains("never") })
  }

  /// A limit, a smaller budget or a look at the file takes nothing away from what is being measured.
  @Test(arguments: ["scbo", "random"]) func aBatchThatIsOutStaysAsItIs(_ method: String) {
    let told = "tell(s, fill(ask(s), 1))\n"
    let out = printed(assay + fill + study(method, "lead.db") + told + "print(ask(s).x)")
    #expect(printed(assay + resumed("lead.db", ", budget: 2") + "print(s.evaluations)") == "4\n")
    // Waits for what it asked for, all of it.
    #expect(error(assay + resumed("lead.db") + "run(s, until: 5)").contains("3 candidates wait"))
    #expect(printed(assay + resumed("lead.db") + "print(ask(s).x)") == out)
    // Failures that are asked for again are no other study.
    let given = "t = ask(s)\nt.failure = map(t.trial, i -> \"spilled\")\ntell(s, t)\n"
    _ = printed(assay + fill + resumed("lead.db") + given + "print(s.evaluations)")
    let r = run(
      assay + resumed("lead.db", ", retry_failed: true") + "print(s.evaluations)\nprint(ask(s).x)")
    #expect(r.output == "4\n" + out && r.errors == [])
    #expect(!r.events.contains { $0.contains("would be chosen now") }, "\(r.events)")
  }

  @Test func halfOfABatchIsShown() throws {
    // Told of two of the start set's three.
    let begin =
      "s = scbo(p, initial: 3, batch: 2, budget: 4, seed: 9, store: \"\(path("lead.db"))\")\n"
    let first = printed(assay + fill + begin + "tell(s, fill(ask(s)[0...1], 1))\nprint(ask(s).x)")
    let again = printed(assay + fill + resumed("lead.db") + "print(s.evaluations)\nprint(ask(s).x)")
    #expect(again == "2\n" + first)
    // Killed within a batch.
    let store = try StudyStore.open(path("hill.db"))
    let all = printed(self.hill + study("megs", "whole.db") + "run(s)\n" + show)
    let known = try StudyStore.open(path("whole.db"))
    let number = try store.begin(try #require(try known.lastStudy()))
    for trial in try known.trials().prefix(6) { try store.append(trial, study: number) }
    let shown = printed(
      self.hill + resumed("hill.db") + "print(s.evaluations, s.iterations)\nrun(s)\n" + show)
    #expect(shown == "6 1\n" + all)
  }

  @Test func whatIsEvaluatedIsCorrectedAfterARestart() {
    let begin =
      "s = scbo(p, initial: 2, batch: 2, budget: 6, seed: 9, store: \"\(path("lead.db"))\")\n"
    _ = printed(
      assay + fill + begin + "tell(s, fill(ask(s), 1))\nsave(trials(s), \"\(path("n.csv"))\")")
    // The study has not gone through its file yet, or has.
    for (gain, begin) in [(2, begin), (3, resumed("lead.db"))] {
      let told =
        "t = csv(\"\(path("n.csv"))\")\nt.gain = map(t.gain, g -> \(gain))\n"
        + "tell(s, select(t, [\"x\", \"gain\"])"
      #expect(
        error(assay + begin + told + ")").contains("was \(gain - 1).0 when it was told before"))
      let r = printed(assay + begin + told + ", correct: true)\nprint(trials(s).gain)")
      #expect(r == "vector([\(gain), \(gain)])\n")
    }
  }

  @Test func whatCannotBeResumedIsSaid() throws {
    let file = path("box.db")
    #expect(error(assay + resumed("none.db")).contains("there is no file"))
    #expect(error(assay + "resume(p, \"\")").contains("an empty text is no file name"))
    _ = try StudyStore.open(file)
    #expect(error(assay + resumed("box.db")).contains("holds no study yet"))
    let asked = printed(assay + study("megs", "box.db") + "print(ask(s).x)")
    // Before anything is measured, the file knows what was asked for, in one row however often.
    for _ in 1...2 { #expect(printed(assay + resumed("box.db") + "print(ask(s).x)") == asked) }
    let other = assay.replacing("problem p(", with: "problem q(")
    #expect(error(other + "resume(q, \"\(file)\")").contains("belongs to another problem: `p`"))
    // Its candidates are being measured: the file is this problem's.
    #expect(
      error(other + "megs(q, store: \"\(file)\")").contains("belongs to another problem: `p`"))
    #expect(
      error(assay.replacing("box(0, 1", with: "box(2, 3") + resumed("box.db"))
        .contains("start point 0 of the study"))
    let flow =
      "seed(5)\n\(smallFlow)\nproblem p(m in flow) { maximize measured(\"gain\") - weight(m) }\n"
    #expect(error(flow + resumed("box.db")).contains("belongs to another problem"))
  }

  @Test func whatTheFileSaysWronglyIsSaid() throws {
    _ = printed(hill + study("megs", "lead.db") + "run(s, until: 4)")
    let study = try #require(try StudyStore.open(path("lead.db")).lastStudy())
    func changed(_ change: (inout StoredStudy) -> Void) throws -> String {
      var other = study
      change(&other)
      let name = UUID().uuidString + ".db"
      _ = try StudyStore.open(path(name)).begin(other)
      return error(hill + resumed(name))
    }
    #expect(
      try changed { $0.options["batch"] = "oops" }.contains("`batch: oops`, which is no value"))
    #expect(try changed { $0.options["bach"] = "3" }.contains("are not those of this version"))
    #expect(try changed { $0.method = "bayes" }.contains("does not have"))
    #expect(try changed { $0.start = nil }.contains("does not tell where its study started"))
    #expect(try changed { $0.start = [.vector([0.5])] }.contains("no candidate of 2 coordinates"))
  }
}
