import Core
import Surrogates

/// What a surrogate looks at of a sequence beside its latent.
public struct SequenceFeatures: Sendable, Equatable {
  /// Whether runs of one to three tokens are counted.
  public var ngrams = false
  /// What else is counted, by name: fingerprints of molecules.
  public var fingerprints: [String]
  /// Groups of numbers that describe the whole, by name: a molecule's composition.
  public var descriptors: [String]

  /// Features by name.
  public init(fingerprints: [String] = [], descriptors: [String] = []) {
    self.fingerprints = fingerprints
    self.descriptors = descriptors
  }

  /// The longest run of tokens that is counted.
  static let longestRun = 3

  /// Kinds of counts.
  var countKinds: Int { fingerprints.count + (ngrams ? 1 : 0) }

  /// A process on these features, and on latents as a last kind of vectors where asked for.
  func kernel(latents: Bool) -> SequenceKernel {
    SequenceKernel(
      countKinds: countKinds,
      vectors: descriptors.map { _ in .standardized } + (latents ? [.given] : []))
  }

  /// What they are of one sequence.
  public struct Values: Sendable {
    /// By kind of count.
    public var counts: [CountVector]
    /// By group of descriptors; as many numbers for every sequence.
    public var descriptors: [[Double]]

    /// Values, each part in the order of its names.
    public init(counts: [CountVector] = [], descriptors: [[Double]] = []) {
      self.counts = counts
      self.descriptors = descriptors
    }
  }
}
