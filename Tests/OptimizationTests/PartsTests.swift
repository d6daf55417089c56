import Core
import Engine
import Foundation
import Optimization
import Testing

struct TokenImportanceTests {
  @Test func probabilitiesFollowTheSoftmax() {
    let even = TokenImportance.perturbation([3, 3, 3, 3], temperature: 400)
    #expect(even.allSatisfy { abs($0 - 0.1) < 1e-12 })
    let sharp = TokenImportance.perturbation([0, 0, 0, 200], temperature: 10)
    #expect(abs(sharp[3] - 0.4) < 1e-6)
    #expect(sharp[0] < 1e-6)
    // tau -> infinity is uniform.
    let flat = TokenImportance.perturbation([0, 0, 0, 200], temperature: 1e12)
    #expect(flat.allSatisfy { abs($0 - 0.1) < 1e-9 })
    // Many tokens of little weight beside one of large: never above 1.
    let capped = TokenImportance.perturbation(
      [Double](repeating: 0, count: 30) + [500], temperature: 5)
    #expect(capped.max() == 1)
  }

  @Test func earlyTokensOfAnAnchorMatterMore() throws {
    // A replaced token can change itself and what follows, never what is before it.
    let space = try Toy.space()
    let batch = try space.batch(["abcdefgh", "hgfedcba"])
    let z = try space.flow.encode(batch)
    let p = try TokenImportance.probabilities(
      flow: space.flow, anchors: z, tokens: batch, draws: 4, temperature: 5,
      context: RunContext(seed: 1))
    #expect(p.count == 2 && p[0].count == Toy.length)
    #expect(p.allSatisfy { $0.allSatisfy { (0...1).contains($0) } })
  }
}

struct TrustRegionTests {
  @Test func publishedRule() {
    var region = TrustRegion(length: 0.8)
    region.adapt(newShare: 0.01, low: 0.05, high: 0.2)
    #expect(abs(region.length - 0.96) < 1e-12)
    region.adapt(newShare: 0.1, low: 0.05, high: 0.2)
    #expect(abs(region.length - 0.96) < 1e-12)
    region.adapt(newShare: 0.9, low: 0.05, high: 0.2)
    #expect(abs(region.length - 0.8) < 1e-12)
    for _ in 0..<100 { region.adapt(newShare: 1, low: 0.05, high: 0.2) }
    #expect(region.length > 0)
  }

  @Test func turboRule() {
    var region = TrustRegion(length: 0.8)
    for _ in 0..<3 { _ = region.adapt(improved: true, failureTolerance: 2) }
    #expect(abs(region.length - 1.6) < 1e-12)
    var restarted = false
    for _ in 0..<40 where !restarted {
      restarted = region.adapt(improved: false, failureTolerance: 2)
    }
    #expect(restarted)
    #expect(region.length == 0.8)
    #expect(region.restarts == 1)
  }
}

struct CandidateSamplingTests {
  @Test func candidatesStayInTheBoxAndMostlyAtTheAnchor() throws {
    let anchor = Tensor<Float>([1, 40], (0..<40).map { Float($0) })
    let points = try CandidateSampling.points(
      2000, around: anchor, tokenProbabilities: [0, 0.1, 0.1, 0.1, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1],
      features: 4, halfWidths: [Double](repeating: 0.5, count: 40), random: RandomStream(seed: 3))
    var moved = [Int](repeating: 0, count: 40)
    for row in 0..<2000 {
      var any = false
      for j in 0..<40 {
        let distance = abs(points[row, j] - anchor[j])
        #expect(distance <= 0.5 + 1e-4)
        if distance > 0 {
          moved[j] += 1
          any = true
        }
      }
      #expect(any)
    }
    // Token 0 moves only in the candidates that would otherwise be the anchor itself (few); token 4
    // in half of them: 1000 +- 4 * sqrt(2000 / 4).
    #expect(moved[0] < 40)
    #expect(abs(moved[16] - 1000) < 90)
    #expect(abs(moved[8] - 200) < 54)
  }
}
