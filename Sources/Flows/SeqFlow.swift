import Core
import Engine
import Neural

/// An autoregressive normalizing flow on token sequences with an exact left inverse
/// (NF-BO, arXiv 2504.14889, section 4.2).
///
/// `encode` turns a sequence into a latent of T x F numbers, `decode` turns any latent into a
/// sequence, and decode(encode(x)) = x for every sequence as long as no two embeddings coincide
/// (Proposition 2). A latent depends on the padded length T: keep one T for a study.
public struct SeqFlow<Scalar: TensorScalar>: Module {
  /// The sizes the flow was made with.
  public let configuration: SeqFlowConfiguration
  /// V x F; directions matter, norms do not.
  public var embedding: Parameter<Scalar>
  var blocks: [AutoregressiveBlock<Scalar>]

  /// A flow with random weights.
  /// - Throws: `.badArgument` if the configuration cannot be.
  public init(_ configuration: SeqFlowConfiguration, random: RandomStream) throws(Failure) {
    try self.init(shapedBy: configuration, random: random)
    let (v, f) = (configuration.vocabulary, configuration.features)
    var stream = random.stream("seqflow.embedding")
    switch configuration.embedding {
    case .fixed:
      embedding.value = SphericalCode.points(v, dimensions: f, using: &stream).converted()
    case .learned: embedding.value = Tensor([v, f], stream.normals(v * f).map { Scalar($0) })
    }
  }

  /// A flow of the right shapes, whose embedding is still to be set: a spherical code takes a second
  /// to place, which reading a flow need not wait for.
  init(shapedBy configuration: SeqFlowConfiguration, random: RandomStream) throws(Failure) {
    try configuration.validate()
    self.configuration = configuration
    embedding = Parameter(
      Tensor.zeros([configuration.vocabulary, configuration.features]),
      isTrained: configuration.embedding == .learned)
    blocks = (0..<configuration.blocks).map { k in
      var stream = random.stream("seqflow.block", k)
      return AutoregressiveBlock(configuration, block: k, using: &stream)
    }
  }

  /// Visits every parameter by its path.
  public mutating func forEachParameter(_ body: (String, inout Parameter<Scalar>) -> Void) {
    body("embedding", &embedding)
    for k in blocks.indices { blocks[k].forEachParameter { body("block.\(k).\($0)", &$1) } }
  }

  /// Entries of a latent of a sequence of this length: T F.
  public func latentSize(length: Int) -> Int { length * configuration.features }

  /// Embeddings with unit norm, V x F.
  public var directions: Tensor<Scalar> {
    let norms = LinearAlgebra.rowSquares(embedding.value).mapped(Scalar.kernels.sqrt)
    var result = embedding.value
    let f = configuration.features
    for r in 0..<result.rows {
      let row = result.mutablePointer + r * f
      Scalar.kernels.affine(f, 1 / norms[r], 0, row, row)
    }
    return result
  }

  /// The smallest angle between two embeddings, in degrees: below 3 sigma they are about to collapse.
  public var smallestAngle: Double { SphericalCode.smallestAngle(embedding.value) }

  /// 3 sigma in degrees: the angle below which tokens are about to become indistinguishable.
  public var collapseAngle: Double { 3 * configuration.noise * 180 / .pi }

  /// - Throws: `.badArgument` if the batch's length or a token does not fit the flow.
  public func check(_ batch: TokenBatch) throws(Failure) {
    guard batch.length >= 2, batch.length <= configuration.maxLength else {
      throw Failure(
        .badArgument,
        "the flow takes sequences of 2 to \(configuration.maxLength) positions, not "
          + "\(batch.length)")
    }
    if let bad = batch.tokens.first(where: { $0 < 0 || $0 >= Int32(configuration.vocabulary) }) {
      throw Failure(
        .badArgument,
        "the flow knows the tokens 0 to \(configuration.vocabulary - 1), not \(bad)",
        advice: "use tokens made with the vocabulary that the flow was made for")
    }
  }

  // MARK: Vectors

  /// Token vectors e_x of a batch, feature-major and in blocks of time: F x (T B), column t B + b.
  package func vectors(of batch: TokenBatch, directions: Tensor<Scalar>) -> Tensor<Scalar> {
    let (f, n) = (configuration.features, batch.count * batch.length)
    var rows: [Int] = []
    rows.reserveCapacity(n)
    for t in 0..<batch.length {
      for b in 0..<batch.count { rows.append(Int(batch.tokens[b * batch.length + t])) }
    }
    return directions.rows(rows).reshaped([n, f]).transposed
  }

  /// Data to latent in place of v (F x N); returns log|dz/dv| per token, [N].
  package func forward(_ v: inout Tensor<Scalar>, batch: Int, length: Int) -> Tensor<Scalar> {
    var logDet = Tensor<Scalar>.zeros([v.columns])
    for block in blocks { logDet.add(block.forward(&v, batch: batch, length: length)) }
    return logDet
  }
}
