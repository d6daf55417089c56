import Flows
import Testing

@Suite struct TokenSequencesTests {
  @Test(arguments: [9, 300]) func sequencesComeBackPadded(vocabulary: Int) {
    let batch = randomBatch(50, length: 12, vocabulary: vocabulary)
    let stored = TokenSequences(batch, vocabulary: vocabulary)
    #expect(stored.count == 50 && stored.length == 12)
    #expect(stored.batch(0..<50) == batch)
    #expect(stored.batch([7, 3]) == batch.rows([7, 3]))
    #expect((0..<50).allSatisfy { stored.realLength($0) == batch.realLength($0) })
    #expect(stored.rows([4, 4, 9]).batch(0..<3) == batch.rows([4, 4, 9]))
    #expect(stored.tokenCount == batch.tokens.count { $0 != TokenBatch.stop })
    #expect(stored.largestToken == batch.tokens.max().map { Int($0) })
    let longest = (0..<50).map { stored.realLength($0) }.max() ?? 0
    #expect(stored.batch(0..<50, columns: longest).length == longest)
  }

  @Test func fingerprintsTellSequencesApart() {
    let batch = randomBatch(50, length: 12, vocabulary: 9)
    let stored = TokenSequences(batch, vocabulary: 9)
    #expect(stored.fingerprint == TokenSequences(batch, vocabulary: 9).fingerprint)
    #expect(stored.fingerprint != stored.rows(0..<49).fingerprint)
    #expect(stored.fingerprint != stored.rows((0..<50).reversed()).fingerprint)
    // The same tokens, cut elsewhere.
    var (a, b) = (
      TokenSequences(length: 5, vocabulary: 9), TokenSequences(length: 5, vocabulary: 9)
    )
    for tokens in [[2, 3], [4]] as [[Int32]] { a.append(tokens) }
    for tokens in [[2], [3, 4]] as [[Int32]] { b.append(tokens) }
    #expect(a.fingerprint != b.fingerprint)
  }
}
