#if RDKit
  import Chemistry
  import Core
  import Testing

  @Suite struct MoleculeTests {
    @Test(arguments: [
      ("", "is empty"), ("  \n", "is empty"),
      ("C1CC", "ring number 1 is never closed (position 2)"),
      ("C(", "never closed (position 2)"),
      ("CC(C)(C)(C)C", "atom 2 (C) makes more bonds than its valence allows"),
      (
        "c1cccc1", "no alternation of single and double bonds fits the aromatic atoms 1, 2, 3, 4, 5"
      ),
      ("cC", "atom 1 (C) is marked aromatic outside of a ring"),
      ("CC C", "unexpected character (position 3)"), ("é", "unexpected character (position 1)"),
      ("C\u{0}C", "unexpected character (position 2)"),
      ("[Xx]", "`[Xx]` is no known atom (position 1)"),
      (String(repeating: "C", count: 2_001), "too long"),
    ])
    func saysWhyAMoleculeIsRefused(_ smiles: String, _ reason: String) {
      do throws(Failure) {
        _ = try Molecule(smiles: smiles)
        Issue.record("\(smiles) was taken")
      } catch {
        #expect(error.kind == .badData)
        #expect(error.message.contains(reason))
      }
    }

    @Test func readsTheSameMoleculeWrittenInTwoWays() throws {
      let aspirin = try Molecule(smiles: " CC(=O)Oc1ccccc1C(=O)O\r\n")
      let again = try Molecule(smiles: "OC(=O)C1=CC=CC=C1OC(C)=O")
      #expect(aspirin.source == "CC(=O)Oc1ccccc1C(=O)O")
      #expect(try aspirin.canonical() == again.canonical())
      #expect(try aspirin.formula() == "C9H8O4")
      #expect(try aspirin.similarity(to: again) == 1)
      #expect(try aspirin.descriptors().count == MolecularDescriptor.allCases.count)
    }

    @Test func stereoIsKeptOrDropped() throws {
      let alanine = try Molecule(smiles: "C[C@H](N)C(=O)O")
      #expect(try alanine.canonical() == "C[C@H](N)C(=O)O")
      #expect(try alanine.canonical(isomeric: false) == "CC(N)C(=O)O")
      // Counting stereocentres leaves no trace in the molecule.
      #expect(try alanine.value(of: .stereocenters) == 1)
      #expect(try alanine.canonical() == "C[C@H](N)C(=O)O")
    }

    /// Descriptors share caches in RDKit; the order of asking must not matter.
    @Test func orderOfAskingDoesNotMatter() throws {
      let smiles = "CC(C)Cc1ccc(cc1)C(C)C(=O)Nc1nccs1"
      let other = try Molecule(smiles: "CC(=O)Oc1ccccc1C(=O)O")
      let fresh = try Molecule(smiles: smiles)
      let pairs = try fresh.similarity(to: other, kind: .atomPairs)
      let phco = try fresh.similarity(to: other, kind: .phco)
      let used = try Molecule(smiles: smiles)
      _ = try used.value(of: .bertz)
      _ = try used.descriptors()
      #expect(try used.similarity(to: other, kind: .atomPairs) == pairs)
      #expect(try used.similarity(to: other, kind: .phco) == phco)
    }

    @Test func findsSubstructures() throws {
      let nitro = try SMARTSPattern.named("[N+](=O)[O-]")
      #expect(try Molecule(smiles: "O=[N+]([O-])c1ccccc1").matches(nitro))
      #expect(try !Molecule(smiles: "Nc1ccccc1").matches(nitro))
      #expect(try Molecule(smiles: "CCO.CO").matchCount(try SMARTSPattern("[OX2H]")) == 2)
      #expect(try SMARTSPattern.named("[N+](=O)[O-]") === nitro)
    }

    @Test(arguments: ["", "C(", "[#6", "[$(C]", "[Q]"])
    func refusesBrokenPatterns(_ text: String) {
      do throws(Failure) {
        _ = try SMARTSPattern(text)
        Issue.record("\(text) was taken")
      } catch {
        #expect(error.kind == .badArgument)
        #expect(error.message.contains("`\(text)` is not a readable SMARTS pattern"))
      }
    }

    @Test func namesAreLookedUp() throws {
      #expect(try MolecularDescriptor.named("logp") == .logP)
      #expect(try FingerprintKind.named("atom_pairs") == .atomPairs)
      #expect(throws: Failure.self) { try MolecularDescriptor.named("logd") }
      #expect(throws: Failure.self) { try FingerprintKind.named("ecfp5") }
    }

    /// Sodium ciprofloxacin: the ion has C17 H17 F N3 O3, sodium is none of the elements told apart.
    @Test func compositionCountsAllAtoms() throws {
      let molecule = try Molecule(smiles: "O=C([O-])c1cn(C2CC2)c2cc(N3CCNCC3)c(F)cc2c1=O.[Na+]")
      let atoms = try DescriptorGroup.composition.values(of: molecule)
      #expect(atoms == [17, 17, 3, 3, 1, 0, 0, 0, 0, 0, 1])
      let total = try molecule.value(of: .atoms)
      #expect(atoms.reduce(0, +) == total)
    }

    @Test func groupsHaveTheirDescriptors() throws {
      let molecule = try Molecule(smiles: "CC(=O)Nc1ccc(O)cc1")
      let values = try DescriptorGroup.physicochemical.values(of: molecule)
      let names: [MolecularDescriptor] = [
        .logP, .tpsa, .donors, .rings, .aromaticRings, .fractionCSP3,
      ]
      for (value, name) in zip(values, names) { #expect(value == (try molecule.value(of: name))) }
      for group in DescriptorGroup.allCases {
        #expect(try group.values(of: molecule).count == group.count)
      }
    }

    @Test func manyAreDoneInOrder() throws {
      let smiles = (1...200).map {
        $0 % 9 == 0 ? "C1C" : String(repeating: "C", count: $0 % 20 + 1)
      }
      let results = Molecule.map(all: smiles) { m throws(Failure) in try m.formula() }
      for (text, result) in zip(smiles, results) {
        #expect((try? result.get()) == (try? Molecule(smiles: text).formula()))
      }
      #expect(Molecule.parse(all: smiles).filter { (try? $0.get()) == nil }.count == 22)
    }
  }
#else
  import Chemistry
  import Core
  import Testing

  @Test func withoutRDKitMoleculesAreUnsupported() {
    #expect { try Molecule(smiles: "CCO") } throws: { ($0 as? Failure)?.kind == .unsupported }
  }
#endif
