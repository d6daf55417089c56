import Core
import Engine

extension SeqFlow {
  /// Sequences a worker decodes at a time.
  static var decodingShard: Int { 64 }

  /// The sequence of each latent, argmax over the embeddings of g^-1(z); latents are B x (T F).
  ///
  /// Any finite latent decodes: the inverse of NLSq is solved by bracketed Newton steps.
  /// - Throws: `.badArgument` if the latents' width is not a multiple of F or too long, `.cancelled`.
  public func decode(_ latents: Tensor<Scalar>, context: RunContext? = nil) throws -> TokenBatch {
    let length = try length(of: latents)
    let directions = directions
    let ranges = Parallel.ranges(latents.rows, by: Self.decodingShard)
    let parts = try Parallel.map(ranges.count) { i in
      try context?.checkCancellation("decoding stopped")
      let part = latents.rows(ranges[i])
      var pass = DecodingPass(self, latents: part, length: length)
      pass.run(starts: nil, from: nil)
      return pass.tokens(directions: directions)
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
  /// the anchor, LSTM states included, so half the work of `decode` is saved on average.
  /// - Throws: as `decode`.
  public func decode(
    _ variations: [Variation], of anchors: Tensor<Scalar>, context: RunContext? = nil
  ) throws -> TokenBatch {
    let length = try length(of: anchors)
    let directions = directions
    var anchorPass = DecodingPass(self, latents: anchors, length: length)
    let prefix = anchorPass.runRecording()
    // Sorted by position, so that the sequences active at a position are the first ones of a shard.
    let order = variations.indices.sorted {
      (variations[$0].position, $0) < (variations[$1].position, $1)
    }
    let f = configuration.features
    let ranges = Parallel.ranges(order.count, by: Self.decodingShard)
    let parts = try Parallel.map(ranges.count) { i in
      try context?.checkCancellation("decoding stopped")
      let mine = order[ranges[i]].map { variations[$0] }
      var part = anchors.rows(mine.map(\.anchor))
      let to = part.mutablePointer
      for (row, variation) in mine.enumerated() {
        let at = to + row * part.columns + variation.position * f
        for j in 0..<f { at[j] = variation.vector[j] }
      }
      var pass = DecodingPass(self, latents: part, length: length)
      pass.run(
        starts: mine.map { (position: $0.position, anchor: $0.anchor) }, from: prefix)
      return pass.tokens(directions: directions)
    }
    var tokens = [Int32](repeating: 0, count: variations.count * length)
    for (range, part) in zip(ranges, parts) {
      for (i, row) in range.enumerated() {
        let at = order[row] * length
        tokens.replaceSubrange(at..<at + length, with: part[i])
      }
    }
    return TokenBatch(count: variations.count, length: length, tokens: tokens)
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
