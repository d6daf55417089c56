import Chemistry
import Core
import Foundation
import Testing

@Suite struct ScoreTests {
  @Test func modifiersHaveTheirShapes() {
    let bell = exp(-0.5)
    #expect(ScoreModifier.gaussian(mean: 2, deviation: 1)(3) == bell)
    #expect(ScoreModifier.minGaussian(mean: 2, deviation: 1)(1) == 1)
    #expect(ScoreModifier.minGaussian(mean: 2, deviation: 1)(3) == bell)
    #expect(ScoreModifier.maxGaussian(mean: 2, deviation: 1)(1) == bell)
    #expect(ScoreModifier.maxGaussian(mean: 2, deviation: 1)(3) == 1)
    #expect(ScoreModifier.clipped(upper: 0.5)(0.25) == 0.5)
    #expect(ScoreModifier.clipped(upper: 0.5)(0.75) == 1)
    #expect(ScoreModifier.clipped(upper: 0.5)(-1) == 0)
    #expect(ScoreModifier.clipped(upper: 1, lower: 3)(2) == 0.5)
    #expect(ScoreModifier.smoothClipped(upper: 2, lower: 0)(1) == 0.5)
    #expect(ScoreModifier.thresholded(4)(2) == 0.5)
    #expect(ScoreModifier.thresholded(4)(9) == 1)
    #expect(ScoreModifier.linear(3)(2) == 6)
    #expect(ScoreModifier.squared(target: 2)(4) == -3)
    #expect(ScoreModifier.absolute(target: 2)(4) == -1)
  }

  @Test func meansMeetTheirEdges() {
    #expect(abs(ScoreMean.geometric([0.25, 1]) - 0.5) < 1e-15)
    #expect(ScoreMean.geometric([0.5, 0]) == 0)
    #expect(ScoreMean.geometric([]).isNaN)
    #expect(ScoreMean.arithmetic([0, 1]) == 0.5)
    #expect(ScoreMean.arithmetic([]).isNaN)
  }

  @Test func readsFormulas() throws {
    let formula = try MolecularFormula("C9H10N2O2PF2Cl")
    #expect(formula.counts.map(\.element) == ["C", "H", "N", "O", "P", "F", "Cl"])
    #expect(formula.atoms == 27)
    #expect(try MolecularFormula("C4H12N+").count(of: "N") == 1)
    #expect(try MolecularFormula("O4S-2").atoms == 5)
    for text in ["", "c6", "C0", "C2C3", "Xx", "+", "C 2", "2C"] {
      #expect(throws: Failure.self, "\(text)") { try MolecularFormula(text) }
    }
  }

  #if RDKit
    @Test func isomersScoreOne() throws {
      let formula = try MolecularFormula("C7H8N2O2")
      #expect(try formula.isomerScore(try Molecule(smiles: "NNc1ccccc1C(=O)O")) == 1)
      // Off by 6 C, 4 H, 2 N, 2 O and 14 atoms: the squares 36, 16, 4, 4 and (14/2)^2 = 49 make
      // 109, halved by the Gaussian and shared by five factors.
      let methane = try formula.isomerScore(try Molecule(smiles: "C"))
      #expect(abs(methane - exp(-10.9)) < 1e-12)
    }
  #endif
}
