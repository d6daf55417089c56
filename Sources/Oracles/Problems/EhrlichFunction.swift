import Core

/// An Ehrlich function: a score of sequences with a known optimum (Stanton, Alberstein, Frey,
/// Watkins and Cho, "Closed-form test functions for biophysical sequence design", arXiv 2407.00236).
///
/// A sequence of L letters is feasible if no banned pair of letters stands in it side by side. Its
/// score is the product over c motifs of q(largest share of the motif's k letters that stand, at the
/// motif's spacing, anywhere in the sequence), where q rounds down to multiples of 1 / quantization.
/// The optimum is 1 and is reached by `solution`.
///
/// Motifs, spacings and the transition matrix are drawn by the published rules from this program's
/// random numbers, so a seed gives another function than the authors' program. Infeasible sequences
/// have no value here; the paper gives them minus infinity. Sequences of another length than L,
/// which the paper does not have, count as infeasible.
public struct EhrlichFunction: Sendable, Equatable {
  /// What an instance is drawn by.
  public struct Sizes: Sendable, Equatable {
    /// v: letters of the alphabet.
    public var letters: Int
    /// L: letters of a sequence.
    public var length: Int
    /// c: motifs.
    public var motifs: Int
    /// k: letters of a motif.
    public var motifLength: Int
    /// Levels above 0 that a motif's share is rounded down to; divides k.
    public var quantization: Int

    /// These sizes.
    public init(letters: Int, length: Int, motifs: Int, motifLength: Int, quantization: Int) {
      self.letters = letters
      self.length = length
      self.motifs = motifs
      self.motifLength = motifLength
      self.quantization = quantization
    }
  }

  /// The sizes it was drawn by.
  public let sizes: Sizes
  /// v x v, row after row: the chance of the next letter. 0 is a banned pair.
  public let transitions: [Double]
  /// The chance of each letter far into a sequence drawn by the transitions.
  public let stationary: [Double]
  /// c motifs of k letters.
  public let motifs: [[Int]]
  /// For each motif, where its letters stand after the first, ascending from 0.
  public let offsets: [[Int]]

  private static let attempts = 100

  /// Draws an instance.
  /// - Throws: `.badArgument` for sizes for which there is no such function.
  public init(_ sizes: Sizes, random: RandomStream) throws(Failure) {
    try Self.validate(sizes)
    self.sizes = sizes
    let v = sizes.letters
    var found: [Double]?
    for attempt in 0..<Self.attempts where found == nil {
      var stream = random.stream("ehrlich.transitions", attempt)
      let drawn = Self.transitions(v, using: &stream)
      if Self.isIrreducible(drawn, v) { found = drawn }
    }
    guard let found else {
      throw Failure(.numerical, "no transition matrix of \(v) letters connects them all")
    }
    transitions = found
    stationary = Self.stationary(found, v)
    var stream = random.stream("ehrlich.motifs")
    // One feasible sequence cut in pieces: the motifs can then stand one after the other.
    let chain = Self.chain(
      sizes.motifs * sizes.motifLength, first: stationary, found, v, using: &stream)
    motifs = (0..<sizes.motifs).map { m in
      Array(chain[m * sizes.motifLength..<(m + 1) * sizes.motifLength])
    }
    let slack = (sizes.length - sizes.motifs * sizes.motifLength) / sizes.motifs
    var spacing = random.stream("ehrlich.spacings")
    offsets = (0..<sizes.motifs).map { _ in
      let weights = (1..<max(2, sizes.motifLength)).map { _ in spacing.uniform() }
      let total = max(weights.reduce(0, +), .leastNormalMagnitude)
      var at = [0]
      for weight in weights.prefix(sizes.motifLength - 1) {
        at.append(at[at.count - 1] + 1 + Int(Double(slack) * weight / total))
      }
      return at
    }
  }

  private static func validate(_ s: Sizes) throws(Failure) {
    guard (2...4096).contains(s.letters), s.motifs >= 1, s.motifLength >= 1 else {
      throw Failure(
        .badArgument, "an Ehrlich function needs 2 to 4096 letters and at least one motif letter")
    }
    guard s.motifs <= s.length / s.motifLength else {
      throw Failure(
        .badArgument,
        "\(s.motifs) motifs of \(s.motifLength) letters do not fit into sequences of \(s.length)",
        advice: "make `length` at least their product")
    }
    guard s.quantization >= 1, s.motifLength % s.quantization == 0 else {
      throw Failure(
        .badArgument,
        "a motif of \(s.motifLength) letters cannot be counted in \(s.quantization) equal levels",
        advice: "give a `quantization` that divides the motif's length")
    }
  }

  // MARK: Scoring

  /// Whether a sequence has L letters and no banned pair.
  public func isFeasible(_ sequence: [Int]) -> Bool {
    let v = sizes.letters
    guard sequence.count == sizes.length, sequence.allSatisfy({ (0..<v).contains($0) })
    else { return false }
    return zip(sequence, sequence.dropFirst()).allSatisfy { transitions[$0 * v + $1] > 0 }
  }

  /// For each motif, the share of it that stands in the sequence at best, rounded down to the
  /// levels there are; also of sequences that are not feasible.
  public func motifShares(_ sequence: [Int]) -> [Double] {
    let step = sizes.motifLength / sizes.quantization
    return zip(motifs, offsets).map { motif, offsets in
      var most = 0
      let span = offsets[offsets.count - 1]
      for start in 0..<max(0, sequence.count - span) {
        let found = zip(motif, offsets).count { sequence[start + $1] == $0 }
        most = max(most, found)
      }
      return Double(most / step) / Double(sizes.quantization)
    }
  }

  /// The product of the motifs' shares; nil for a sequence that is not feasible.
  public func value(_ sequence: [Int]) -> Double? {
    isFeasible(sequence) ? motifShares(sequence).reduce(1, *) : nil
  }

  // MARK: Sequences

  /// A sequence of score 1: the motifs one after the other, gaps filled by repeating the letter
  /// before, which is never banned.
  public var solution: [Int] {
    var sequence: [Int] = []
    for (motif, offsets) in zip(motifs, offsets) {
      let start = sequence.count
      for (letter, offset) in zip(motif, offsets) {
        while sequence.count < start + offset { sequence.append(sequence[sequence.count - 1]) }
        sequence.append(letter)
      }
    }
    while sequence.count < sizes.length { sequence.append(sequence[sequence.count - 1]) }
    return sequence
  }

  /// A feasible sequence drawn by the transitions.
  public func sample(using random: inout RandomStream) -> [Int] {
    Self.chain(sizes.length, first: stationary, transitions, sizes.letters, using: &random)
  }

  /// Pairs of letters that must not stand side by side.
  public var bannedPairs: [(first: Int, second: Int)] {
    let v = sizes.letters
    return transitions.indices.filter { transitions[$0] == 0 }.map { ($0 / v, $0 % v) }
  }
}
