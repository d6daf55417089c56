import Core
import Engine

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

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
    let f = configuration.features
    return try decode(variations.count, sharing: anchors, context) { rows in
      let mine = variations[rows]
      var part = anchors.rows(mine.map(\.anchor))
      let to = part.mutablePointer
      for (row, variation) in mine.enumerated() {
        let at = to + row * part.columns + variation.position * f
        for j in 0..<f { at[j] = variation.vector[j] }
      }
      return (part, mine.map { .init(position: $0.position, anchor: $0.anchor) })
    }
  }

  /// Decodes latents (B x (T F)) of which each begins as one of some anchors (A x (T F)): the positions
  /// up to the first that differs are not worked out again.
  /// - Parameter origins: the anchor of each latent; one that shares nothing costs nothing extra.
  /// - Throws: as `decode`.
  public func decode(
    _ latents: Tensor<Scalar>, near anchors: Tensor<Scalar>, origins: [Int],
    context: RunContext? = nil
  ) throws -> TokenBatch {
    precondition(latents.rows == origins.count, "each latent has an origin")
    guard anchors.rows > 0 else { return try decode(latents, context: context) }
    guard try length(of: latents) == length(of: anchors) else {
      throw Failure(.badArgument, "latents and their anchors are not of one length")
    }
    let width = latents.columns
    return try decode(latents.rows, sharing: anchors, context) { rows in
      let starts = rows.map { row in
        DecodingPass<Scalar>.Start(
          position: sharedPositions(
            latents.pointer + row * width, anchors.pointer + origins[row] * width, width),
          anchor: origins[row])
      }
      return (latents.rows(rows), starts)
    }
  }

  /// Positions before the first at which two latents differ, the last one not counted.
  private func sharedPositions(
    _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, _ width: Int
  ) -> Int {
    let f = configuration.features
    let bytes = f * MemoryLayout<Scalar>.stride
    var position = 0
    while position + 1 < width / f, memcmp(a + position * f, b + position * f, bytes) == 0 {
      position += 1
    }
    return position
  }

  /// Decodes `count` sequences, which are made a piece at a time, from where they leave their anchors.
  private func decode(
    _ count: Int, sharing anchors: Tensor<Scalar>, _ context: RunContext?,
    _ piece:
      @Sendable (Range<Int>) -> (latents: Tensor<Scalar>, starts: [DecodingPass<Scalar>.Start])
  ) throws -> TokenBatch {
    let length = try length(of: anchors)
    let directions = directions
    var anchorPass = DecodingPass(self, latents: anchors, length: length, directions: directions)
    let prefix = anchorPass.runRecording()
    let ranges = Parallel.ranges(count, by: Self.pieceSize(count))
    let parts = try Parallel.map(ranges.count) { i in
      try context?.checkCancellation("decoding stopped")
      let (latents, starts) = piece(ranges[i])
      var pass = DecodingPass(self, latents: latents, length: length, directions: directions)
      return pass.run(starts: starts, from: prefix)
    }
    return TokenBatch(count: count, length: length, tokens: parts.flatMap(\.tokens))
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
