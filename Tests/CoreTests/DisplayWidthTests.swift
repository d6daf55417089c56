import Core
import Testing

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("naïve", 5), ("nai\u{308}ve", 5), ("分子", 4), ("🧪", 2), ("é\t", 1),
    ("👩‍🔬", 2), ("한글", 4), ("❤\u{FE0F}", 2), ("α→β", 3),
  ])
  func countsColumns(text: String, columns: Int) {
    #expect(DisplayWidth.of(text) == columns)
  }

  @Test func cutsToColumns() {
    #expect(DisplayWidth.cut("molecule", to: 8) == "molecule")
    #expect(DisplayWidth.cut("molecule", to: 5) == "mole…")
    #expect(DisplayWidth.cut("分子分子", to: 5) == "分子…")
    #expect(DisplayWidth.cut("分子分子", to: 6) == "分子…")
    #expect(DisplayWidth.cut("abc", to: 1) == "…")
    #expect(DisplayWidth.cut("abc", to: 0) == "")
  }

  @Test func breaksAtSpaces() {
    #expect(DisplayWidth.lines("one two three", to: 13) == ["one two three"])
    #expect(DisplayWidth.lines("one two three", to: 8) == ["one two", "three"])
    #expect(
      DisplayWidth.lines("  one two three", to: 8, indent: 4) == ["  one", "    two", "    three"])
    #expect(DisplayWidth.lines("thirteen 分子 a", to: 7) == ["thirteen", "分子 a"])
    #expect(DisplayWidth.lines("    enormous", to: 6) == ["    enormous"])
    #expect(
      DisplayWidth.paragraphs("one two\n\nthree four", to: 8, indent: 2)
        == ["one two", "", "three", "  four"])
  }

  @Test func padsToColumns() {
    #expect(DisplayWidth.pad("分", to: 4) == "分  ")
    #expect(DisplayWidth.pad("分", to: 4, leading: true) == "  分")
    #expect(DisplayWidth.pad("long", to: 2) == "long")
  }
}
