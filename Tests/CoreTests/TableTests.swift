import Core
import Testing

@Suite struct TableTests {
  private static func sample() throws -> Table {
    try Table([
      ("score", .numbers([3, 1, 2])), ("smiles", .texts(["C", "CC", "CCC"])),
      ("ok", .flags([true, false, true])),
    ])
  }

  @Test func columnsRowsAndCells() throws {
    let table = try Self.sample()
    #expect(table.names == ["score", "smiles", "ok"])
    #expect(table.rowCount == 3)
    #expect(table["smiles"]?.cell(1) == .text("CC"))
    #expect(table["nothing"] == nil)
    let picked = table.rows([2, 0, 2])
    #expect(picked["score"] == .numbers([2, 3, 2]))
    #expect(picked["ok"] == .flags([true, true, true]))
    #expect(picked.rowCount == 3 && picked.names == table.names)
    #expect(table.head(2).rowCount == 2)
    #expect(table.head(10) == table)
    #expect(table.head(-1).rowCount == 0)
    #expect(Table().rows([]).rowCount == 0)
  }

  @Test func columnsAreReplacedInPlace() throws {
    var table = try Self.sample()
    try table.set("score", .texts(["a", "b", "c"]))
    #expect(table.names == ["score", "smiles", "ok"])
    #expect(table["score"] == .texts(["a", "b", "c"]))
    var single = try Table([("x", .numbers([1]))])
    try single.set("x", .numbers([1, 2]))
    #expect(single.rowCount == 2)
  }

  @Test func errorsNameTheColumn() throws {
    func message(_ body: () throws(Failure) -> Void) -> String {
      do throws(Failure) { try body() } catch { return error.description }
      return "no error"
    }
    var table = try Self.sample()
    #expect(
      message { () throws(Failure) in try table.set("more", .numbers([1])) }
        == "the column `more` has 1 rows, the table 3")
    #expect(table.names.count == 3)
    #expect(
      message { () throws(Failure) in
        _ = try Table([("a", .numbers([])), ("a", .numbers([]))])
      } == "the column `a` appears twice")
    #expect(
      message { () throws(Failure) in _ = try table.column("scor") }
        == "the table has no column `scor`; did you mean `score`?")
    #expect(
      message { () throws(Failure) in _ = try table.column("elephant") }
        == "the table has no column `elephant`; its columns are score, smiles, ok")
  }
}
