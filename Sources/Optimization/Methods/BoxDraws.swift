import Core
import Oracles

/// Points of a box that learn nothing: uniform draws or a scrambled Sobol sequence.
public struct BoxDraws: SearchMethod {
  /// How points are drawn.
  public enum Kind: String, Sendable {
    /// Independent and uniform.
    case random
    /// A scrambled Sobol sequence, which covers the box more evenly.
    case sobol
  }

  /// `random` or `sobol` in the language.
  public var name: String { kind.rawValue }
  let kind: Kind
  let space: BoxSpace
  let start: [[Double]]
  let batch: Int
  /// Where coordinates have levels, what was asked for.
  private var asked: Set<[Double]> = []
  /// The next point of the sequence after the start set.
  private var next = 0
  /// What scrambles the sequence; drawn from the first iteration's stream.
  private var scramble: RandomStream?

  /// Options of `random` and `sobol` in a box.
  public static let options: [OptionSpec] = [
    OptionSpec("batch", .integer(1...100_000), default: .integer(100), "points of an iteration")
  ]

  /// Draws after a start set, which may be empty.
  public init(kind: Kind, space: BoxSpace, start: [[Double]], options: Options) {
    self.kind = kind
    self.space = space
    self.start = start
    batch = options.integer("batch")
  }

  /// The start set first, then new points.
  public mutating func ask(iteration: Int, limit: Int, context: RunContext) throws -> Proposal {
    if iteration == 0, !start.isEmpty {
      scramble = context.stream("sobol")
      return proposal(start)
    }
    let wanted = min(batch, limit)
    switch kind {
    case .random:
      var random = context.stream("draws")
      return proposal(try space.draws(wanted, &random, except: asked, near: start, context))
    case .sobol:
      let random = scramble ?? context.stream("sobol")
      scramble = random
      return proposal(
        try space.cover(
          wanted, from: &next, scrambledBy: random, except: asked, near: start, context))
    }
  }

  private mutating func proposal(_ points: [[Double]]) -> Proposal {
    if space.hasLevels { asked.formUnion(points) }
    return Proposal(
      candidates: points.map { .vector($0) }, exhausted: "nothing is left to draw that is new")
  }

  /// These are not drawn again, where coordinates have levels.
  public mutating func adopt(_ candidates: [Candidate], context: RunContext) {
    if space.hasLevels { asked.formUnion(candidates.compactMap(\.vector)) }
  }

  /// Draws learn nothing.
  public mutating func tell(_ trials: [Trial], context: RunContext) throws {}
}
