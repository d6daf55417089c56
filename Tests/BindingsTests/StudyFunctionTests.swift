import Core
import Foundation
import Language
import Testing

struct StudyFunctionTests {
  @Test func fromLibraryToBestMolecules() throws {
    let r = run(
      """
      seed(3)
      \(smallFlow)
      pretrain(flow, epochs: 1)
      print(reconstruct(flow, head(library, 50)).exact)
      \(smallProblem)
      study = nfbo(light, initial: head(library, 20), batch: 6, anchors: 2, candidates: 60, budget: 12, epochs: 5)
      step(study);
      run(study)
      print(study.evaluations, study.iterations > 1, columns(best(study, 3)))
      draws = random(light, initial: head(library, 20), budget: 5)
      run(draws)
      print(draws.evaluations)
      """)
    #expect(r.errors == [])
    let lines = r.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.first == "1")
    #expect(
      lines.dropFirst().first?.hasPrefix("32 true [\"trial\", \"iteration\", \"smiles\", \"size\"")
        == true, "\(r.output)")
    #expect(lines.last == "25")
    // A minimized goal is shown as the user states it.
    guard case .host(let study)? = r.session["study"],
      case .vector(let curve)? = try study.member("curve")
    else {
      Issue.record("no study")
      return
    }
    let known = curve.filter { !$0.isNaN }
    #expect(known.allSatisfy { $0 >= 0 })
    #expect(zip(known, known.dropFirst()).allSatisfy { $0 >= $1 })
  }

  /// A part of one molecule and a part of another, which moves of an untrained flow's latents never bring
  /// together.
  @Test func partsOfMoleculesAreRecombined() {
    let r = run(
      """
      \(smallFlow)
      problem near(m in flow) { maximize similarity(m, "NCCC(=O)OC(=O)c1ccccc1") }
      start = ["CCOC(=O)c1ccccc1", "CCNC(=O)CCN", "CCCCO"]
      for share in [0, 1] {
          study = nfbo(near, initial: start, batch: 4, anchors: 2, candidates: 200, budget: 60, seed: 1, recombine: share)
          run(study)
          print(study.best.objective == 1, len(unique(trials(study).smiles)))
      }
      """)
    #expect(r.errors == [])
    #expect(r.output == "false 63\ntrue 63\n")
  }

  @Test func sameSeedSameTrials() {
    let script = """
      seed(5)
      \(smallFlow)
      \(smallProblem)
      study = nfbo(light, initial: head(library, 12), batch: 4, anchors: 2, candidates: 40, budget: 8, epochs: 3)
      run(study)
      print(trials(study).smiles)
      """
    let before = Parallel.workers
    defer { Parallel.workers = before }
    var outputs: [String] = []
    for workers in [1, 4] {
      Parallel.workers = workers
      outputs.append(run(script).output)
    }
    #expect(outputs[0] == outputs[1])
    #expect(!outputs[0].isEmpty)
  }

  @Test func aSavedFlowComesBack() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("flow.safetensors").path
    let r = run(
      """
      \(smallFlow)
      pretrain(flow, data: tokens, epochs: 2)
      save(flow, "\(path)")
      again = load("\(path)")
      print(again.epochs, again.history.held_out == flow.history.held_out)
      print(likelihood(again, head(library, 3)) == likelihood(flow, head(library, 3)))
      pretrain(again, data: tokens, epochs: 1)
      print(again.epochs)
      save(library, "\(folder.path)/library.csv")
      print(len(csv("\(folder.path)/library.csv").smiles))
      """)
    #expect(r.errors == [])
    #expect(r.output == "2 true\ntrue\n3\n120\n")
    let wrong = run("load(\"\(folder.path)/library.csv\")")
    #expect(wrong.errors.count == 1)
  }

  @Test(arguments: [
    ("nfbo(light, initial: head(library, 3), anchors: 5)", "fewer than the 5 anchors"),
    ("nfbo(light, budget: 5)", "`initial` is missing"),
    ("nfbo(light, initial: head(library, 20), acquisition: \"thomson\")", "did you mean"),
    ("nfbo(light, initial: head(library, 20), bach: 5)", "batch"),
    ("nfbo(light, initial: [\"CC[Pt]\", \"C\", \"CC\", \"CCC\", \"CCCC\"])", "Pt"),
    ("run(nfbo(light, initial: head(library, 20)))", "no budget"),
    ("save(library, \"found.study\")", "does not end in .csv: a table is saved as CSV"),
    ("save(flow, \"flow\")", "name the file `flow.safetensors`"),
    (
      "save(random(light, initial: head(library, 20), budget: 5), \"a.b/lead.study\")",
      "name the file `a.b/lead.csv`"
    ),
    ("pretrain(flow, epochs: 0)", "a whole number from 1 to"),
    ("encode(flow, [\"C1CC\"])", "C1CC"),
    ("load(\"/nonexistent/flow.safetensors\")", "/nonexistent/flow.safetensors"),
    ("selfies(library, max: 2)", "longer than 2 tokens"),
    ("problem p(x in [1, 2]) {\n  maximize 2 * x\n}\nnfbo(p, initial: 5)", "sequences of a flow"),
  ]) func mistakesAreTold(_ script: String, _ part: String) {
    let r = run(smallFlow + "\n" + smallProblem + "\n" + script)
    #expect(r.errors.count == 1, "\(r.errors)")
    #expect(r.errors.first?.contains(part) == true, "\(r.errors)")
  }

  /// `[CH1]` stands for `[C@H1]` where the molecule is the same without a hand, as it is where an end of
  /// a centre is missing; no symbol may stand in where the molecule would be another.
  @Test func symbolsWithATwinAreRead() {
    let flow = """
      tokens = selfies(["C[C@H](F)Cl", "CCO", "CCCF", "CCS"], max: 10)
      flow = seqflow(tokens, features: 8, blocks: 1, hidden: 16, couplings: 2, units: 16)
      """
    let r = run(flow + "\nprint(decode(flow, encode(flow, [\"C[CH]F\"])).smiles[0])")
    #expect(r.errors == [] && r.output == "C[CH]F\n")
    let other = run(flow + "\nencode(flow, [\"C[SH]C\"])")
    #expect(other.errors.first?.contains("`[SH1]`") == true, "\(other.errors)")
  }

  @Test func ctrlCKeepsWhatIsDone() {
    let cancellation = Cancellation()
    let r = run(smallFlow, cancellation: cancellation)
    #expect(r.errors == [])
    cancellation.request()
    let stopped = r.session.evaluate(source: "pretrain(flow, epochs: 3)")
    #expect(stopped.status == .cancelled)
    cancellation.reset()
    #expect(r.session.evaluate(source: "print(flow.epochs)").status == .completed)
  }
}
