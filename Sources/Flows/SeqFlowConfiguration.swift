import Core

/// Sizes of a SeqFlow (NF-BO, section 4.2), in the letters of its description.
public struct SeqFlowConfiguration: Sendable, Equatable, Codable {
  /// How token embeddings are made.
  public enum Embedding: String, Sendable, Codable, CaseIterable {
    /// A spherical code, placed once and frozen: the smallest angle cannot fall.
    case fixed
    /// Learned with the flow, as published; the angle is watched and training stops before collapse.
    case learned
  }

  /// V: vocabulary, with `<start>` = 0 and `<stop>` = 1.
  public var vocabulary: Int
  /// max_T: the longest sequence, with at least one `<stop>`.
  public var maxLength: Int
  /// F: entries of a token's vector; even.
  public var features: Int
  /// K: autoregressive blocks.
  public var blocks: Int
  /// H: LSTM units of a layer.
  public var hidden: Int
  /// L: LSTM layers of a block.
  public var layers: Int
  /// C: coupling layers of a block.
  public var couplings: Int
  /// U and M: units and hidden layers of each coupling's network.
  public var couplingUnits: Int
  /// M: hidden layers of each coupling's network.
  public var couplingHiddenLayers: Int
  /// sigma of q(v | x).
  public var noise: Double
  /// Probability of zeroing an LSTM output in training.
  public var dropout: Double
  /// How embeddings are made.
  public var embedding: Embedding

  /// A configuration of these sizes; `validate` checks them.
  public init(
    vocabulary: Int, maxLength: Int, features: Int, blocks: Int, hidden: Int, layers: Int,
    couplings: Int, couplingUnits: Int, couplingHiddenLayers: Int, noise: Double = 0.1,
    dropout: Double, embedding: Embedding = .fixed
  ) {
    self.vocabulary = vocabulary
    self.maxLength = maxLength
    self.features = features
    self.blocks = blocks
    self.hidden = hidden
    self.layers = layers
    self.couplings = couplings
    self.couplingUnits = couplingUnits
    self.couplingHiddenLayers = couplingHiddenLayers
    self.noise = noise
    self.dropout = dropout
    self.embedding = embedding
  }

  /// The sizes the paper's authors run.
  public static func paper(vocabulary: Int, maxLength: Int, embedding: Embedding = .fixed)
    -> SeqFlowConfiguration
  {
    SeqFlowConfiguration(
      vocabulary: vocabulary, maxLength: maxLength, features: 40, blocks: 5, hidden: 500,
      layers: 2, couplings: 10, couplingUnits: 100, couplingHiddenLayers: 2, dropout: 0.2,
      embedding: embedding)
  }

  /// Sizes for a laptop.
  public static func small(vocabulary: Int, maxLength: Int, embedding: Embedding = .fixed)
    -> SeqFlowConfiguration
  {
    SeqFlowConfiguration(
      vocabulary: vocabulary, maxLength: maxLength, features: 24, blocks: 3, hidden: 128,
      layers: 1, couplings: 4, couplingUnits: 64, couplingHiddenLayers: 2, dropout: 0.1,
      embedding: embedding)
  }

  /// Half of the features: what a coupling layer keeps, and what it transforms.
  var half: Int { features / 2 }

  /// Fewer numbers than this no flow of these sizes has: embeddings, recurrent weights, tables of
  /// positions, and the largest weights of the coupling networks.
  var leastEntries: Double {
    let (h, u) = (Double(hidden), Double(couplingUnits))
    let perCoupling = u * Double(half) + Double(couplingHiddenLayers - 1) * u * u
    return Double(vocabulary) * Double(features)
      + Double(blocks)
      * (4 * h * h * Double(layers) + 10 * Double(maxLength) * h + Double(couplings) * perCoupling)
  }

  /// - Throws: `.badArgument` naming the size that cannot be.
  public func validate() throws(Failure) {
    func need(_ holds: Bool, _ message: String) throws(Failure) {
      if !holds { throw Failure(.badArgument, message) }
    }
    try need(vocabulary >= 3, "a flow needs at least one token besides <start> and <stop>")
    try need(maxLength >= 2, "a flow needs sequences of at least one token and <stop>")
    try need(
      features >= 2 && features % 2 == 0, "a flow's `features` is an even number of at least 2")
    try need(
      blocks >= 1 && hidden >= 1 && layers >= 1 && couplings >= 1 && couplingUnits >= 1
        && couplingHiddenLayers >= 1, "a flow's sizes are at least 1")
    try need(noise > 0 && noise < 1, "a flow's `noise` lies between 0 and 1")
    try need(dropout >= 0 && dropout < 1, "a flow's `dropout` is at least 0 and below 1")
  }
}
