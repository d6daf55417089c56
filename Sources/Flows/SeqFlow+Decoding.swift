import Core
import Engine

extension SeqFlow {
  /// Sequences of a piece of work: several times as many as a worker decodes side by side, so that
  /// those that end early are replaced, where there are enough for all cores.
  private static func pieceSize(_ count: Int) -> Int {
    count <= 256 ? 64 : count <= 2048 ? 256 : 512
  }

  /// The sequence of each latent, argmax over the embeddings of g^-1(z); latents are B x (T F).
  ///
  /// Any finite latent decodes: the inverse of NLSq is solved by bracketed Newton steps.
  /// - Throws: `.badArgument` if the latents' width is not a multiple of F or too long, `.cancelled`.
  public func decode(_ latents: Tensor<Scalar>, context: RunContext? = nil) throws -> TokenBatch {
    let length = try length(of: latents)
    let directions = directions
    let ranges = Parallel.ranges(latents.rows, by: Self.pieceSize(latents.rows))
    let parts = try Parallel.map(ranges.count) { i in
      try context?.checkCancellation("decoding stopped")
      let part = latents.rows(ranges[i])
      var pass = DecodingPass(self, latents: part, length: length, directions: directions)
      return pass.run()
    }
    let tokens = parts.flatMap(\.tokens)
    return TokenBatch(count: latents.rows, length: length, tokens: tokens)
  }

  /// Sequences drawn from the flow: z ~ N(0, I), decoded.
  public func generate(
    _ count: Int, length: Int, random: RandomStream, context: RunContext? = nil
  ) throws -> TokenBatch {
    var z = Tensor<Scalar>(uninitialized: [count, latentSize(length: length)])
    let width = z.columns
    let to = z.mutablePointer
    for row in 0..<count {
      var stream = random.stream("generate", row)
      stream.fillNormal(UnsafeMutableBufferPointer(start: to + row * width, count: width))
    }
    return try decode(z, context: context)
  }

  /// One anchor with the vector of one position replaced.
  public struct Variation: Sendable {
    /// Row of the anchor.
    public var anchor: Int
    /// The position replaced, from 0.
    public var position: Int
    /// F entries that replace z at the position.
    public var vector: [Scalar]

    /// A variation of an anchor at one position.
    public init(anchor: Int, position: Int, vector: [Scalar]) {
      self.anchor = anchor
      self.position = position
      self.vector = vector
    }
  }

  /// Decodes variations of anchors (A x (T F)); everything before a replaced position is shared with
  /// the anchor, LSTM states included, so more than half the work of `decode` is saved on average.
  /// - Throws: as `decode`.
  public func decode(
    _ variations: [Variation], of anchors: Tensor<Scalar>, context: RunContext? = nil
  ) throws -> TokenBatch {
    let length = try length(of: anchors)
    let directions = directions
    var anchorPass = DecodingPass(self, latents: anchors, length: length, directions: directions)
    let prefix = anchorPass.runRecording()
    let f = configuration.features
    let ranges = Parallel.ranges(variations.count, by: Self.pieceSize(variations.count))
    let parts = try Parallel.map(ranges.count) { i in
      try context?.checkCancellation("decoding stopped")
      let mine = variations[ranges[i]]
      var part = anchors.rows(mine.map(\.anchor))
      let to = part.mutablePointer
      for (row, variation) in mine.enumerated() {
        let at = to + row * part.columns + variation.position * f
        for j in 0..<f { at[j] = variation.vector[j] }
      }
      var pass = DecodingPass(self, latents: part, length: length, directions: directions)
      return pass.run(
        starts: mine.map { .init(position: $0.position, anchor: $0.anchor) }, from: prefix)
    }
    return TokenBatch(
      count: variations.count, length: length, tokens: parts.flatMap(\.tokens))
  }

  private func length(of latents: Tensor<Scalar>) throws(Failure) -> Int {
    let f = configuration.features
    let length = latents.columns / f
    guard latents.columns == length * f, length >= 2, length <= configuration.maxLength else {
      throw Failure(
        .badArgument,
        "a latent of \(latents.columns) entries does not fit a flow of \(f) entries a token and "
          + "at most \(configuration.maxLength) tokens")
    }
    guard latents.isFinite else {
      throw Failure(.badArgument, "a latent holds NaN or infinity and cannot be decoded")
    }
    return length
  }
}
