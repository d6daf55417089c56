import Core
import Engine
import Flows
import Foundation
import Testing

/// Sequences of random tokens of random lengths, each ended by `<stop>`.
func randomBatch(_ count: Int, length: Int, vocabulary: Int, seed: UInt64 = 1) -> TokenBatch {
  var random = RandomStream(seed: seed).stream("test sequences")
  var tokens: [Int32] = []
  for _ in 0..<count {
    let used = 1 + random.integer(below: length - 1)
    for t in 0..<length {
      tokens.append(t < used ? Int32(2 + random.integer(below: vocabulary - 2)) : TokenBatch.stop)
    }
  }
  return TokenBatch(count: count, length: length, tokens: tokens)
}

func tinyConfiguration(_ embedding: SeqFlowConfiguration.Embedding = .fixed)
  -> SeqFlowConfiguration
{
  SeqFlowConfiguration(
    vocabulary: 9, maxLength: 7, features: 4, blocks: 2, hidden: 6, layers: 2, couplings: 2,
    couplingUnits: 5, couplingHiddenLayers: 2, dropout: 0.2, embedding: embedding)
}

struct SeqFlowTests {
  @Test func everySequenceComesBackUntrainedAndTrained() throws {
    let batch = randomBatch(10_000, length: 24, vocabulary: 60)
    var flow = try SeqFlow<Float>(
      .small(vocabulary: 60, maxLength: 24), random: RandomStream(seed: 3))
    #expect(try flow.reconstruct(batch).wrong.isEmpty)
    var trainer = FlowTrainer(batchSize: 128)
    // 50 steps: the authors' program has lost one sequence in a thousand by then.
    try trainer.epoch(&flow, on: batch.rows(0..<6400), context: RunContext(seed: 4))
    #expect(trainer.steps == 50)
    #expect(try flow.reconstruct(batch).wrong.isEmpty)
  }

  @Test func neighboursOneTokenApartKeepDistinctLatents() throws {
    let flow = try SeqFlow<Float>(
      .small(vocabulary: 20, maxLength: 12), random: RandomStream(seed: 5))
    let one = randomBatch(1, length: 12, vocabulary: 20, seed: 2)
    var rows: [Int32] = one.tokens
    for t in 0..<11 {
      for token in 2..<Int32(20) where token != one.tokens[t] {
        var changed = one.tokens
        changed[t] = token
        rows += changed
      }
    }
    let batch = TokenBatch(count: rows.count / 12, length: 12, tokens: rows)
    let z = try flow.encode(batch)
    for row in 1..<batch.count {
      let difference = z.rows(row..<row + 1) - z.rows(0..<1)
      #expect(difference.sumOfSquares.squareRoot() > 0.1)
    }
    // What differs only after the end is the same sequence.
    #expect(try flow.decode(z) == batch.trimmed())
  }

  @Test(arguments: [SeqFlowConfiguration.Embedding.fixed, .learned])
  func gradientsMatchCentralDifferences(_ embedding: SeqFlowConfiguration.Embedding) throws {
    let flow = try SeqFlow<Double>(
      tinyConfiguration(embedding), random: RandomStream(seed: 11))
    let batch = randomBatch(3, length: 7, vocabulary: 9)
    let draws = flow.draws(
      for: batch, firstRow: 0, directions: flow.directions, random: RandomStream(seed: 2))
    let key = RandomStream(seed: 8)
    func loss(_ flow: SeqFlow<Double>) -> (Variable<Double>, Tape<Double>) {
      let tape = Tape<Double>()
      let parts = flow.recordedLoss(
        tape, batch, draws: draws, directions: flow.directions, dropoutKey: key)
      return (
        parts.similarity.map { parts.negativeLogLikelihood + $0 } ?? parts.negativeLogLikelihood,
        tape
      )
    }
    let (value, tape) = loss(flow)
    let gradients = tape.gradients(of: value)
    var probe = RandomStream(seed: 1)
    var paths: [String] = []
    var copy = flow
    copy.forEachParameter { path, parameter in if parameter.isTrained { paths.append(path) } }
    for path in paths {
      var analytic = Tensor<Double>.zeros([1])
      var copy = flow
      copy.forEachParameter { p, parameter in
        if p == path, let g = gradients[parameter] { analytic = g }
      }
      for _ in 0..<3 {
        let index = probe.integer(below: analytic.count)
        let h = 1e-5
        var sides: [Double] = []
        for sign in [1.0, -1.0] {
          var moved = flow
          moved.forEachParameter { p, parameter in
            if p == path { parameter.value[index] += sign * h }
          }
          sides.append(loss(moved).0.value.item)
        }
        let numeric = (sides[0] - sides[1]) / (2 * h)
        // Central differences of a loss of about 100 in Float64: 1e-5 absolute.
        #expect(
          abs(numeric - analytic[index]) < 1e-5 + 1e-5 * abs(numeric),
          "\(path)[\(index)]: \(analytic[index]) against \(numeric)")
      }
    }
  }

  @Test func logDeterminantMatchesTheNumericalJacobian() throws {
    let flow = try SeqFlow<Double>(tinyConfiguration(), random: RandomStream(seed: 7))
    let batch = randomBatch(1, length: 4, vocabulary: 9)
    let v = flow.vectors(of: batch, directions: flow.directions)
    var z = v
    let logDet = flow.forward(&z, batch: 1, length: 4).sum
    let n = v.count
    var jacobian = Tensor<Double>.zeros([n, n])
    for j in 0..<n {
      let h = 1e-6
      var (up, down) = (v, v)
      up[j] += h
      down[j] -= h
      _ = flow.forward(&up, batch: 1, length: 4)
      _ = flow.forward(&down, batch: 1, length: 4)
      for i in 0..<n { jacobian[i, j] = (up[i] - down[i]) / (2 * h) }
    }
    // |det J| by the Cholesky factor of J^T J.
    let gram = jacobian.matmul(jacobian, transposeSelf: true)
    let factor = try LinearAlgebra.cholesky(gram)
    let expected = LinearAlgebra.diagonal(factor).entries.reduce(0) { $0 + log($1) }
    #expect(abs(logDet - expected) < 1e-6)
  }

  @Test func variationsEqualFullDecoding() throws {
    let flow = try SeqFlow<Float>(
      .small(vocabulary: 30, maxLength: 16), random: RandomStream(seed: 9))
    let anchors = try flow.encode(randomBatch(3, length: 16, vocabulary: 30))
    var random = RandomStream(seed: 1)
    var variations: [SeqFlow<Float>.Variation] = []
    var full = Tensor<Float>(uninitialized: [3 * 16, anchors.columns])
    for row in 0..<48 {
      let vector = random.normals(24).map { Float($0) }
      variations.append(.init(anchor: row % 3, position: row / 3, vector: vector))
      for j in 0..<anchors.columns {
        let inside = j / 24 == row / 3
        full[row, j] = inside ? vector[j % 24] : anchors[row % 3, j]
      }
    }
    #expect(try flow.decode(variations, of: anchors) == flow.decode(full))
    let origins = (0..<48).map { $0 % 3 }
    #expect(try flow.decode(full, near: anchors, origins: origins) == flow.decode(full))
  }

  /// Latents that share nothing with their anchor, everything, or an end but no beginning.
  @Test func decodingNearAnchorsEqualsDecoding() throws {
    let flow = try SeqFlow<Float>(
      .small(vocabulary: 30, maxLength: 16), random: RandomStream(seed: 9))
    let anchors = try flow.encode(randomBatch(2, length: 16, vocabulary: 30))
    let others = try flow.encode(randomBatch(4, length: 16, vocabulary: 30))
    var mixed = anchors.rows([0, 1])
    for j in 0..<24 { mixed[0, j] = others[0, j] }
    let latents = Tensor.concatenated([others, anchors, mixed])
    let near = try flow.decode(latents, near: anchors, origins: [0, 1, 0, 1, 0, 1, 0, 1])
    #expect(try near == flow.decode(latents))
  }

  @Test func sameBitsOnAnyNumberOfWorkers() throws {
    let before = Parallel.workers
    defer { Parallel.workers = before }
    let batch = randomBatch(200, length: 16, vocabulary: 30)
    var results: [([Float], TokenBatch, Double)] = []
    for workers in [1, 2, 4] {
      Parallel.workers = workers
      var flow = try SeqFlow<Float>(
        .small(vocabulary: 30, maxLength: 16), random: RandomStream(seed: 3))
      var trainer = FlowTrainer(batchSize: 64)
      let epoch = try trainer.epoch(&flow, on: batch, context: RunContext(seed: 4))
      let z = try flow.encode(batch)
      results.append(
        (z.entries, try flow.generate(50, length: 16, random: RandomStream(seed: 1)), epoch.loss))
    }
    #expect(results.allSatisfy { $0.0 == results[0].0 })
    #expect(results.allSatisfy { $0.1 == results[0].1 })
    #expect(results.allSatisfy { $0.2 == results[0].2 })
  }

  @Test func trainingLowersTheLoss() throws {
    // Sequences of one repeated token: easy to model.
    let rows = (0..<256).flatMap { row in
      (0..<10).map { $0 < 6 ? Int32(2 + row % 7) : TokenBatch.stop }
    }
    let batch = TokenBatch(count: 256, length: 10, tokens: rows)
    var flow = try SeqFlow<Float>(
      .small(vocabulary: 9, maxLength: 10), random: RandomStream(seed: 3))
    var trainer = FlowTrainer(batchSize: 64)
    let first = try trainer.epoch(&flow, on: batch, context: RunContext(seed: 1))
    var last = first
    for epoch in 0..<10 {
      last = try trainer.epoch(&flow, on: batch, context: RunContext(seed: UInt64(epoch + 2)))
    }
    #expect(last.negativeLogLikelihoodPerToken < first.negativeLogLikelihoodPerToken - 5)
  }

  @Test func constrainedNoiseKeepsTheTokenAndItsSpread() throws {
    // Embeddings so near that many draws of q would become another token.
    var flow = try SeqFlow<Float>(
      tinyConfiguration(.learned), random: RandomStream(seed: 3))
    var random = RandomStream(seed: 4)
    flow.embedding.value = Tensor(
      [9, 4], (0..<36).map { Float($0 % 4 == 0 ? 1 : 0.15 * random.normal()) })
    let directions = flow.directions
    let tokens = (0..<2000).map { Int32($0 % 9) }
    var stream = RandomStream(seed: 6)
    let noise = flow.constrainedNoise(tokens, directions: directions, using: &stream)
    let v = directions.rows(tokens.map(Int.init)) + noise
    #expect(v.matmul(directions, transposeOther: true).argmaxRows == tokens)
    // Far apart, nothing is rejected and the noise is N(0, 0.1): the spread of 16,000 draws is known
    // to 1/sqrt(2 * 16000) = 0.6%; four times that is allowed.
    let wide = try SeqFlow<Float>(
      .small(vocabulary: 9, maxLength: 7), random: RandomStream(seed: 3))
    let plain = wide.constrainedNoise(
      tokens, directions: wide.directions, using: &stream)
    let spread = (plain.sumOfSquares / Double(plain.count)).squareRoot()
    #expect(abs(spread / 0.1 - 1) < 0.024)
  }
}
