import Core

/// What a fingerprint counts; raw values are the names users write.
public enum FingerprintKind: String, CaseIterable, Sendable {
  /// Circular environments up to two bonds wide (Morgan, radius 2).
  case ecfp4
  /// Circular environments up to three bonds wide.
  case ecfp6
  /// As `ecfp4`, atoms told apart by their role (donor, acceptor, aromatic, halogen, basic,
  /// acidic) only.
  case fcfp4
  /// Pairs of atoms 1 to 10 bonds apart.
  case atomPairs = "atom_pairs"
  /// Pairs and triples of pharmacophore features, present or not (Gobbi and Poppinger 1998).
  case phco

  /// The kind of this name.
  /// - Throws: `.unknownName` with a suggestion.
  public static func named(_ name: String) throws(Failure) -> FingerprintKind {
    if let known = FingerprintKind(rawValue: name) { return known }
    throw Failure(
      .unknownName, "there is no fingerprint \"\(name)\"",
      advice: Suggestion.phrase(for: name, among: allCases.map(\.rawValue))
        ?? "the kinds are \(allCases.map(\.rawValue).joined(separator: ", "))")
  }

  func compute(_ molecule: Molecule) throws(Failure) -> CountVector {
    switch self {
    case .ecfp4: try molecule.rdkit.fingerprint(.morgan, radius: 2)
    case .ecfp6: try molecule.rdkit.fingerprint(.morgan, radius: 3)
    case .fcfp4: try molecule.rdkit.fingerprint(.morganFeatures, radius: 2)
    case .atomPairs: try molecule.rdkit.fingerprint(.atomPairs, radius: 0)
    case .phco: try PharmacophoreFingerprint.compute(molecule)
    }
  }
}
