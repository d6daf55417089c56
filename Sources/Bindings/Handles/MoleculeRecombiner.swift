import Chemistry
import Core
import Optimization

/// New molecules of parts of two others, as chemists and graph-based genetic algorithms make them: a side of
/// an acyclic bond exchanged, put in the place of a hydrogen, or left out.
struct MoleculeRecombiner: SequenceRecombiner {
  let coding: SequenceCoding
  /// T: the padded length of the flow's sequences.
  let length: Int
  private let known = BoundedMemo<String, MoleculePieces?>(bound: 5_000)

  /// Shares of candidates that lose a side, and that get one in the place of a hydrogen; the rest exchange
  /// one.
  private static let (losing, growing) = (0.2, 0.3)

  init(_ coding: SequenceCoding, length: Int) {
    self.coding = coding
    self.length = length
  }

  func children(of text: String, with partners: [String], count: Int, random: RandomStream)
    -> [CodedCandidate?]
  {
    let pieces = pieces([text] + partners)
    guard let own = pieces[0] else { return [CodedCandidate?](repeating: nil, count: count) }
    let others = pieces.dropFirst().compactMap { $0 }.filter { !$0.sides.isEmpty }
    let ranges = Parallel.ranges(count, by: 16)
    return Parallel.map(ranges.count) { i in
      ranges[i].map { row in
        var stream = random.stream("child", row)
        return child(of: own, others, using: &stream).flatMap { candidate($0) }
      }
    }.flatMap { $0 }
  }

  private func pieces(_ texts: [String]) -> [MoleculePieces?] {
    known.values(of: texts) { new in
      Parallel.map(new.count) { i in
        (try? Molecule(smiles: texts[new[i]])).flatMap { try? MoleculePieces($0) }
      }
    }
  }

  private func child(
    of own: MoleculePieces, _ others: [MoleculePieces], using random: inout RandomStream
  ) -> String? {
    let kind = random.uniform()
    if kind < Self.losing || others.isEmpty { return pick(own.sides, &random)?.capped }
    let isGrowing = kind < Self.losing + Self.growing || own.sides.isEmpty
    guard let rest = pick(isGrowing ? own.open : own.sides, &random),
      let part = pick(others[random.integer(below: others.count)].sides, &random)
    else { return nil }
    return rest.joined(to: part)
  }

  private func pick(_ pieces: [MoleculePiece], _ random: inout RandomStream) -> MoleculePiece? {
    pieces.isEmpty ? nil : pieces[random.integer(below: pieces.count)]
  }

  private func candidate(_ smiles: String) -> CodedCandidate? {
    guard let text = SequenceCoding.identity(smiles: smiles) else { return nil }
    return coding.candidate(identity: text, length: length)
  }
}
