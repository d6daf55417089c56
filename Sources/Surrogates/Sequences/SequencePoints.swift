import Core
import Engine

/// Sequences as a `SequenceGP` sees them: counts, latents or both, row by row.
public struct SequencePoints: Sendable {
  /// What each sequence has and how often, by kind of count and then by sequence; empty where the
  /// process only looks at latents.
  public var counts: [[CountVector]]
  /// Latents, n x D; nil where the process only looks at counts.
  public var latents: Tensor<Float>?

  /// Points; both parts, where given, have one row for each sequence.
  public init(counts: [[CountVector]], latents: Tensor<Float>? = nil) {
    self.counts = counts
    self.latents = latents
  }

  /// Number of sequences.
  public var count: Int { counts.first?.count ?? latents?.rows ?? 0 }

  /// Some of the sequences.
  public func rows(_ indices: [Int]) -> SequencePoints {
    SequencePoints(
      counts: counts.map { kind in indices.map { kind[$0] } }, latents: latents?.rows(indices))
  }
}
