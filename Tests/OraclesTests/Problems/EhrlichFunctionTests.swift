import Core
import Oracles
import Testing

@Suite struct EhrlichFunctionTests {
  private static let sizes: [EhrlichFunction.Sizes] = [
    .init(letters: 20, length: 32, motifs: 4, motifLength: 4, quantization: 4),
    .init(letters: 4, length: 12, motifs: 3, motifLength: 4, quantization: 2),
    .init(letters: 32, length: 128, motifs: 8, motifLength: 8, quantization: 8),
    .init(letters: 2, length: 5, motifs: 1, motifLength: 1, quantization: 1),
  ]

  private func make(_ sizes: EhrlichFunction.Sizes, _ seed: UInt64 = 0) throws -> EhrlichFunction {
    try EhrlichFunction(sizes, random: RandomStream(seed: seed))
  }

  @Test(arguments: sizes) func theSolutionHasTheOptimum(_ sizes: EhrlichFunction.Sizes) throws {
    for seed in 0..<50 {
      let f = try make(sizes, UInt64(seed))
      #expect(f.solution.count == sizes.length)
      #expect(f.value(f.solution) == 1)
      // Offsets ascend from 0, and all motifs fit one after the other.
      #expect(f.offsets.allSatisfy { $0[0] == 0 && zip($0, $0.dropFirst()).allSatisfy(<) })
      #expect(f.offsets.reduce(0) { $0 + ($1.last ?? 0) + 1 } <= sizes.length)
    }
  }

  @Test func samplesAreFeasibleAndRowsAreDistributions() throws {
    let f = try make(Self.sizes[0])
    var random = RandomStream(seed: 1)
    for _ in 0..<200 {
      let x = f.sample(using: &random)
      let value = try #require(f.value(x))
      #expect((0...1).contains(value))
    }
    for i in 0..<20 {
      #expect(abs(f.transitions[i * 20..<(i + 1) * 20].reduce(0, +) - 1) < 1e-12)
      #expect(f.transitions[i * 20 + i] > 0)
    }
    // A band of 17 of 20 letters: three are banned after each, one less where that was the letter.
    #expect((40...60).contains(f.bannedPairs.count))
    let next = (0..<20).map { j in
      (0..<20).reduce(0) { $0 + f.stationary[$1] * f.transitions[$1 * 20 + j] }
    }
    #expect(zip(next, f.stationary).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  @Test func aBannedPairAnywhereHasNoValue() throws {
    let f = try make(Self.sizes[0])
    let banned = try #require(f.bannedPairs.first)
    var x = f.solution
    for position in [0, 10, 30] {
      (x[position], x[position + 1]) = (banned.first, banned.second)
      #expect(f.value(x) == nil)
      x = f.solution
    }
    #expect(f.value(Array(x.dropLast())) == nil)
    #expect(f.value(x + [x[0]]) == nil)
    #expect(f.value(Array(x.dropLast()) + [20]) == nil)
  }

  @Test func sharesCountLettersAtTheirSpacing() throws {
    // By the definition, written out: for every start, letters that match; the most; rounded down.
    for quantization in [1, 2, 4] {
      let f = try make(
        .init(letters: 4, length: 14, motifs: 2, motifLength: 4, quantization: quantization), 5)
      var random = RandomStream(seed: 2)
      for _ in 0..<200 {
        let x = (0..<14).map { _ in random.integer(below: 4) }
        var product = 1.0
        for (motif, offsets) in zip(f.motifs, f.offsets) {
          var best = 0.0
          for l in 0..<14 where l + offsets[3] < 14 {
            let present = (0..<4).filter { x[l + offsets[$0]] == motif[$0] }.count
            best = max(best, (Double(present * quantization) / 4).rounded(.down))
          }
          product *= best / Double(quantization)
        }
        #expect(abs(f.motifShares(x).reduce(1, *) - product) < 1e-12)
        #expect(f.value(x) == nil || f.value(x) == f.motifShares(x).reduce(1, *))
      }
    }
  }

  @Test func aLetterLessCostsOneLevel() throws {
    let f = try make(Self.sizes[0])
    let (motif, offsets) = (f.motifs[0], f.offsets[0])
    let filler = try #require((0..<20).first { !motif.contains($0) })
    for start in [0, 32 - offsets[3] - 1] {
      var x = [Int](repeating: filler, count: 32)
      for (letter, offset) in zip(motif, offsets) { x[start + offset] = letter }
      #expect(f.motifShares(x)[0] == 1)
      for offset in offsets {
        var spoilt = x
        spoilt[start + offset] = filler
        #expect(f.motifShares(spoilt)[0] == 0.75)
      }
    }
  }

  @Test func impossibleSizesAreTold() {
    func failure(_ sizes: EhrlichFunction.Sizes) -> Failure? {
      do throws(Failure) {
        _ = try EhrlichFunction(sizes, random: RandomStream(seed: 0))
        return nil
      } catch { return error }
    }
    #expect(
      failure(.init(letters: 20, length: 15, motifs: 4, motifLength: 4, quantization: 4))?.message
        == "4 motifs of 4 letters do not fit into sequences of 15")
    #expect(
      failure(.init(letters: 20, length: 32, motifs: 4, motifLength: 4, quantization: 3))?.kind
        == .badArgument)
    #expect(
      failure(.init(letters: 1, length: 32, motifs: 4, motifLength: 4, quantization: 4))?.kind
        == .badArgument)
    #expect(
      failure(.init(letters: 4, length: 8, motifs: 4, motifLength: .max, quantization: 1))?.kind
        == .badArgument)
  }
}
