import Core
import Engine
import Flows
import Foundation

/// SeqFlow's rates: batch 128, T = 48, V = 100; encode and decode 1,024 sequences.
struct FlowBenchmark {
  let name: String
  let configuration: SeqFlowConfiguration

  static let all = [
    FlowBenchmark(name: "small", configuration: .small(vocabulary: 100, maxLength: 48)),
    FlowBenchmark(name: "paper", configuration: .paper(vocabulary: 100, maxLength: 48)),
  ]

  /// Multiply-adds of one token's forward pass.
  var macs: Double {
    let c = configuration
    let half = c.features / 2
    var lstm = 0
    for layer in 0..<c.layers {
      lstm += 4 * c.hidden * ((layer == 0 ? c.features : c.hidden) + c.hidden)
    }
    let coupling =
      c.couplingUnits * (half + c.hidden) + (c.couplingHiddenLayers - 1) * c.couplingUnits
      * c.couplingUnits + 5 * half * c.couplingUnits
    return Double(c.blocks * (lstm + c.couplings * coupling))
  }

  func sequences(_ count: Int) -> TokenBatch {
    var random = RandomStream(seed: 1).stream("bench")
    let length = configuration.maxLength
    var tokens: [Int32] = []
    for _ in 0..<count {
      let used = 20 + random.integer(below: length - 21)
      for t in 0..<length {
        tokens.append(t < used ? Int32(2 + random.integer(below: configuration.vocabulary - 2)) : 1)
      }
    }
    return TokenBatch(count: count, length: length, tokens: tokens)
  }

  func run(sgemm: Double) throws {
    let length = configuration.maxLength
    var flow = try SeqFlow<Float>(configuration, random: RandomStream(seed: 0))
    let paper = name == "paper"
    let trained = sequences(paper ? 128 : 512)
    var trainer = FlowTrainer(batchSize: 128)
    let train = try fastest(of: paper ? 1 : 3) {
      try trainer.epoch(&flow, on: trained, context: RunContext(seed: 3))
    }
    report("train", Double(trained.count * length) / train, passes: 3, sgemm)
    let sample = sequences(1024)
    var z = Tensor<Float>.zeros([0])
    let encode = try fastest(of: paper ? 1 : 3) { z = try flow.encode(sample) }
    report("encode", Double(1024 * length) / encode, passes: 1, sgemm)
    var back = sample
    let decode = try fastest(of: paper ? 1 : 3) { back = try flow.decode(z) }
    report("decode", Double(1024 * length) / decode, passes: 1, sgemm)
    print("  exact: \((0..<1024).count { back[$0] == sample[$0] }) of 1024")
    let anchors = z.rows(0..<10)
    var random = RandomStream(seed: 5)
    let variations = (0..<10).flatMap { a in
      (0..<length).map { t in
        SeqFlow<Float>.Variation(
          anchor: a, position: t,
          vector: random.normals(configuration.features).map { Float($0) })
      }
    }
    let tacs = try fastest(of: paper ? 1 : 3) { _ = try flow.decode(variations, of: anchors) }
    print(String(format: "  %@ TACS for 10 anchors: %.3f s", name, tacs))
  }

  private func report(_ what: String, _ rate: Double, passes: Double, _ sgemm: Double) {
    let gflops = rate * 2 * macs * passes / 1e9
    print(
      String(
        format: "  %@ %@: %.0f tokens/s, %.0f GFLOP/s, %.0f%% of sgemm", name, what, rate, gflops,
        100 * gflops / sgemm))
  }
}
