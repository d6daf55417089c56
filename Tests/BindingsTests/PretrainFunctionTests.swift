import Foundation
import Testing

@Suite struct PretrainFunctionTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "lbo-\(UUID())")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  @Test func theSameCallGoesOnAndEndsTheSame() throws {
    let (a, b) = (path("a.safetensors"), path("b.safetensors"))
    func script(_ file: String, _ epochs: Int) -> String {
      smallFlow + "\n"
        + """
        pretrain(flow, epochs: \(epochs), batch: 16, buckets: true, checkpoint: "\(file)", every: 3)
        save(flow, "\(file).flow.safetensors")
        """
    }
    let whole = run(script(a, 2))
    #expect(whole.errors == [])
    #expect(run(script(b, 1)).errors == [])
    let rest = run(script(b, 2))
    #expect(rest.errors == [])
    #expect(rest.events.contains { $0.contains("going on at epoch 2, batch 1") })
    #expect(!rest.events.contains { $0.contains("epoch 1:") })
    let flows = try [a, b].map { try Data(contentsOf: URL(filePath: "\($0).flow.safetensors")) }
    #expect(flows[0] == flows[1])
    // Once more: nothing is left to do, and the flow is there.
    let again = run(script(b, 2) + "\nprint(flow.epochs)")
    #expect(again.errors == [] && again.output == "2\n")
    #expect(again.events.contains { $0.contains("holds the finished training") })
    // A checkpoint is a flow with its history.
    let loaded = run("flow = load(\"\(b)\")\nprint(flow.epochs, flow.history.novel[0] >= 0)")
    #expect(loaded.errors == [] && loaded.output == "2 true\n")
    try FileManager.default.removeItem(at: folder)
  }

  @Test func otherTrainingsInTheFileAreTold() throws {
    let file = path("a.safetensors")
    #expect(
      run(smallFlow + "\npretrain(flow, epochs: 1, draws: 5, checkpoint: \"\(file)\")").errors == []
    )
    let settings = run(
      smallFlow + "\npretrain(flow, epochs: 1, draws: 5, rate: 0.01, checkpoint: \"\(file)\")")
    #expect(
      settings.errors.first?.contains(
        "holds a training with other settings: rate 0.001 there, 0.01 here") == true)
    let seed = run(
      smallFlow + "\npretrain(flow, epochs: 1, draws: 5, checkpoint: \"\(file)\")", seed: 5)
    #expect(seed.errors.first?.contains("holds a training of another flow") == true)
    let anew = run(
      smallFlow
        + "\npretrain(flow, epochs: 1, draws: 5, rate: 0.01, checkpoint: \"\(file)\", resume: false)"
    )
    #expect(anew.errors == [])
    try Data("no tensors".utf8).write(to: URL(filePath: file))
    #expect(
      run(smallFlow + "\npretrain(flow, checkpoint: \"\(file)\")").errors.first?
        .contains("is not a safetensors file") == true)
    #expect(
      run(smallFlow + "\npretrain(flow, every: 5min)").errors.first?
        .contains("`every` says nothing without a checkpoint") == true)
    try FileManager.default.removeItem(at: folder)
  }

  @Test func sequencesThatDoNotFitAreNamedOrSkipped() {
    let base = """
      flow = seqflow(characters(["ACGT", "GGTA", "TTAC"]), features: 4, blocks: 1, hidden: 8, couplings: 2, units: 8)
      data = characters(["ACG", "ANG", "ACGTACGT", "NTT", "TTA"])

      """
    let told = run(base + "pretrain(flow, data: data, epochs: 1)").errors.first ?? ""
    #expect(told.contains("`ANG` holds the token `N`, which the flow does not know"))
    #expect(told.contains("3 of 5 sequences do not fit the flow"))
    #expect(told.contains("unfit: \"skip\""))
    let skipped = run(base + "pretrain(flow, data: data, epochs: 1, unfit: \"skip\")")
    #expect(skipped.errors == [])
    #expect(skipped.events.contains { $0.contains("3 of 5 sequences left out; the first: `ANG`") })
  }

  @Test func proteinsDNAAndWordsTakeTheSameWay() throws {
    let file = path("p.fasta")
    try Data(">a\nMKVX\n>b\nmkvll\n>c\nACDEF\n".utf8).write(to: URL(filePath: file))
    let proteins = run(
      """
      t = fasta("\(file)", alphabet: "protein")
      print(t.sequence)
      flow = seqflow(characters(t), features: 4, blocks: 1, hidden: 8, couplings: 2, units: 8)
      pretrain(flow, epochs: 1, draws: 10)
      print(reconstruct(flow, random_sequences(flow, 500)).exact)
      """)
    #expect(proteins.errors == [] && proteins.output == "[\"MKVLL\", \"ACDEF\"]\n1\n")
    #expect(
      proteins.events.contains {
        $0.contains("letters that are not the 20 amino acids: X once in 1 sequence")
      })
    let words = run(
      """
      flow = seqflow(words(["to be or not", "not to be"]), features: 4, blocks: 1, hidden: 8, couplings: 2, units: 8)
      pretrain(flow, epochs: 1, draws: 10)
      print(reconstruct(flow, ["be not to", "or or"]).exact)
      """)
    #expect(words.errors == [] && words.output == "1\n")
    try FileManager.default.removeItem(at: folder)
  }

  @Test func ehrlichFunctionsInTheLanguage() {
    let result = run(
      """
      f = ehrlich_function(letters: "ACGT", length: 12, motifs: 2, motif_length: 3, seed: 4)
      best = ehrlich_score(f, f.solution)
      print(best.value, best.feasible)
      print(all(map(ehrlich_sequences(f, 50).sequence, s -> ehrlich_score(f, s).feasible)))
      pair = f.banned[0]
      bad = ehrlich_score(f, pair + f.solution[2...-1])
      print(bad.value, bad.feasible, ehrlich_score(f, "ACGX").feasible)
      """)
    #expect(result.errors == [])
    #expect(result.output == "1 true\ntrue\n0 false false\n")
    #expect(
      run("ehrlich_function(motifs: 9, motif_length: 4)").errors.first?
        .contains("9 motifs of 4 letters do not fit into sequences of 32") == true)
  }

  @Test func lettersAreSearched() {
    // Letters are no molecules: no part of the search may read them as such.
    let result = run(
      """
      use ehrlich
      f = ehrlich_function(length: 12, motifs: 2, motif_length: 3, seed: 1)
      flow = seqflow(characters(ehrlich_sequences(f, 200)), features: 8, blocks: 1, hidden: 16, couplings: 2, units: 16)
      pretrain(flow, epochs: 2, draws: 5)
      study = nfbo(ehrlich(flow, f), initial: ehrlich_sequences(f, 20), batch: 5, budget: 10)
      run(study)
      print(study.evaluations, all(map(study.trials.x, x -> len(x) > 0)))
      """)
    #expect(result.errors == [])
    #expect(result.output == "30 true\n")
  }

  @Test func collapseWarnsOrStops() {
    // Two directions among 40 letters in 4 dimensions are nearer than 3 sigma from the start.
    let base = """
      letters = ["abcdefghij", "klmnopqrst", "uvwxyzABCD", "EFGHIJKLMN"]
      flow = seqflow(characters(letters), embedding: "learned", features: 4, blocks: 1, hidden: 8, couplings: 2, units: 8)

      """
    let stopped = run(base + "pretrain(flow, epochs: 2, draws: 5)")
    #expect(stopped.errors.first?.contains("the embeddings are collapsing") == true)
    let warned = run(
      base + "pretrain(flow, epochs: 2, draws: 5, collapse: \"warn\")\nprint(flow.epochs)")
    #expect(warned.errors == [] && warned.output == "2\n")
    #expect(warned.events.count { $0.contains("the embeddings are collapsing") } == 2)
  }
}
