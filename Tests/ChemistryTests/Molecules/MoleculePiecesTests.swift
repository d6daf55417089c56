import Chemistry
import Testing

struct MoleculePiecesTests {
  private func canonical(_ smiles: String) throws -> String {
    try Molecule(smiles: smiles).canonical()
  }

  private func canonical(_ smiles: [String]) throws -> Set<String> {
    Set(try smiles.map { try canonical($0) })
  }

  @Test func sidesAndHydrogensAreFound() throws {
    // Ethyl benzoate: three bonds of the chain and one to the ring are cut, two of the carboxyl are not
    // single or not between heavy atoms that hang together by it alone.
    let pieces = try MoleculePieces(Molecule(smiles: "CCOC(=O)c1ccccc1"))
    #expect(pieces.sides.count == 8)
    #expect(pieces.open.count == 7)
    #expect(
      try canonical(pieces.sides.map(\.capped))
        == canonical([
          "C", "CC", "CCO", "CCOC=O", "COC(=O)c1ccccc1", "OC(=O)c1ccccc1", "O=Cc1ccccc1",
          "c1ccccc1",
        ]))
    let methyl = try #require(try MoleculePieces(Molecule(smiles: "CN")).sides.first)
    #expect(
      try canonical(pieces.open.map { $0.joined(to: methyl) })
        == canonical([
          "CCCOC(=O)c1ccccc1", "CC(C)OC(=O)c1ccccc1", "CCOC(=O)c1ccccc1C", "CCOC(=O)c1cccc(C)c1",
          "CCOC(=O)c1ccc(C)cc1",
        ]))
  }

  /// Both sides of each bond, joined again, are the molecule that was cut; hydrogens, charges and rings that
  /// share their numbers come through.
  @Test(arguments: [
    "Cc1ccc(-c2cc(C(F)(F)F)nn2-c2ccc(S(N)(=O)=O)cc2)cc1", "C[n+]1ccccc1CC[NH3+]",
    "CC(C)Cc1c[nH]c2ccccc12", "ClCCBr", "c1ccc(-n2cccc2)cc1", "CC[Si](C)(C)OCC#N", "OC/C=C/C",
    "[13CH3]CC(=O)[O-]", "C[C@@H](O)CN", "CC[N+](C)(C)CC", "C1CC1C1CC1",
  ])
  func sidesFitTogether(_ smiles: String) throws {
    let whole = try Molecule(smiles: smiles)
    let sides = try MoleculePieces(whole).sides
    #expect(!sides.isEmpty && sides.count % 2 == 0)
    for i in stride(from: 0, to: sides.count, by: 2) {
      let again = try Molecule(smiles: sides[i].joined(to: sides[i + 1]))
      #expect(
        try again.canonical(isomeric: false) == whole.canonical(isomeric: false),
        "\(sides[i]) and \(sides[i + 1])")
    }
  }

  @Test func hydrogensAreCounted() throws {
    func capped(_ smiles: String) throws -> Set<String> {
      try canonical(try MoleculePieces(Molecule(smiles: smiles)).sides.map(\.capped))
    }
    #expect(try capped("c1ccc(-n2cccc2)cc1") == canonical(["c1ccccc1", "c1cc[nH]c1"]))
    #expect(try capped("CC[N+](C)(C)C").isSuperset(of: canonical(["C[NH+](C)C", "CC[NH+](C)C"])))
    #expect(try capped("C[NH2+]CC").contains(canonical("CC[NH3+]")))
    let methyl = try #require(try MoleculePieces(Molecule(smiles: "CN")).sides.first)
    let pyrrole = try MoleculePieces(Molecule(smiles: "c1cc[nH]c1")).open
    #expect(
      try canonical(pyrrole.map { $0.joined(to: methyl) })
        == canonical(["Cn1cccc1", "Cc1ccc[nH]1", "Cc1cc[nH]c1"]))
    let ammonium = try MoleculePieces(Molecule(smiles: "[NH4+]"))
    #expect(ammonium.sides.isEmpty)
    #expect(try canonical(ammonium.open.map { $0.joined(to: methyl) }) == canonical(["C[NH3+]"]))
    #expect(try MoleculePieces(Molecule(smiles: "O")).open.map { $0.joined(to: methyl) }.count == 1)
    #expect(try MoleculePieces(Molecule(smiles: "FC(F)(F)F")).open.isEmpty)
    // Of a salt only sides of one of its parts are pieces.
    let salt = try MoleculePieces(Molecule(smiles: "Cl.NCC"))
    #expect(salt.open.isEmpty && salt.sides.count == 4)
  }
}
