import Core

/// A number that describes a molecule; raw values are the names users write.
public enum MolecularDescriptor: String, CaseIterable, Sendable {
  /// Average molecular weight, Da.
  case weight
  /// Monoisotopic weight, Da.
  case exactWeight = "exact_weight"
  /// Octanol-water partition coefficient after Wildman and Crippen.
  case logP = "logp"
  /// Molar refractivity after Wildman and Crippen.
  case molarRefractivity = "molar_refractivity"
  /// Topological polar surface area of nitrogen and oxygen after Ertl, square ångström.
  case tpsa
  /// Quantitative estimate of drug-likeness, 0 to 1.
  case qed
  /// Synthetic accessibility, 1 (easy) to 10 (hard).
  case syntheticAccessibility = "sa"
  /// Bertz's complexity.
  case bertz
  /// Hydrogen-bond acceptors.
  case acceptors
  /// Hydrogen-bond donors.
  case donors
  /// Rotatable bonds, strict definition (amides and the like do not count).
  case rotatableBonds = "rotatable_bonds"
  /// Rings in the smallest set of smallest rings.
  case rings
  /// Rings of aromatic bonds only.
  case aromaticRings = "aromatic_rings"
  /// Atoms of the largest ring, 0 without rings.
  case largestRing = "largest_ring"
  /// Stereocentres, assigned or not.
  case stereocenters
  /// Atoms other than hydrogen.
  case heavyAtoms = "heavy_atoms"
  /// All atoms.
  case atoms
  /// Share of carbon atoms with four single bonds.
  case fractionCSP3 = "fraction_csp3"
  /// Formal charge.
  case charge

  /// One line of help.
  public var doc: String {
    switch self {
    case .weight: "average molecular weight (Da)"
    case .exactWeight: "monoisotopic weight (Da)"
    case .logP: "octanol-water partition coefficient (Wildman-Crippen)"
    case .molarRefractivity: "molar refractivity (Wildman-Crippen)"
    case .tpsa: "topological polar surface area (Å²)"
    case .qed: "drug-likeness from 0 to 1 (Bickerton et al. 2012)"
    case .syntheticAccessibility: "synthetic accessibility from 1, easy, to 10 (Ertl 2009)"
    case .bertz: "Bertz's complexity"
    case .acceptors: "hydrogen-bond acceptors"
    case .donors: "hydrogen-bond donors"
    case .rotatableBonds: "rotatable bonds (strict definition)"
    case .rings: "rings (smallest set of smallest rings)"
    case .aromaticRings: "aromatic rings"
    case .largestRing: "atoms of the largest ring"
    case .stereocenters: "stereocentres, assigned or not"
    case .heavyAtoms: "atoms other than hydrogen"
    case .atoms: "atoms, hydrogens included"
    case .fractionCSP3: "share of sp3 carbon atoms"
    case .charge: "formal charge"
    }
  }

  /// The descriptor of this name.
  /// - Throws: `.unknownName` with a suggestion.
  public static func named(_ name: String) throws(Failure) -> MolecularDescriptor {
    if let known = MolecularDescriptor(rawValue: name) { return known }
    throw Failure(
      .unknownName, "there is no molecular descriptor `\(name)`",
      advice: Suggestion.phrase(for: name, among: allCases.map(\.rawValue))
        ?? "they are \(allCases.map(\.rawValue).joined(separator: ", "))")
  }
}

extension Molecule {
  /// The value of one descriptor.
  public func value(of descriptor: MolecularDescriptor) throws(Failure) -> Double {
    switch descriptor {
    case .weight: try rdkit.value(.weight)
    case .exactWeight: try rdkit.value(.exactWeight)
    case .logP: try rdkit.value(.logP)
    case .molarRefractivity: try rdkit.value(.molarRefractivity)
    case .tpsa: try rdkit.value(.tpsa)
    case .qed: try QED(self).score
    case .syntheticAccessibility: try SyntheticAccessibility.score(self)
    case .bertz: try rdkit.value(.bertz)
    case .acceptors: try rdkit.value(.acceptors)
    case .donors: try rdkit.value(.donors)
    case .rotatableBonds: try rdkit.value(.rotatableBonds)
    case .rings: try rdkit.value(.rings)
    case .aromaticRings: try rdkit.value(.aromaticRings)
    case .largestRing: try rdkit.value(.largestRing)
    case .stereocenters: try rdkit.value(.stereocenters)
    case .heavyAtoms: try rdkit.value(.heavyAtoms)
    case .atoms: try rdkit.value(.atoms)
    case .fractionCSP3: try rdkit.value(.fractionCSP3)
    case .charge: try rdkit.value(.formalCharge)
    }
  }

  /// All descriptors, in their usual order.
  public func descriptors() throws(Failure) -> [(MolecularDescriptor, Double)] {
    var values: [(MolecularDescriptor, Double)] = []
    for descriptor in MolecularDescriptor.allCases {
      values.append((descriptor, try value(of: descriptor)))
    }
    return values
  }
}
