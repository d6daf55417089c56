import Core
import Datasets
import Testing

@Suite struct LetterAlphabetTests {
  private let folder: Folder
  init() throws { folder = try Folder() }

  @Test func unknownLettersAreNamedAndCounted() throws {
    let path = try folder.file(
      "a.fasta", ">a\nMKVX\nXB\n>b x\nmkvLL*\n>c\nAXC\n>d\nACDEFGHIKLMNPQRSTVWY\n")
    let check = LetterCheck(.protein)
    let data = try SequenceData.read(path) { check.judge($0) }
    #expect(data.texts == ["MKVLL", "ACDEFGHIKLMNPQRSTVWY"] && data.names == ["b", "d"])
    #expect(
      data.skipped.first.map(\.reason) == [
        "letters that are not the 20 amino acids: X (2 times), B",
        "letters that are not the 20 amino acids: X",
      ])
    #expect(
      check.summary
        == "letters that are not the 20 amino acids: X 3 times in 2 sequences, B once in 1 sequence"
    )
  }

  @Test func dnaAndRNA() {
    for (alphabet, good, bad) in [
      (LetterAlphabet.dna, "acgtACGT", "ACGN"), (.rna, "ACGU", "ACGT"),
    ] {
      let check = LetterCheck(alphabet)
      let verdict = check.judge(SequenceRecord(line: 1, text: good))
      #expect(verdict == (good == good.uppercased() ? .keep : .replace(good.uppercased())))
      #expect(check.summary == nil)
      guard case .skip = check.judge(SequenceRecord(line: 2, text: bad)) else {
        Issue.record("\(bad) was taken")
        continue
      }
    }
  }

  @Test func brokenLinesAmongGoodOnesAreSkipped() throws {
    let smiles = try folder.file(
      "a.smi", Array("CCO\nC".utf8) + [0xFF, 0x0A, 0x43, 0x0A, 0x00, 0x0A])
    let data = try SequenceData.read(smiles)
    #expect(data.texts == ["CCO", "C"] && data.lines == [1, 3])
    #expect(data.skipped.first.map(\.line) == [2, 4])
    #expect(
      data.skipped.first.map(\.reason) == [
        "is not UTF-8 text", "holds a zero byte: this is not a text file",
      ])
    let csv = try folder.file("a.csv", "smiles,x\nCCO,1\nC\nCC,2,3\nN,4\n")
    let rows = try SequenceData.read(csv)
    #expect(rows.texts == ["CCO", "N"] && rows.skipped.count == 2)
    #expect(rows.skipped.first.first?.reason == "has 1 fields, its header 2")
    let binary = try folder.file("b.smi", [0x00, 0x01, 0x0A, 0xFF, 0x0A])
    #expect(throws: Failure.self) { try SequenceData.read(binary) }
  }
}
