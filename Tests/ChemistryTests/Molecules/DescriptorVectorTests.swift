#if RDKit
  import Chemistry
  import Core
  import Testing

  /// Equality with RDKit 2022.09 as called from Python.
  @Suite struct DescriptorVectorTests {
    private let numbers: [(column: String, descriptor: MolecularDescriptor)] = [
      ("logP", .logP), ("qed", .qed), ("tpsa", .tpsa), ("mw", .weight),
      ("sa", .syntheticAccessibility), ("bertz", .bertz), ("lipinski_hba", .acceptors),
      ("lipinski_hbd", .donors), ("rotatable", .rotatableBonds), ("rings", .rings),
      ("aromatic_rings", .aromaticRings), ("heavy_atoms", .heavyAtoms), ("atoms_with_H", .atoms),
    ]

    @Test func descriptorsAreRDKits() throws {
      let table = try VectorTable("descriptors")
      let smiles = try table.column("smiles")
      for row in table.rows {
        let molecule = try Molecule(smiles: row[smiles])
        for (name, descriptor) in numbers {
          let expected = try #require(Double(row[try table.column(name)]))
          let value = try molecule.value(of: descriptor)
          #expect(abs(value - expected) <= 1e-6, "\(name) of \(row[smiles])")
        }
      }
    }

    @Test func textsAreRDKits() throws {
      let table = try VectorTable("descriptors")
      let columns = try ["smiles", "canonical", "canonical_nonisomeric", "formula"].map(
        table.column)
      for row in table.rows {
        let molecule = try Molecule(smiles: row[columns[0]])
        #expect(try molecule.canonical() == row[columns[1]])
        #expect(try molecule.canonical(isomeric: false) == row[columns[2]])
        #expect(try molecule.formula() == row[columns[3]])
      }
    }

    @Test func qedCountsAsRDKit() throws {
      let table = try VectorTable("descriptors")
      let smiles = try table.column("smiles")
      for row in table.rows {
        let qed = try QED(try Molecule(smiles: row[smiles]))
        let counts = [
          ("qed_hba", qed.acceptors), ("qed_hbd", qed.donors), ("qed_rotb", qed.rotatableBonds),
          ("qed_arom", qed.aromaticRings), ("qed_alerts", qed.alerts),
        ]
        for (name, value) in counts {
          #expect(Double(row[try table.column(name)]) == value, "\(name) of \(row[smiles])")
        }
      }
    }

    @Test func allCoresGiveTheSame() throws {
      let table = try VectorTable("descriptors")
      let smiles = table.rows.map { $0[1] }
      let descriptors: [MolecularDescriptor] = [.qed, .syntheticAccessibility, .bertz, .logP]
      let together = Molecule.map(all: smiles) { molecule throws(Failure) -> [Double] in
        var values: [Double] = []
        for descriptor in descriptors { values.append(try molecule.value(of: descriptor)) }
        return values
      }
      for (text, result) in zip(smiles, together) {
        let molecule = try Molecule(smiles: text)
        #expect(try result.get() == descriptors.map { try molecule.value(of: $0) })
      }
    }

    @Test func oneMoleculeServesManyThreads() throws {
      let target = try Molecule(smiles: "CC(=O)Oc1ccccc1C(=O)O")
      let table = try VectorTable("descriptors")
      let smiles = table.rows.map { $0[1] }
      let alone = try smiles.map {
        try target.similarity(to: try Molecule(smiles: $0), kind: .phco)
      }
      let together = Molecule.map(all: smiles) { molecule throws(Failure) -> Double in
        _ = try target.value(of: .qed)
        return try target.similarity(to: molecule, kind: .phco)
      }
      #expect(try together.map { try $0.get() } == alone)
    }
  }
#endif
