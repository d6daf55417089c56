import Core

/// Numbers that describe a molecule as a whole, which a covariance compares together.
public enum DescriptorGroup: String, CaseIterable, Sendable {
  /// Atoms of hydrogen, carbon, nitrogen, oxygen, fluorine, phosphorus, sulfur, chlorine, bromine and
  /// iodine, and of all other elements.
  case composition
  /// logP, polar surface area, donors, rings, aromatic rings and the share of sp3 carbon.
  case physicochemical

  private static let elements = ["H", "C", "N", "O", "F", "P", "S", "Cl", "Br", "I"]
  private static let properties: [MolecularDescriptor] = [
    .logP, .tpsa, .donors, .rings, .aromaticRings, .fractionCSP3,
  ]

  /// How many numbers there are.
  public var count: Int {
    switch self {
    case .composition: Self.elements.count + 1
    case .physicochemical: Self.properties.count
    }
  }

  /// The numbers of a molecule, `count` of them, each in the unit of its descriptor.
  public func values(of molecule: Molecule) throws(Failure) -> [Double] {
    var result: [Double] = []
    switch self {
    case .composition:
      let formula = try MolecularFormula(try molecule.formula())
      result = Self.elements.map { Double(formula.count(of: $0)) }
      result.append(Double(formula.atoms) - result.reduce(0, +))
    case .physicochemical:
      for property in Self.properties { result.append(try molecule.value(of: property)) }
    }
    return result
  }
}
