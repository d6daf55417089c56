import Core
import Engine
import Flows

/// Candidates around centres: in their regions, by moves of their latents, and by recombination.
extension NFBO {
  /// Sequences that candidates are made around.
  struct Centres {
    var texts: [String]
    var tokens: TokenBatch
    /// A x (T F).
    var latents: Tensor<Float>

    /// Latents and lengths, the end of a sequence included.
    var sequences: LatentMoves.Sequences {
      .init(
        latents: latents,
        lengths: (0..<tokens.count).map { row in
          min(tokens.length, 1 + tokens[row].prefix { $0 != TokenBatch.stop }.count)
        })
    }
  }

  /// What an iteration's candidates are made from beside their centres.
  struct Sources {
    /// Nil where the options ask for no moves.
    var moves: LatentMoves?
    /// Of whom recombination borrows.
    var partners: [String] = []
    /// The latent's spread by entry; empty where there are no regions.
    var scales: [Double] = []
  }

  /// Known sequences as centres.
  mutating func centres(_ rows: [Int], _ context: RunContext) throws -> Centres {
    Centres(
      texts: rows.map { buffer.entries[$0].text }, tokens: buffer.batch(rows, length: space.length),
      latents: try latents(of: rows, context))
  }

  /// What candidates are made from. Moves and recombination borrow from the best that is known, and from
  /// strangers: when the best have become one family, nothing new is to be had from them.
  mutating func sources(_ context: RunContext) throws -> Sources {
    var sources = Sources()
    if settings.moves < 1 { sources.scales = latentScales(try latents(context)) }
    guard settings.moves > 0 || recombiner != nil else { return sources }
    let strangers = Int((settings.strangers * Double(settings.top)).rounded())
    var random = context.stream("partners")
    let chosen =
      buffer.ranking.prefix(settings.top - strangers)
      + (0..<(strangers + 1) / 2).map { _ in random.integer(below: buffer.count) }
    let known = try centres(Array(chosen), context)
    let drawn = try drawn(strangers / 2, using: &random, context)
    sources.partners = known.texts + drawn.texts
    if settings.moves > 0 {
      sources.moves = LatentMoves(
        features: space.flow.configuration.features, length: space.length,
        partners: known.sequences + drawn.sequences)
    }
    return sources
  }

  /// Sequences drawn from the flow; texts of those that are valid.
  private func drawn(
    _ count: Int, using random: inout RandomStream, _ context: RunContext
  ) throws -> (texts: [String], sequences: LatentMoves.Sequences) {
    var latents = Tensor<Float>(
      uninitialized: [count, space.flow.latentSize(length: space.length)])
    random.fillNormal(.init(start: latents.mutablePointer, count: latents.count))
    guard count > 0 else { return ([], .init(latents: latents, lengths: [])) }
    let tokens = try space.flow.decode(latents, context: context)
    return (
      space.candidates(tokens).compactMap { $0?.text },
      Centres(texts: [], tokens: tokens, latents: latents).sequences
    )
  }

  /// `each` candidates around every centre, centre after centre; nil where one is invalid.
  func candidates(
    _ each: Int, around centres: Centres, probabilities: [[Double]], _ sources: Sources,
    _ context: RunContext, _ phases: inout Phases
  ) throws -> [CodedCandidate?] {
    let recombined =
      recombiner == nil ? 0 : Int((settings.recombine * Double(each)).rounded())
    var decoded: [CodedCandidate?] = []
    if recombined < each {
      let points = try phases.time("candidates") {
        try (0..<centres.latents.rows).map { r in
          try latentPoints(each - recombined, r, centres, probabilities, sources, context)
        }
      }
      let tokens = try phases.time("decode") {
        try decode(points, around: centres.latents, context)
      }
      decoded = try phases.time("identify") { try space.allowed(space.candidates(tokens)) }
    }
    guard let recombiner, recombined > 0 else { return decoded }
    return try phases.time("recombine") {
      var all: [CodedCandidate?] = []
      let moved = each - recombined
      for (r, text) in centres.texts.enumerated() {
        all += decoded[r * moved..<(r + 1) * moved]
        all += try space.allowed(
          recombiner.children(
            of: text, with: sources.partners, count: recombined,
            random: context.stream("recombine", r)))
      }
      return all
    }
  }

  /// Points around one of some centres: by moves, and the rest in its region.
  private func latentPoints(
    _ count: Int, _ r: Int, _ centres: Centres, _ probabilities: [[Double]], _ sources: Sources,
    _ context: RunContext
  ) throws -> Tensor<Float> {
    let moved = sources.moves == nil ? 0 : Int((settings.moves * Double(count)).rounded())
    var parts: [Tensor<Float>] = []
    if moved < count {
      parts.append(
        try regionPoints(
          count - moved, r, centres.latents, probabilities, sources.scales, context))
    }
    if let moves = sources.moves, moved > 0 {
      parts.append(
        moves.points(moved, of: r, in: centres.sequences, random: context.stream("moves", r)))
    }
    return Tensor.concatenated(parts)
  }

  /// What the points of each region decode to; a point costs from where it leaves its centre, a row
  /// of `centres`.
  func decode(
    _ points: [Tensor<Float>], around centres: Tensor<Float>, _ context: RunContext
  ) throws -> TokenBatch {
    try space.flow.decode(
      Tensor.concatenated(points), near: centres,
      origins: points.enumerated().flatMap { r, part in repeatElement(r, count: part.rows) },
      context: context)
  }
}
