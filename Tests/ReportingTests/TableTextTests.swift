import Core
import Reporting
import Testing

@Suite struct TableTextTests {
  private func table(_ columns: [(String, Table.Column)]) throws -> Table { try Table(columns) }

  @Test func pointsAreShort() throws {
    let table = try Table([
      ("x", .vectors([[0.123456789, -2], [1_234_567, 1e-9]])), ("y", .numbers([1, 2])),
    ])
    #expect(
      TableText()(table) == """
        x                y
        ───────────────  ─
        0.1235 -2        1
        1.235e+06 1e-09  2
        """)
  }

  @Test func alignsNumbersAtThePointAndTextsAtTheLeft() throws {
    let text = TableText()(
      try table([
        ("smiles", .texts(["CCO", "c1ccccc1"])), ("qed", .numbers([0.4068, 12.5])),
        ("rings", .numbers([0, 1])), ("ok", .flags([true, false])),
      ]))
    #expect(
      text == """
        smiles       qed  rings  ok
        ────────  ──────  ─────  ─────
        CCO        0.407      0  true
        c1ccccc1  12.500      1  false
        """)
  }

  @Test func countsTheRowsLeftOut() throws {
    let numbers = Table.Column.numbers((0..<1000).map(Double.init))
    let text = TableText(maxRows: 20)(try table([("n", numbers)]))
    #expect(text.hasSuffix("\n … 980 more rows".dropFirst(2)))
    #expect(text.split(separator: "\n").count == 23)
    #expect(TableText(maxRows: 999)(try table([("n", numbers)])).hasSuffix("… 1 more row"))
    #expect(TableText()(try table([("n", .numbers([]))])) == "n\n─\nno rows")
    #expect(TableText()(Table()) == "an empty table")
  }

  @Test(arguments: [20, 40, 60, 80, 200])
  func fitsTheWidth(width: Int) throws {
    let long = String(repeating: "C分", count: 60)
    let text = TableText(width: width)(
      try table([
        ("smiles", .texts([long, "C"])), ("note", .texts(["x", long])),
        ("a_long_name_for_a_score", .numbers([1, 2])), ("weight", .numbers([300.25, 12])),
      ]))
    for line in text.split(separator: "\n") { #expect(DisplayWidth.of(line) <= width) }
    #expect(text.contains("…"))
    #expect((width >= 60) != text.contains("more column"))
  }

  @Test func controlCharactersCannotReachTheTerminal() throws {
    let text = TableText()(try table([("a\u{1B}[2J", .texts(["x\ny\u{07}"]))]))
    #expect(!text.contains("\u{1B}") && !text.contains("\u{07}") && text.contains("x⏎y"))
  }

  @Test(
    arguments: [
      ([1, 2, 3], ["1", "2", "3"]), ([0.5, 0.25], ["0.50", "0.25"]),
      ([1e-7, 3e-6], ["1.000e-07", "3.000e-06"]), ([123456.789, 2.5], ["123456.8", "2.5"]),
      ([0.1 + 0.2, .nan, 0.3], ["0.3", "–", "0.3"]), ([-0.00001, 5000.1], ["0.000", "5000.100"]),
      ([.infinity, -.infinity], ["∞", "-∞"]), ([1e12, 5], ["1000000000000", "5"]),
      ([1e-12, 1e12 + 0.5], ["1.000e-12", "1.000e+12"]),
    ] as [([Double], [String])])
  func writesSensibleDigits(values: [Double], texts: [String]) {
    let text = NumberText(fitting: values)
    #expect(values.map { text($0) } == texts)
  }
}
