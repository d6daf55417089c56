/// A point of a search space, as an oracle sees it.
public enum Candidate: Hashable, Sendable, Codable {
  /// A sequence as text: a SMILES, a protein, a line of characters.
  case text(String)
  /// Coordinates in a box.
  case vector([Double])

  /// The candidate in a cell of a table.
  public var phrase: String {
    switch self {
    case .text(let text): text
    case .vector(let x): x.map { "\($0)" }.joined(separator: " ")
    }
  }
}
