import Core

/// Molecules that one piece of parallel work takes.
private let moleculesPerPiece = 32

extension Molecule {
  /// Parses many SMILES on all cores; one result each, in order.
  public static func parse(all smiles: [String]) -> [Result<Molecule, Failure>] {
    mapInPieces(smiles, by: moleculesPerPiece) { text throws(Failure) in
      try Molecule(smiles: text)
    }
  }

  /// Parses many SMILES and computes something of each on all cores; one result each, in order.
  /// Molecules are not kept.
  public static func map<Value: Sendable>(
    all smiles: [String], _ body: @Sendable (Molecule) throws(Failure) -> Value
  ) -> [Result<Value, Failure>] {
    mapInPieces(smiles, by: moleculesPerPiece) { text throws(Failure) in
      try body(try Molecule(smiles: text))
    }
  }

  /// Computes something of many molecules on all cores; one result each, in order.
  public static func map<Value: Sendable>(
    _ molecules: [Molecule], _ body: @Sendable (Molecule) throws(Failure) -> Value
  ) -> [Result<Value, Failure>] {
    mapInPieces(molecules, by: moleculesPerPiece, body)
  }
}
