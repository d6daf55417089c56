import Foundation

/// Weights and learning rates of CMA-ES (Hansen 2016, arXiv 1604.00772, table 1), with active updates;
/// for a diagonal covariance learned (n + 2) / 3 times as fast (Ros and Hansen 2008, equation 6).
package struct CMAESRates: Sendable {
  /// Points of a generation, lambda.
  package let population: Int
  /// Weights of the ranked points; the first are positive with sum one, the others at most zero.
  package let weights: [Double]
  /// Points with positive weight, mu.
  package let parents: Int
  /// Variance-effective selection mass of the positive weights.
  package let effective: Double
  package let stepPath, stepDamping, covariancePath, rankOne, rankMany: Double
  /// Expected length of a standard normal vector.
  package let expectedLength: Double

  package init(dimension: Int, population: Int, diagonal: Bool) {
    let (n, lambda) = (Double(dimension), Double(population))
    self.population = population
    let raw = (1...population).map { log((lambda + 1) / 2) - log(Double($0)) }
    parents = population / 2
    let (good, bad) = (raw[..<parents], raw[parents...])
    func mass(_ w: ArraySlice<Double>) -> Double {
      let sum = w.reduce(0, +)
      let squares = w.reduce(0) { $0 + $1 * $1 }
      return squares > 0 ? sum * sum / squares : 0
    }
    let mu = mass(good)
    effective = mu
    stepPath = (mu + 2) / (n + mu + 5)
    stepDamping = 1 + 2 * max(0, ((mu - 1) / (n + 1)).squareRoot() - 1) + stepPath
    covariancePath = (4 + mu / n) / (n + 4 + 2 * mu / n)
    let gain = diagonal ? (n + 2) / 3 : 1
    let one = min(1, gain * 2 / ((n + 1.3) * (n + 1.3) + mu))
    rankOne = one
    rankMany = min(
      1 - one, gain * 2 * (0.25 + mu + 1 / mu - 2) / ((n + 2) * (n + 2) + mu))
    let limits = [
      1 + one / rankMany, 1 + 2 * mass(bad) / (mu + 2), (1 - one - rankMany) / (n * rankMany),
    ]
    let positive = good.reduce(0, +)
    let negative = bad.reduce(0) { $0 + abs(min(0, $1)) }
    let scale = negative > 0 ? max(0, limits.min() ?? 0) / negative : 0
    weights = good.map { $0 / positive } + bad.map { min(0, $0) * scale }
    expectedLength = n.squareRoot() * (1 - 1 / (4 * n) + 1 / (21 * n * n))
  }
}
