import Language
import Testing

struct VirtualLibraryTests {
  @Test func moleculesAreValidDistinctAndNested() {
    let r = run(
      """
      a = virtual_library(2000)
      b = virtual_library(2500)
      print(len(unique(canonical(a.smiles))), head(b, 2000) == a)
      print(median(qed(head(a, 300).smiles)) > 0.5)
      """)
    #expect(r.errors == [])
    #expect(r.output == "2000 true\ntrue\n")
  }
}
