import Core
import Engine
import Foundation

/// Draws that one training step needs: noise of q(v | x) and negatives of the similarity loss.
package struct TrainingDraws<Scalar: TensorScalar> {
  /// v - e_x, (T B) x F in blocks of time.
  package var noise: Tensor<Scalar>
  /// A random token for each position, B x T; where it is the token itself the term is left out.
  package var negatives: [Int32]

  package init(noise: Tensor<Scalar>, negatives: [Int32]) {
    self.noise = noise
    self.negatives = negatives
  }
}

extension SeqFlow {
  /// Rounds of rejection before a position falls back to e_x itself (NF-BO eq. 11).
  private static var rejectionRounds: Int { 100 }

  /// Draws for a batch; sequence b of the batch uses `random.stream("sequence", firstRow + b)`, so
  /// shards of a batch draw what the whole batch would.
  package func draws(
    for batch: TokenBatch, firstRow: Int, directions: Tensor<Scalar>, random: RandomStream
  ) -> TrainingDraws<Scalar> {
    let (f, t, n) = (configuration.features, batch.length, batch.count)
    var noise = Tensor<Scalar>(uninitialized: [t * n, f])
    var negatives = [Int32](repeating: 0, count: t * n)
    let to = noise.mutablePointer
    for b in 0..<n {
      var stream = random.stream("sequence", firstRow + b)
      let tokens = Array(batch[b])
      let rows = constrainedNoise(tokens, directions: directions, using: &stream)
      for position in 0..<t {
        (to + (position * n + b) * f).update(from: rows.pointer + position * f, count: f)
        if configuration.embedding == .learned {
          negatives[b * t + position] = Int32(stream.integer(below: configuration.vocabulary))
        }
      }
    }
    return TrainingDraws(noise: noise, negatives: negatives)
  }

  /// v - e_x for one sequence, T x F, with v ~ N(e_x, sigma^2) given argmax_j cos(v, E_j) = x.
  package func constrainedNoise(
    _ tokens: [Int32], directions: Tensor<Scalar>, using stream: inout RandomStream
  ) -> Tensor<Scalar> {
    let f = configuration.features
    let sigma = Scalar(configuration.noise)
    var result = Tensor<Scalar>.zeros([tokens.count, f])
    var pending = Array(tokens.indices)
    for _ in 0..<Self.rejectionRounds where !pending.isEmpty {
      var draw = Tensor<Scalar>(uninitialized: [pending.count, f])
      stream.fillNormal(
        UnsafeMutableBufferPointer(start: draw.mutablePointer, count: draw.count))
      draw = draw.affine(sigma, 0)
      let v = directions.rows(pending.map { Int(tokens[$0]) }) + draw
      let nearest = v.matmul(directions, transposeOther: true).argmaxRows
      var rejected: [Int] = []
      for (i, position) in pending.enumerated() {
        if nearest[i] == tokens[position] {
          (result.mutablePointer + position * f).update(from: draw.pointer + i * f, count: f)
        } else {
          rejected.append(position)
        }
      }
      pending = rejected
    }
    return result
  }

  /// Sums over a batch of the two parts of the training loss (NF-BO section 4.2): -log p(v) and
  /// 1 - cos(v, E_x) + max(0, cos(v, E_negative)).
  /// - Parameter window: what the batch's positions stand for; nil if they are all there are.
  package func recordedLoss(
    _ tape: Tape<Scalar>, _ batch: TokenBatch, draws: TrainingDraws<Scalar>,
    directions: Tensor<Scalar>, dropoutKey: RandomStream?, window: TrainingWindow? = nil
  ) -> (negativeLogLikelihood: Variable<Scalar>, similarity: Variable<Scalar>?) {
    let (n, f) = (batch.count * batch.length, configuration.features)
    let order = batch.tokensByTime
    let weights: Tensor<Scalar>? = window.flatMap { $0.weights(of: batch) }
    var v: Variable<Scalar>
    var similarity: Variable<Scalar>?
    if embedding.isTrained {
      let unit = tape.parameter(embedding).normalizingRows()
      let own = unit.gatheringRows(order)
      let rows = own + tape.constant(draws.noise)
      similarity = similarityLoss(
        tape, rows, own: own, unit: unit, batch, draws.negatives, order, weights)
      v = rows.transposed()
    } else {
      let rows = directions.rows(order) + draws.noise
      v = tape.constant(rows.transposed)
    }
    var logDet: Variable<Scalar>?
    for (k, block) in blocks.enumerated() {
      let result = block.recorded(
        v, batch: batch.count, steps: batch.length, length: window?.length ?? batch.length,
        dropout: configuration.dropout, dropoutKey: dropoutKey?.stream("block", k))
      v = result[0]
      logDet = logDet.map { $0 + result[1] } ?? result[1]
    }
    guard let logDet else { preconditionFailure("a flow has at least one block") }
    let perToken = 0.5 * Double(f) * log(2 * Double.pi)
    guard let weights else {
      let energy = (Scalar(0.5) * v.squared().sum()) + Scalar(perToken * Double(n))
      return (energy - logDet.sum(), similarity)
    }
    let energies = Scalar(0.5) * v.squared().sumOverRows() - logDet
    let constant = Scalar(perToken * weights.sum)
    return ((energies * tape.constant(weights)).sum() + constant, similarity)
  }

  private func similarityLoss(
    _ tape: Tape<Scalar>, _ rows: Variable<Scalar>, own: Variable<Scalar>,
    unit: Variable<Scalar>, _ batch: TokenBatch, _ negatives: [Int32], _ order: [Int],
    _ weights: Tensor<Scalar>?
  ) -> Variable<Scalar> {
    let n = order.count
    let directed = rows.normalizingRows()
    let towards = (directed * own).sumOverColumns()
    var others = [Int](repeating: 0, count: n)
    var mask = Tensor<Scalar>(uninitialized: [n])
    for t in 0..<batch.length {
      for b in 0..<batch.count {
        let at = t * batch.count + b
        others[at] = Int(negatives[b * batch.length + t])
        mask[at] = others[at] == order[at] ? 0 : 1
      }
    }
    let away = (directed * unit.gatheringRows(others)).sumOverColumns().activated(.relu)
    let terms = away * tape.constant(mask) - towards
    guard let weights else { return terms.sum() + Scalar(n) }
    return (terms * tape.constant(weights)).sum() + Scalar(weights.sum)
  }
}

extension TokenBatch {
  /// Tokens in blocks of time: entry t B + b is position t of sequence b.
  var tokensByTime: [Int] {
    var order: [Int] = []
    order.reserveCapacity(tokens.count)
    for t in 0..<length { for b in 0..<count { order.append(Int(tokens[b * length + t])) } }
    return order
  }
}
