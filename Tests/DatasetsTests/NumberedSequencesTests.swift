import Core
import Datasets
import Testing

@Suite struct NumberedSequencesTests {
  @Test func numbersAreThoseOfTheVocabularyOfAll() throws {
    // Over several pieces, each with tokens of its own.
    let texts = (0..<3000).map { i in
      i % 100 == 7
        ? "bad" : (0...i % 9).map { "t\(($0 * i) % (5 + i / 600))" }.joined(separator: " ")
    }
    let numbered = try NumberedSequences(count: texts.count, max: 8) { row throws(Failure) in
      if texts[row] == "bad" { throw Failure(.badData, "it is bad") }
      return try WordTokenizer().tokens(texts[row])
    }
    let all = try WordTokenizer().tokens(texts)
    let kept = texts.indices.filter { texts[$0] != "bad" && all[$0].count <= 8 }
    #expect(numbered.kept == kept)
    #expect(numbered.vocabulary == (try TokenVocabulary(counting: kept.map { all[$0] })))
    for (row, index) in kept.enumerated() {
      #expect(try numbered.vocabulary.decode(numbered[row]) == all[index])
    }
    #expect(numbered.skipped.count == 30 && numbered.skipped.first.count == SkipReport.kept)
    #expect(numbered.skipped.first.map(\.line) == [7, 107, 207, 307, 407])
    #expect(numbered.tooLong == 3000 - 30 - kept.count && numbered.longest == 8)
  }

  @Test func nothingLeftSaysWhy() {
    func failure(_ count: Int, max: Int?) -> Failure? {
      do {
        _ = try NumberedSequences(count: count, max: max) { row throws(Failure) in
          if max == nil { throw Failure(.badData, "no") }
          return ["a", "b", "c"]
        }
        return nil
      } catch { return error as? Failure }
    }
    #expect(failure(3, max: 2)?.message == "all 3 sequences are longer than 2 tokens")
    #expect(failure(3, max: 2)?.advice == "raise `max`; the shortest has 3 tokens")
    #expect(
      failure(3, max: nil)?.message == "none of the 3 texts can be cut into tokens; row 0: no")
    #expect(failure(0, max: nil)?.kind == .badData)
  }

  @Test func tooManyTokensAndCancellation() {
    #expect(throws: Failure.self) {
      try NumberedSequences(count: 70_000) { row throws(Failure) in ["\(row)"] }
    }
    let context = RunContext(seed: 1)
    context.cancellation.request()
    #expect(throws: Failure.self) {
      try NumberedSequences(count: 5, context: context) { _ throws(Failure) in ["a"] }
    }
  }
}
