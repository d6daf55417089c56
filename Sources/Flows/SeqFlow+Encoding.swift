import Core
import Engine
import Foundation

extension SeqFlow {
  /// Sequences a worker encodes at a time: enough for full products, few enough for its cache.
  private static var encodingShard: Int { 64 }

  /// Latents z = g(e_x) of sequences, B x (T F); row-major over positions, then features.
  ///
  /// No noise is added (NF-BO, h(x)); all cores work on shards of the batch.
  /// - Throws: `.badArgument` for a batch that does not fit, `.cancelled` on Ctrl-C.
  public func encode(_ batch: TokenBatch, context: RunContext? = nil) throws -> Tensor<Scalar> {
    try overShards(of: batch, context: context) { part, directions in
      var v = vectors(of: part, directions: directions)
      _ = forward(&v, batch: part.count, length: part.length)
      return latentRows(v, batch: part.count, length: part.length)
    }
  }

  /// log p(v) of each position at v = e_x, B x T (NF-BO, log N(z; 0, I) + sum of log|dz/dv|).
  /// - Throws: as `encode`.
  public func logLikelihood(_ batch: TokenBatch, context: RunContext? = nil) throws
    -> Tensor<Scalar>
  {
    try overShards(of: batch, context: context) { part, directions in
      var v = vectors(of: part, directions: directions)
      let logDet = forward(&v, batch: part.count, length: part.length)
      let perToken = gaussianLogDensity(v) + logDet
      // From blocks of time to rows of sequences.
      return perToken.reshaped([part.length, part.count]).transposed
    }
  }

  /// Runs `body` on shards of a batch on all cores and stacks the rows it returns.
  private func overShards(
    of batch: TokenBatch, context: RunContext?,
    _ body: @Sendable (TokenBatch, Tensor<Scalar>) -> Tensor<Scalar>
  ) throws -> Tensor<Scalar> {
    try check(batch)
    let directions = directions
    let ranges = Parallel.ranges(batch.count, by: Self.encodingShard)
    let parts = try Parallel.map(ranges.count) { i in
      try context?.checkCancellation("encoding stopped")
      return body(batch.rows(ranges[i]), directions)
    }
    if parts.isEmpty { return Tensor(uninitialized: [0, latentSize(length: batch.length)]) }
    return Tensor.concatenated(parts)
  }

  /// From F x (T B) in blocks of time to B x (T F).
  package func latentRows(_ v: Tensor<Scalar>, batch: Int, length: Int) -> Tensor<Scalar> {
    let f = configuration.features
    let tokens = v.transposed  // (T B) x F
    var rows = Tensor<Scalar>(uninitialized: [batch, length * f])
    let to = rows.mutablePointer
    for t in 0..<length {
      for b in 0..<batch {
        (to + (b * length + t) * f).update(from: tokens.pointer + (t * batch + b) * f, count: f)
      }
    }
    return rows
  }

  /// log N(z; 0, I) of each column of z (F x N), [N].
  func gaussianLogDensity(_ z: Tensor<Scalar>) -> Tensor<Scalar> {
    let n = z.columns
    var squares = Tensor<Scalar>.zeros([n])
    let product = z * z
    Scalar.kernels.sumRows(configuration.features, n, product.pointer, squares.mutablePointer)
    let constant = -0.5 * Double(configuration.features) * log(2 * Double.pi)
    return squares.affine(-0.5, Scalar(constant))
  }
}
