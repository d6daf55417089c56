import Core
import Datasets
import Testing

@Suite struct SequenceDataTests {
  private let folder: Folder
  init() throws { folder = try Folder() }

  private func failure(_ body: () throws(Failure) -> Void) -> Failure? {
    do throws(Failure) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  @Test func smilesFiles() throws {
    let path = try folder.file(
      "a.smi", "smiles id\n# a comment\n\nCCO ethanol 95%\nC\t\n  c1ccccc1\tbenzene\n")
    let data = try SequenceData.read(path)
    #expect(data.texts == ["CCO", "C", "c1ccccc1"])
    #expect(data.names == ["ethanol 95%", "", "benzene"])
    #expect(data.lines == [4, 5, 6])
    let table = try data.table(column: "smiles")
    #expect(table.names == ["smiles", "name"] && table.rowCount == 3)
  }

  @Test func csvColumns() throws {
    let path = try folder.file("a.csv", "id,SMILES,logP\n7,\"CCO\n\",1\n8,C,2\n")
    let data = try SequenceData.read(path)
    #expect(data.texts == ["CCO", "C"] && data.names == ["7", "8"] && data.lines == [2, 4])
    #expect(try SequenceData.read(path, column: "logP").texts == ["1", "2"])
    #expect(try SequenceData.read(path, standard: "logP").texts == ["1", "2"])
    #expect(
      failure { () throws(Failure) in _ = try SequenceData.read(path, column: "logp2") }
        == Failure(
          .unknownName, "\(path) has no column `logp2`", advice: "did you mean `logP`?"))
    let other = try folder.file("b.csv", "molecule,x\nC,1\n")
    #expect(
      failure { () throws(Failure) in _ = try SequenceData.read(other) }
        == Failure(
          .unknownName, "\(other) has no column called smiles",
          advice: "its columns are molecule, x: say which with column:"))
  }

  @Test func fastaFiles() throws {
    let path = try folder.file(
      "a.fasta.gz", gzipped(Array(">one first\nMKV\nLLA*\n\n>two\n>three\nAC DE\n".utf8)))
    let data = try SequenceData.read(path)
    #expect(data.texts == ["MKVLLA", "ACDE"] && data.names == ["one", "three"])
    #expect(data.lines == [1, 6])
    #expect(data.skipped.first.map(\.line) == [5])
    #expect(data.skipped.first.map(\.reason) == ["no sequence"])
    let bad = try folder.file("b.fa", "\nMKV\n>one\nMK\n")
    #expect(
      failure { () throws(Failure) in _ = try SequenceData.read(bad) }?.message
        == "line 2 of \(bad) comes before any `>name` line")
  }

  @Test func linesOfAnyCharacters() throws {
    let path = try folder.file("a.dat", "# kept\n\n two words \n")
    #expect(try SequenceData.read(path, as: .lines).texts == ["# kept", " two words "])
    #expect(
      failure { () throws(Failure) in _ = try SequenceData.read(path) }?.message
        == "the name of \(path) does not tell its format")
  }

  @Test func judgedEntriesAreCountedInOrder() throws {
    let count = 10_000
    let path = try folder.file(
      "a.smi", (0..<count).map { $0 % 3 == 0 ? "bad\($0)" : "C\($0)" }.joined(separator: "\n"))
    let data = try SequenceData.read(path) { record in
      if record.text.hasPrefix("bad") { return .skip("it is bad") }
      return record.text == "C1" ? .replace("N1") : .keep
    }
    #expect(data.texts == (0..<count).filter { $0 % 3 != 0 }.map { $0 == 1 ? "N1" : "C\($0)" })
    #expect(data.skipped.count == 3334 && data.skipped.first.count == SkipReport.kept)
    #expect(data.skipped.first.map(\.line) == [1, 4, 7, 10, 13])
    #expect(
      data.skipped.summary(of: count)?.hasPrefix(
        "3334 of 10000 entries skipped; line 1: it is bad; line 4: it is bad") == true)
    #expect(try SequenceData.read(path, limit: 10) { _ in .keep }.texts.count == 10)
  }

  @Test func nothingLeftAndCancellation() throws {
    let path = try folder.file("a.smi", "x\ny\n")
    let none = failure { () throws(Failure) in
      _ = try SequenceData.read(path) { .skip("\($0.text) is no molecule") }
    }
    #expect(none?.kind == .badData)
    #expect(
      none?.message == "none of the 2 entries of \(path) can be used; line 1: x is no molecule")
    let comments = try folder.file("b.smi", "# only\n\n")
    #expect(
      failure { () throws(Failure) in _ = try SequenceData.read(comments) }?.message
        == "\(comments) holds no sequences, only blank or comment lines")
    let context = RunContext(seed: 1)
    context.cancellation.request()
    #expect(
      failure { () throws(Failure) in _ = try SequenceData.read(path, context: context) }?.kind
        == .cancelled)
  }
}
