import Core
import Engine

/// Candidates beside those of a trust region's box: an anchor's latent with rows replaced, inserted
/// or left out, or joined to a part of another latent.
///
/// A box perturbs each token where it stands, so sequences hardly change their length and never share
/// what others found. A row of a latent drawn from the prior decodes to a token as the flow would
/// write it at that place, so every move gives a sequence that fits its surroundings.
package struct LatentMoves: Sendable {
  /// Latents, n x (T F), with the number of tokens of each sequence, its end included.
  package struct Sequences: Sendable {
    let latents: Tensor<Float>
    let lengths: [Int]

    /// Sequences by latent and length.
    package init(latents: Tensor<Float>, lengths: [Int]) {
      precondition(latents.rows == lengths.count, "each latent has a length")
      self.latents = latents
      self.lengths = lengths
    }

    /// Some sequences, then others.
    static func + (a: Sequences, b: Sequences) -> Sequences {
      if b.lengths.isEmpty { return a }
      return Sequences(
        latents: Tensor.concatenated([a.latents, b.latents]), lengths: a.lengths + b.lengths)
    }
  }

  /// What a move does.
  enum Kind: CaseIterable {
    case replace, insert, delete, splice, transplant
  }

  /// Features of a token, F, and tokens of a padded sequence, T.
  let features: Int
  let length: Int
  /// Sequences whose parts are borrowed.
  let partners: Sequences

  /// Rows that a move replaces, inserts or leaves out at most.
  private static let longest = 4

  package init(features: Int, length: Int, partners: Sequences) {
    self.features = features
    self.length = length
    self.partners = partners
  }

  /// `count` moved copies of sequence `index` of `centres`, count x (T F); each by its own stream.
  package func points(
    _ count: Int, of index: Int, in centres: Sequences, random: RandomStream
  ) -> Tensor<Float> {
    let width = length * features
    var result = Tensor<Float>(uninitialized: [count, width])
    let to = MatrixView(&result)
    let pieces = Parallel.ranges(count, by: 64)
    Parallel.forEach(pieces.count) { p in
      for row in pieces[p] {
        var stream = random.stream("move", row)
        move(
          to.row(row), centres.latents.pointer + index * width, centres.lengths[index],
          using: &stream)
      }
    }
    withExtendedLifetime(centres.latents) {}
    return result
  }

  private func move(
    _ to: UnsafeMutablePointer<Float>, _ own: UnsafePointer<Float>, _ ownLength: Int,
    using random: inout RandomStream
  ) {
    to.update(from: own, count: length * features)
    let partner = random.integer(below: max(1, partners.lengths.count))
    let theirs = partners.latents.pointer + partner * length * features
    let theirLength = partners.lengths.isEmpty ? 0 : partners.lengths[partner]
    let some = 1 + random.integer(below: Self.longest)
    let place = random.integer(below: ownLength)
    var kind = Kind.allCases[random.integer(below: Kind.allCases.count)]
    if theirLength == 0, kind == .splice || kind == .transplant { kind = .replace }
    switch kind {
    case .replace:
      for _ in 0..<some {
        let row = random.integer(below: ownLength)
        random.fillNormal(.init(start: to + row * features, count: features))
      }
    case .insert:
      shift(to, own, from: place, to: place + some)
      for row in place..<min(length, place + some) {
        random.fillNormal(.init(start: to + row * features, count: features))
      }
    case .delete: shift(to, own, from: min(length - 1, place + some), to: place)
    case .splice:
      // The place in the partner lies about as deep as the own one, so that lengths stay alike.
      let depth = place * theirLength / max(1, ownLength)
      let from = depth + random.integer(below: 2 * Self.longest + 1) - Self.longest
      shift(to, theirs, from: min(theirLength - 1, max(0, from)), to: place)
    case .transplant:
      let taken = min(theirLength, 2 + random.integer(below: 2 * Self.longest))
      let from = random.integer(below: theirLength - taken + 1)
      let removed = random.integer(below: taken + 1)
      shift(to, own, from: min(length - 1, place + removed), to: place + taken)
      for row in 0..<min(taken, length - place) {
        (to + (place + row) * features).update(
          from: theirs + (from + row) * features, count: features)
      }
    }
    withExtendedLifetime(partners.latents) {}
  }

  /// Rows of `source` from `first` on, written from row `place` on; its last row is repeated where it
  /// ends, which stands for padding.
  private func shift(
    _ to: UnsafeMutablePointer<Float>, _ source: UnsafePointer<Float>, from first: Int,
    to place: Int
  ) {
    guard place < length else { return }
    for row in place..<length {
      let taken = min(length - 1, first + row - place)
      (to + row * features).update(from: source + taken * features, count: features)
    }
  }
}
