import Foundation

/// When a run of CMA-ES has nowhere to go (Hansen 2016, appendix B.3), from its generations' merits.
package struct CMAESStops: Sendable {
  /// Why a run stopped.
  package enum Reason: String, Sendable {
    case equalValues, stagnation, smallStep, smallRange, condition, noEffect, diverged
  }

  private var bests: [Merit] = []
  private var medians: [Merit] = []
  private let firstSigma: Double

  package init(sigma: Double) { firstSigma = sigma }

  /// Takes in a generation, best first, and says whether the run is over.
  package mutating func check(_ ranked: [Merit], _ distribution: CMAESDistribution) -> Reason? {
    let (n, lambda) = (distribution.dimension, ranked.count)
    bests.append(ranked[0])
    medians.append(ranked[lambda / 2])
    let span = 10 + Int((30 * Double(n) / Double(lambda)).rounded(.up))
    if bests.count >= span {
      let last = bests.suffix(span)
      if let first = last.first, last.allSatisfy({ $0 == first }) { return .equalValues }
      let near = ranked.filter { $0.violation == 0 }.map(\.objective)
      let all = last.map(\.objective) + near
      if near.count == lambda, last.allSatisfy({ $0.violation == 0 }),
        let low = all.min(), let high = all.max(), high - low <= 1e-12 * max(1e-12, abs(high))
      {
        return .smallRange
      }
    }
    if isStagnant(120 + 30 * n / lambda) { return .stagnation }
    let small = 1e-12 * firstSigma
    if distribution.pathSpread < small, distribution.spreads.allSatisfy({ $0 < small }) {
      return .smallStep
    }
    if distribution.largestSpread > 1e4 * firstSigma { return .diverged }
    if distribution.condition > 1e14 { return .condition }
    return distribution.hasNoEffect ? .noEffect : nil
  }

  /// Neither the best nor the median of the last third is better than in the first.
  private func isStagnant(_ least: Int) -> Bool {
    let span = min(20_000, max(least, bests.count / 5))
    guard bests.count >= span else { return false }
    let part = max(1, span * 3 / 10)
    return [bests, medians].allSatisfy { history in
      let recent = Array(history.suffix(span))
      let first = recent.prefix(part).sorted()[part / 2]
      let last = recent.suffix(part).sorted()[part / 2]
      return last <= first
    }
  }
}
