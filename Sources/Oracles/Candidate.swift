import Core

/// A point of a search space, as an oracle sees it.
public enum Candidate: Hashable, Sendable, Codable {
  /// A sequence as text: a SMILES, a protein, a line of characters.
  case text(String)
  /// Coordinates in a box.
  case vector([Double])

  /// The sequence; nil for a point.
  public var text: String? { if case .text(let text) = self { text } else { nil } }

  /// The coordinates; nil for a sequence.
  public var vector: [Double]? { if case .vector(let x) = self { x } else { nil } }

  /// The candidate in a cell of a table.
  public var phrase: String {
    switch self {
    case .text(let text): text
    case .vector(let x): Table.Cell.text(x)
    }
  }
}
