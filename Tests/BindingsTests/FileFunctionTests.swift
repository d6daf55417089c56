import Foundation
import Testing

struct FileFunctionTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

  @Test func linesGoOutAndComeBack() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "notes.txt").path
    let r = run(
      """
      write("\(path)", ["CCO", "", "a b"])
      print(read("\(path)"))
      write("\(path)", "one\\ntwo")
      print(read("\(path)"), join(read("\(path)"), "+"))
      t = table({smiles: ["C", "CC"]})
      write("\(path)", t.smiles)
      print(len(read("\(path)")))
      """)
    #expect(r.errors == [])
    #expect(
      r.output == "[\"CCO\", \"\", \"a b\"]\n[\"one\", \"two\"] one+two\n2\n")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "C\nCC\n")
  }

  @Test func sequencesMayBeAColumn() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "peptides.csv").path
    try "name,sequence,other\na,ACDE,KL\nb,AXZ,MN\n".write(
      toFile: path, atomically: true, encoding: .utf8)
    let r = run(
      """
      print(sequences("\(path)").sequence, sequences("\(path)").name)
      print(sequences("\(path)", alphabet: "protein").sequence)
      print(sequences("\(path)", column: "other").sequence)
      sequences("\(path)", column: "sequences")
      """)
    #expect(
      r.output == "[\"ACDE\", \"AXZ\"] [\"a\", \"b\"]\n[\"ACDE\"]\n[\"KL\", \"MN\"]\n",
      "\(r.output)")
    #expect(r.errors.count == 1 && r.errors[0].contains("did you mean"), "\(r.errors)")
  }

  @Test(arguments: [
    ("read(\"/nowhere/at/all.txt\")", "/nowhere/at/all.txt"),
    ("write(\"x.txt\", 3)", "`text` is a string, or a list of strings, not 3"),
    ("write(\"\", \"x\")", "an empty text is no file name"),
    ("time(3)", "takes no"),
  ]) func mistakesAreTold(_ script: String, _ part: String) {
    let r = run(script)
    #expect(r.errors.count == 1 && r.errors.first?.contains(part) == true, "\(r.errors)")
  }

  @Test func noShellWritesOnlyHere() {
    let r = run("write(\"/tmp/\(UUID().uuidString).txt\", \"x\")", allowsShell: false)
    #expect(r.errors.first?.contains("outside the working folder") == true)
  }

  @Test func theClockGoesForward() {
    let r = run("a = time()\nb = time()\nprint(b >= a, a > 1.7e9)")
    #expect(r.output == "true true\n")
  }
}
