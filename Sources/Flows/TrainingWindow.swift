import Engine

/// The positions of a shard of a step's batch, where not all T are computed.
///
/// A flow is autoregressive in the density direction too: vectors, log-dets and gradients of the
/// first positions are the same whether later ones are computed or not, as long as the position
/// codes count from the same T. So the steps past a batch's longest sequence may be left out, and
/// what is left out is exactly the padding's part of the loss. To keep the loss of the padding,
/// which a search perturbs too, a quarter of a step's shards, drawn at random, computes all positions
/// and counts the tail by the inverse of its share: the expectation of a step's loss and gradient is
/// the full one.
package struct TrainingWindow: Sendable, Equatable {
  /// T, from which position codes count.
  package var length: Int
  /// Positions that count once.
  package var head: Int
  /// What each position after the head counts.
  package var tailWeight: Double

  package init(length: Int, head: Int, tailWeight: Double) {
    self.length = length
    self.head = head
    self.tailWeight = tailWeight
  }

  /// The weight of each position of a batch, in blocks of time; nil if all are 1.
  func weights<Scalar: TensorScalar>(of batch: TokenBatch) -> Tensor<Scalar>? {
    guard head < batch.length, tailWeight != 1 else { return nil }
    var weights = Tensor<Scalar>([batch.length * batch.count], repeating: 1)
    for i in head * batch.count..<weights.count { weights[i] = Scalar(tailWeight) }
    return weights
  }
}
