import Core
import Datasets
import Testing

@Suite struct CSVTests {
  private let folder: Folder
  init() throws { folder = try Folder() }

  private func message(_ text: String) throws -> String {
    let path = try folder.file("bad.csv", text)
    do throws(Failure) {
      _ = try CSV.read(path)
      return "read"
    } catch {
      return error.message.replacing(path, with: "FILE")
    }
  }

  @Test func pointsAreVectorsAndComeBack() throws {
    let path = folder.path + "/points.csv"
    let points = [[0.1 + 0.2, -1e-17], [3, 4]]
    try CSV.write(try Table([("x", .vectors(points))]), to: path)
    #expect(try CSV.read(path)["x"] == .vectors(points))
    func column(_ cells: [String]) throws -> Table.Column? {
      try CSV.read(try folder.file("c.csv", "x\n" + cells.joined(separator: "\n") + "\n"))["x"]
    }
    #expect(try column(["0.5 -1e3", "3 4"]) == .vectors([[0.5, -1000], [3, 4]]))
    #expect(try column(["1 2", "3 4 5"]) == .texts(["1 2", "3 4 5"]))
    #expect(try column(["1 2", "3 b"]) == .texts(["1 2", "3 b"]))
    #expect(try column(["1", "2"]) == .numbers([1, 2]))
  }

  @Test func typesAreInferred() throws {
    let path = try folder.file(
      "a.csv",
      "number,text,flag,mixed,none\n1,a,true,1,\n\"2.5e3\",\"b, \"\"c\"\"\",False,x,\n,d,TRUE,,\n")
    let table = try CSV.read(path)
    guard case .numbers(let numbers)? = table["number"] else {
      Issue.record("not numbers")
      return
    }
    #expect(numbers[0] == 1 && numbers[1] == 2500 && numbers[2].isNaN)
    #expect(table["text"] == .texts(["a", "b, \"c\"", "d"]))
    #expect(table["flag"] == .flags([true, false, true]))
    #expect(table["mixed"] == .texts(["1", "x", ""]))
    #expect(table["none"] == .texts(["", "", ""]))
  }

  @Test func otherSeparatorsAndUnnamedColumns() throws {
    let tabs = try CSV.read(folder.file("a.tsv", "smiles\tx\nC,C\t1\n"))
    #expect(tabs["smiles"] == .texts(["C,C"]) && tabs["x"] == .numbers([1]))
    let semicolons = try CSV.read(folder.file("b.csv", ";x,y;\n0;1;2\n"))
    #expect(semicolons.names == ["index", "x,y", "column_3"])
  }

  /// Spreadsheets of many countries: semicolons between cells, commas in numbers.
  @Test func decimalCommas() throws {
    let path = try folder.file(
      "a.csv", "n;t;x;date\n1,5;a,b;0,5 -1;1.2.2026\n;c;1e-3 2,25;2.2.2026\n")
    let table = try CSV.read(path)
    #expect(table["n"]?.cell(0) == .number(1.5))
    #expect(table["t"] == .texts(["a,b", "c"]))
    #expect(table["x"] == .vectors([[0.5, -1], [0.001, 2.25]]))
    #expect(table["date"] == .texts(["1.2.2026", "2.2.2026"]))
    // Where commas separate, quoted ones are no numbers: 1,500 may be one thousand and a half.
    let american = try folder.file("b.csv", "n,m\n\"1,500\",2\n")
    #expect(try CSV.read(american)["n"] == .texts(["1,500"]))
    try CSV.write(table, to: path, decimal: .comma)
    #expect(
      try String(contentsOfFile: path, encoding: .utf8)
        == "n;t;x;date\n1,5;\"a,b\";0,5 -1,0;1.2.2026\n;c;0,001 2,25;2.2.2026\n")
    let again = try CSV.read(path)
    #expect(again["x"] == table["x"] && again["t"] == table["t"])
  }

  @Test(arguments: ["a.csv", "a.csv.gz"]) func roundTrip(_ name: String) throws {
    var random = RandomStream(seed: 3)
    let numbers = random.normals(3000).map { $0 * 1e-7 } + [0, 1e300, -12, 0.1]
    let texts = (0..<numbers.count).map { "line \($0)\nwith, \"quotes\" ; and \u{FC} " }
    let table = try Table([
      ("x, y", .numbers(numbers)), ("t", .texts(texts)),
      ("f", .flags(numbers.map { $0 > 0 })),
    ])
    let path = folder.path + "/" + name
    try CSV.write(table, to: path)
    #expect(try CSV.read(path) == table)
  }

  @Test func text() throws {
    let table = try Table([("n", .numbers([1, 0.5, .nan])), ("t", .texts(["a", "b,c", ""]))])
    #expect(CSV.text(table) == "n,t\n1,a\n0.5,\"b,c\"\n,\n")
  }

  @Test func badFilesNameTheLine() throws {
    #expect(try message("a,b\n1,2\n\n1,2,3\n") == "line 4 of FILE has 3 fields, its header 2")
    #expect(
      try message("a,b\n1,2\n\"open,2\n3,4\n")
        == "a quote opened on line 3 of FILE is never closed")
    #expect(try message("a,b,a\n1,2,3\n") == "the header of FILE has two columns named `a`")
    #expect(try message("\n  \n") == "FILE holds nothing but blank lines")
  }

  @Test func unwritable() throws {
    let table = try Table([("n", .numbers(Array(repeating: 0.1, count: 100_000)))])
    #expect(throws: Failure.self) { try CSV.write(table, to: folder.path + "/no/a.csv") }
    #if os(Linux)
      #expect {
        try CSV.write(table, to: "/dev/full")
      } throws: {
        ($0 as? Failure)?.message == "cannot write /dev/full: the disk is full"
      }
    #endif
  }
}
