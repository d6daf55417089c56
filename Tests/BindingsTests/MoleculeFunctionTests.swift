import Language
import Testing

struct MoleculeFunctionTests {
  @Test func oneValueAndWholeColumns() {
    let r = run(
      """
      print(canonical("OCC"), formula("CCO"), round(weight("CCO"), 3))
      print(canonical(["OCC", "C1=CC=CC=C1"]))
      t = table({smiles: ["CCO", "CCN"]})
      print(len(qed(t.smiles)), sum(rings(t.smiles)))
      print(similarity("CCO", "CCO", kind: "ecfp4"), matches("CCO", "[OX2H]"))
      print(selfies_encode("CCO"), selfies_decode("[C][C][O]"))
      print(selfies_decode("[C][#Cl]", constraints: "hypervalent") != "")
      print(descriptors("CCO").heavy_atoms, is_valid(["CCO", "C1CC"]))
      print(molecule("OCC") == molecule("CCO"))
      """)
    #expect(r.errors == [])
    #expect(
      r.output == """
        CCO C2H6O 46.069
        ["CCO", "c1ccccc1"]
        2 0
        1 true
        [C][C][O] CCO
        true
        3 [true, false]
        true

        """)
  }

  @Test(arguments: [
    ("qed(\"C1CC\")", "C1CC"),
    ("qed([\"CCO\", \"nonsense\"])", "row 1"),
    ("similarity(\"CCO\", \"CCN\", kind: \"ecfp5\")", "did you mean"),
    ("matches(\"CCO\", \"[\")", "SMARTS"),
    ("selfies_decode(\"C][\")", "C]["),
    ("selfies_encode(\"CCO\", constraints: \"octet\")", "octet"),
    ("qed(3)", "a molecule, a SMILES, or a list of them"),
  ]) func mistakesAreToldInTheUsersTerms(_ script: String, _ part: String) {
    let r = run(script)
    #expect(r.errors.count == 1)
    #expect(r.errors.first?.contains(part) == true, "\(r.errors)")
  }
}
