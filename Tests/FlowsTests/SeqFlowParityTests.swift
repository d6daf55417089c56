import Core
import Engine
import Flows
import Foundation
import Neural
import Testing

/// SeqFlow against the authors' program, for every fixture there is.
struct SeqFlowParityTests {
  private struct Sizes: Decodable {
    var hiddenSize, embedding, flowLayers, lstmLayers, maxLength: Int
    var hiddenFlowMlpLayers, hiddenFlowUnits, hiddenFlowLayers, vocab, batch, length: Int
    var noise: Double
  }

  private struct Case {
    let file: SafeTensors
    let sizes: Sizes
    let batch: TokenBatch
    let flow: SeqFlow<Float>

    init(_ url: URL) throws {
      let file = try SafeTensors(contentsOf: url.path)
      let json = try #require(file.metadata["config"])
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let s = try decoder.decode(Sizes.self, from: Data(json.utf8))
      let configuration = SeqFlowConfiguration(
        vocabulary: s.vocab, maxLength: s.maxLength, features: s.embedding,
        blocks: s.flowLayers, hidden: s.hiddenSize, layers: s.lstmLayers,
        couplings: s.hiddenFlowLayers, couplingUnits: s.hiddenFlowUnits,
        couplingHiddenLayers: s.hiddenFlowMlpLayers, noise: s.noise, dropout: 0,
        embedding: .learned)
      var weights: [String: Tensor<Float>] = [:]
      for name in file.names where name.hasPrefix("param.") {
        weights[String(name.dropFirst(6))] = try file.tensor(name, of: Float.self)
      }
      self.file = file
      sizes = s
      flow = try SeqFlow(pytorch: weights, configuration: configuration)
      batch = TokenBatch(
        count: s.batch, length: s.length, tokens: try file.integers("tokens").map(Int32.init))
    }

    func tensor(_ name: String) throws -> Tensor<Float> { try file.tensor(name, of: Float.self) }
  }

  static let files = Fixtures.files("seqflow")

  @Test func thereIsAFixture() { #expect(!Self.files.isEmpty) }

  @Test(arguments: files) func latentsAndLikelihoods(_ url: URL) throws {
    let c = try Case(url)
    let z = try c.flow.encode(c.batch)
    #expect(relativeError(z, try c.tensor("encode.z")) < 1e-4)
    let likelihood = try c.flow.logLikelihood(c.batch)
    #expect(relativeError(likelihood, try c.tensor("encode.log_prob_per_token")) < 1e-4)
    #expect(try c.flow.decode(z) == c.batch.trimmed())
  }

  @Test(arguments: files) func decodedVectors(_ url: URL) throws {
    let c = try Case(url)
    let (b, t, f) = (c.sizes.batch, c.sizes.length, c.sizes.embedding)
    let z = try c.tensor("decode.z").reshaped([b, t * f])
    var pass = DecodingPass(
      c.flow, latents: z, length: t, directions: c.flow.directions, keepsVectors: true)
    let decoded = pass.run()
    #expect(relativeError(pass.vectors, try c.tensor("decode.v")) < 1e-4)
    let tokens = try c.file.integers("decode.tokens_argmax").map(Int32.init)
    let expected = TokenBatch(count: b, length: t, tokens: tokens).trimmed()
    #expect(decoded == expected)
    #expect(try c.flow.decode(z) == expected)
  }

  @Test(arguments: files) func lossAndEveryGradient(_ url: URL) throws {
    let c = try Case(url)
    let (b, t, f) = (c.sizes.batch, c.sizes.length, c.sizes.embedding)
    let noise = try c.tensor("loss.noise")  // B x T x F; ours is in blocks of time
    let byTime = noise.reshaped([b * t, f]).rows((0..<t * b).map { ($0 % b) * t + $0 / b })
    let draws = TrainingDraws(
      noise: byTime, negatives: try c.file.integers("loss.negative").map(Int32.init))
    let tape = Tape<Float>()
    let parts = c.flow.recordedLoss(
      tape, c.batch, draws: draws, directions: c.flow.directions, dropoutKey: nil)
    let similarity = try #require(parts.similarity)
    let tokens = Float(b * t)
    let nll = try c.tensor("loss.nll_mean_per_token")
    #expect(
      relativeError(Tensor([1], [parts.negativeLogLikelihood.value.item / tokens]), nll) < 1e-4)
    let sim = try c.tensor("loss.similarity_mean_per_token")
    #expect(relativeError(Tensor([1], [similarity.value.item / tokens]), sim) < 1e-4)
    let total = Float(1 / Double(b)) * (parts.negativeLogLikelihood + similarity)
    #expect(relativeError(total.value.reshaped([1]), try c.tensor("loss.total")) < 1e-4)

    // Their gradients, rearranged as their weights are, against ours.
    var reference: [String: Tensor<Float>] = [:]
    for name in c.file.names where name.hasPrefix("grad.") {
      reference[String(name.dropFirst(5))] = try c.tensor(name)
    }
    for k in 0..<c.sizes.flowLayers {
      for l in 0..<c.sizes.lstmLayers {
        // The loader adds the two biases; each has the gradient of the sum.
        let name = "flow.flow.\(k).lstm.bias_hh_l\(l)"
        reference[name] = Tensor.zeros(try #require(reference[name]).shape)
      }
    }
    var expected = try SeqFlow(pytorch: reference, configuration: c.flow.configuration)
    var wanted: [String: Tensor<Float>] = [:]
    expected.forEachParameter { wanted[$0] = $1.value }
    let gradients = tape.gradients(of: total)
    var flow = c.flow
    var checked = 0
    flow.forEachParameter { path, parameter in
      guard let ours = gradients[parameter], let theirs = wanted[path] else {
        Issue.record("no gradient for \(path)")
        return
      }
      let error = relativeError(ours, theirs)
      #expect(error < 1e-3, "\(path): \(error)")
      checked += 1
    }
    #expect(checked == wanted.count)
  }
}
