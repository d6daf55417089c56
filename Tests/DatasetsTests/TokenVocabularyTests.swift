import Core
import Datasets
import Testing

@Suite struct TokenVocabularyTests {
  private func failure(_ body: () throws(Failure) -> Void) -> Failure? {
    do throws(Failure) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  @Test func numbersFollowFrequencyThenName() throws {
    let vocabulary = try TokenVocabulary(counting: [["b", "a", "c"], ["c"], ["d", "a"]])
    #expect(vocabulary.tokens == ["<start>", "<stop>", "a", "c", "b", "d"])
    #expect(vocabulary.number(of: "c") == 3 && vocabulary.number(of: "z") == nil)
    #expect(try TokenVocabulary(tokens: vocabulary.tokens) == vocabulary)
  }

  @Test func encodeAndDecode() throws {
    let texts = ["[C][=C][Branch1]", "[C]", "[O].[C]"]
    let tokenizer = BracketTokenizer()
    let tokens = try tokenizer.tokens(texts)
    let vocabulary = try TokenVocabulary(counting: tokens)
    let encoding = try vocabulary.encode(tokens)
    let matrix = encoding.matrix
    #expect(matrix.rows == 3 && matrix.columns == 4 && encoding.kept == [0, 1, 2])
    #expect(Array(matrix[1]) == [2, 1, 1, 1])
    #expect(matrix.length(ofRow: 0) == 3 && matrix.tokenCount == 10)
    #expect(try vocabulary.decode(matrix).map { tokenizer.text($0) } == texts)
    #expect(try vocabulary.encode(tokens, columns: 9).matrix.columns == 9)
  }

  @Test func largeSetsDoNotDependOnThePieces() throws {
    var random = RandomStream(seed: 5)
    let sequences = (0..<20_000).map { _ in
      (0..<(1 + random.integer(below: 12))).map { _ in "t\(random.integer(below: 60))" }
    }
    let vocabulary = try TokenVocabulary(counting: sequences)
    #expect(vocabulary.count == 62)
    #expect(try vocabulary.decode(vocabulary.encode(sequences).matrix) == sequences)
  }

  @Test func sequencesTooLong() throws {
    let sequences = [["a"], ["a", "b", "a"], ["b", "b"]]
    let vocabulary = try TokenVocabulary(counting: sequences)
    let encoding = try vocabulary.encode(sequences, max: 2, overlong: .skip)
    #expect(encoding.kept == [0, 2] && encoding.tooLong == 1 && encoding.matrix.columns == 3)
    #expect(
      failure { () throws(Failure) in _ = try vocabulary.encode(sequences, max: 2) }?.message
        == "sequence 2 has 3 tokens, more than 2")
    #expect(
      failure { () throws(Failure) in _ = try vocabulary.encode([["a", "b"]], columns: 2) }?
        .message == "sequence 1 has 2 tokens, more than 1")
    #expect(
      failure { () throws(Failure) in
        _ = try vocabulary.encode([["a", "b"]], max: 1, overlong: .skip)
      }?.message == "all 1 sequences have more than 1 tokens")
  }

  @Test func unknownTokens() throws {
    let vocabulary = try TokenVocabulary(counting: [["[Branch1]", "[C]"]])
    let sequences = Array(repeating: ["[C]"], count: 9000) + [["[C]", "[Branch2]"], ["[Si]"]]
    #expect(
      failure { () throws(Failure) in _ = try vocabulary.encode(sequences) }
        == Failure(
          .badData, "sequence 9001 holds the token `[Branch2]`, which the vocabulary lacks",
          advice: "did you mean `[Branch1]`?"))
    #expect(
      failure { () throws(Failure) in _ = try vocabulary.decode([0, 2, 99]) }?.message
        == "there is no token number 99; the vocabulary has 4")
  }

  @Test func badVocabularies() throws {
    let reserved = failure { () throws(Failure) in
      _ = try TokenVocabulary(counting: [["<stop>"]])
    }
    #expect(reserved?.message == "the data hold the token `<stop>`, which is reserved")
    #expect(failure { () throws(Failure) in _ = try TokenVocabulary(counting: [[]]) } != nil)
    #expect(
      failure { () throws(Failure) in
        _ = try TokenVocabulary(tokens: ["<start>", "<stop>", "a", "a"])
      }?.message == "the vocabulary holds the token `a` twice")
    let many = (0..<65_535).map { ["t\($0)"] }
    #expect(
      failure { () throws(Failure) in _ = try TokenVocabulary(counting: many) }?.message
        == "the data have 65537 different tokens; at most 65536 can be used")
  }

  @Test func tokenizers() throws {
    #expect(try CharacterTokenizer().tokens("ACé") == ["A", "C", "é"])
    #expect(try WordTokenizer().tokens(" to be  or ") == ["to", "be", "or"])
    #expect(WordTokenizer().text(["to", "be"]) == "to be")
    #expect(try BracketTokenizer().tokens("[C].[N+1]") == ["[C]", ".", "[N+1]"])
    for bad in ["CCO", "[C", "[C]O"] {
      #expect(failure { () throws(Failure) in _ = try BracketTokenizer().tokens(bad) } != nil)
    }
  }
}
