import Chemistry
import Core
import Testing

@Suite struct SELFIESConstraintsTests {
  @Test func presetsDiffer() throws {
    #expect(SELFIESConstraints.standard.capacities["P+1"] == 4)
    #expect(SELFIESConstraints.legacy.capacities["P+1"] == 6)
    #expect(SELFIESConstraints.octetRule.capacities["S"] == 2)
    #expect(SELFIESConstraints.hypervalent.capacities["N"] == 5)
    #expect(try SELFIES.decode("[S][=O][=O]", constraints: .octetRule) == "S=O")
    #expect(try SELFIES.decode("[S][=Branch1][C][=O][=O]", constraints: .standard) == "S(=O)=O")
  }

  @Test func suggestsThePresetMeant() {
    #expect(throws: Failure.self) { try SELFIESConstraints.preset("octet") }
    do throws(Failure) {
      _ = try SELFIESConstraints.preset("hypervalnt")
      Issue.record("a misspelt preset was taken")
    } catch {
      #expect(error.kind == .unknownName)
      #expect(error.advice?.contains("hypervalent") == true)
    }
  }

  @Test func takesCapacitiesOfOnesOwn() throws {
    let constraints = try SELFIESConstraints(["C": 2, "N+1": 3, "Fe+12": 1, "?": 4])
    #expect(try SELFIES.decode("[C][=C][C]", constraints: constraints) == "C=C")
    #expect(try SELFIES.decode("[C][#Fe+12][C]", constraints: constraints) == "C[Fe+12]")
    #expect(constraints.alphabet.contains("[=C]"))
    #expect(!constraints.alphabet.contains("[#N]"))
  }

  @Test(arguments: [
    ["C": 4], ["Xx": 1, "?": 8], ["C+": 1, "?": 8], ["C+0": 1, "?": 8], ["": 1, "?": 8],
    ["C": -1, "?": 8], ["?": -2],
  ])
  func refusesSenselessCapacities(_ capacities: [String: Int]) {
    #expect { try SELFIESConstraints(capacities) } throws: {
      ($0 as? Failure)?.kind == .badArgument
    }
  }
}
