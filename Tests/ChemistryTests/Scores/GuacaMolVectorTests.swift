#if RDKit
  import Chemistry
  import Core
  import Foundation
  import Testing

  /// The building blocks, put together as the GuacaMol goals (version 2 and the trivial suite),
  /// give the scores of the published package.
  @Suite struct GuacaMolVectorTests {
    private let targets: [String: Molecule]

    init() throws {
      let text = try VectorTable.text("targets", ["targets.tsv"])
      var targets: [String: Molecule] = [:]
      for line in text.split(separator: "\n") {
        let fields = line.split(separator: "\t").map(String.init)
        targets[fields[0]] = try Molecule(smiles: fields[1])
      }
      self.targets = targets
    }

    @Test func similaritiesArePublished() throws {
      let table = try VectorTable("guacamol_components")
      let kinds = [
        "ECFP4": FingerprintKind.ecfp4, "ECFP6": .ecfp6, "FCFP4": .fcfp4, "AP": .atomPairs,
        "PHCO": .phco,
      ]
      for row in table.rows {
        let molecule = try Molecule(smiles: row[1])
        for (name, value) in zip(table.header, row).dropFirst(2) {
          let parts = name.split(separator: ":").map(String.init)
          let kind = try #require(kinds[parts[0]])
          let target = try #require(targets[parts[1]])
          let expected = try #require(Double(value))
          #expect(abs(try molecule.similarity(to: target, kind: kind) - expected) <= 1e-9)
        }
      }
    }

    @Test(arguments: ["guacamol_scores", "guacamol_scores_near"])
    func goalsArePublished(_ name: String) throws {
      let table = try VectorTable(name)
      #expect(table.header.count == 29)
      for row in table.rows {
        let molecule = try Molecule(smiles: row[1])
        for (goal, value) in zip(table.header, row).dropFirst(2) {
          let expected = try #require(Double(value))
          let found = try score(goal, molecule)
          #expect(abs(found - expected) <= 1e-9, "\(goal) of \(row[1])")
        }
      }
    }

    // MARK: Goals

    private func t(_ m: Molecule, _ target: String, _ kind: FingerprintKind) throws -> Double {
      try m.similarity(to: try #require(targets[target]), kind: kind)
    }

    private func has(_ m: Molecule, _ pattern: String) throws -> Double {
      try m.matches(try SMARTSPattern.named(pattern)) ? 1 : 0
    }

    private func isomer(_ m: Molecule, _ formula: String) throws -> Double {
      try MolecularFormula(formula).isomerScore(m)
    }

    private func gauss(_ mean: Double, _ deviation: Double, _ x: Double) -> Double {
      ScoreModifier.gaussian(mean: mean, deviation: deviation)(x)
    }

    private func most(_ mean: Double, _ deviation: Double, _ x: Double) -> Double {
      ScoreModifier.minGaussian(mean: mean, deviation: deviation)(x)
    }

    private func least(_ mean: Double, _ deviation: Double, _ x: Double) -> Double {
      ScoreModifier.maxGaussian(mean: mean, deviation: deviation)(x)
    }

    private func clip(_ upper: Double, _ x: Double) -> Double {
      ScoreModifier.clipped(upper: upper)(x)
    }

    private func score(_ goal: String, _ m: Molecule) throws -> Double {
      let mean = ScoreMean.geometric
      let logP = try m.value(of: .logP)
      let tpsa = try m.value(of: .tpsa)
      switch goal {
      case "Celecoxib rediscovery": return clip(1, try t(m, "celecoxib", .ecfp4))
      case "Troglitazone rediscovery": return clip(1, try t(m, "troglitazone", .ecfp4))
      case "Thiothixene rediscovery": return clip(1, try t(m, "thiothixene", .ecfp4))
      case "Aripiprazole similarity": return clip(0.75, try t(m, "aripiprazole", .ecfp4))
      case "Albuterol similarity": return clip(0.75, try t(m, "albuterol", .fcfp4))
      case "Mestranol similarity": return clip(0.75, try t(m, "mestranol", .atomPairs))
      case "C11H24", "C9H10N2O2PF2Cl", "C7H8N2O2": return try isomer(m, goal)
      case "Median molecules 1":
        return mean([try t(m, "camphor", .ecfp4), try t(m, "menthol", .ecfp4)])
      case "Median molecules 2":
        return mean([try t(m, "tadalafil", .ecfp6), try t(m, "sildenafil", .ecfp6)])
      case "Osimertinib MPO":
        return mean([
          clip(0.8, try t(m, "osimertinib", .fcfp4)),
          most(0.85, 0.1, try t(m, "osimertinib", .ecfp6)), least(100, 10, tpsa), most(1, 1, logP),
        ])
      case "Fexofenadine MPO":
        return mean([
          clip(0.8, try t(m, "fexofenadine", .atomPairs)), least(90, 10, tpsa), most(4, 1, logP),
        ])
      case "Ranolazine MPO":
        let fluorine = Double(try MolecularFormula(try m.formula()).count(of: "F"))
        return mean([
          clip(0.7, try t(m, "ranolazine", .atomPairs)), least(7, 1, logP), gauss(1, 1, fluorine),
          least(95, 20, tpsa),
        ])
      case "Perindopril MPO":
        return mean([
          try t(m, "perindopril", .ecfp4), gauss(2, 0.5, try m.value(of: .aromaticRings)),
        ])
      case "Amlodipine MPO":
        return mean([try t(m, "amlodipine", .ecfp4), gauss(3, 0.5, try m.value(of: .rings))])
      case "Sitagliptin MPO":
        return mean([
          gauss(0, 0.1, try t(m, "sitagliptin", .ecfp4)), gauss(2.0165, 0.2, logP),
          gauss(77.04, 5, tpsa), try isomer(m, "C16H15F6N5O"),
        ])
      case "Zaleplon MPO":
        return mean([try t(m, "zaleplon", .ecfp4), try isomer(m, "C19H17N3O2")])
      default: return try otherScore(goal, m, logP, tpsa)
      }
    }

    private func otherScore(
      _ goal: String, _ m: Molecule, _ logP: Double, _ tpsa: Double
    ) throws -> Double {
      switch goal {
      case "Valsartan SMARTS":
        return ScoreMean.geometric([
          try has(m, "CN(C=O)Cc1ccc(c2ccccc2)cc1"), gauss(2.0165, 0.2, logP),
          gauss(77.04, 5, tpsa), gauss(896.38048538717, 30, try m.value(of: .bertz)),
        ])
      case "Deco Hop":
        return ScoreMean.arithmetic([
          clip(0.85, try t(m, "hop", .phco)), 1 - (try has(m, "CS([#6])(=O)=O")),
          1 - (try has(m, "[#7]-c1ccc2ncsc2c1")),
          try has(m, "[#7]-c1n[c;h1]nc2[c;h1]c(-[#8])[c;h0][c;h1]c12"),
        ])
      case "Scaffold Hop":
        return ScoreMean.arithmetic([
          clip(0.75, try t(m, "hop", .phco)),
          try has(m, "[#6]-[#6]-[#6]-[#8]-[#6]~[#6]~[#6]~[#6]~[#6]-[#7]-c1ccc2ncsc2c1"),
          1 - (try has(m, "[#7]-c1n[c;h1]nc2[c;h1]c(-[#8])[c;h0][c;h1]c12")),
        ])
      case "logP (target: -1.0)": return gauss(-1, 1, logP)
      case "logP (target: 8.0)": return gauss(8, 1, logP)
      case "TPSA (target: 150.0)": return gauss(150, 20, tpsa)
      case "QED": return try m.value(of: .qed)
      case "CNS MPO":
        let parts = [
          most(90, 30, tpsa), least(40, 20, tpsa), most(0, 2, try m.value(of: .donors)),
          most(5, 1, logP), most(360, 60, try m.value(of: .weight)),
        ]
        return 0.2 * parts.reduce(0, +)
      case "Pioglitazone MPO":
        return ScoreMean.geometric([
          gauss(0, 0.1, try t(m, "pioglitazone", .ecfp4)),
          gauss(356.447, 10, try m.value(of: .weight)),
          gauss(2, 0.5, try m.value(of: .rotatableBonds)),
        ])
      default:
        Issue.record("no goal named \(goal)")
        return .nan
      }
    }
  }
#endif
