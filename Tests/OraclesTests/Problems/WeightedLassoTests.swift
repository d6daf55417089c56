import Core
import Foundation
import Oracles
import Testing

struct WeightedLassoTests {
  private static func data(_ rows: Int, _ features: Int) -> (x: [[Double]], y: [Double]) {
    var random = RandomStream(seed: 3)
    let x = (0..<rows).map { _ in random.normals(features) }
    let y = x.map { 2 * $0[0] - $0[1] + 0.5 * random.normal() }
    return (x, y)
  }

  @Test func aFitMeetsTheOptimalityConditions() throws {
    let (x, y) = Self.data(60, 8)
    let lasso = try WeightedLasso(
      rows: x, labels: y, folds: 3, testShare: 0, random: RandomStream(seed: 1))
    let penalties = (0..<8).map { 0.01 * pow(3, Double($0 % 5)) }
    let b = lasso.coefficients(penalties: penalties)
    #expect(b.contains(0) && b.contains { $0 != 0 })
    let residual = zip(x, y).map { row, y in y - zip(row, b).reduce(0) { $0 + $1.0 * $1.1 } }
    for j in 0..<8 {
      let slope = zip(x, residual).reduce(0) { $0 + $1.0[j] * $1.1 } / 60
      if b[j] == 0 {
        #expect(abs(slope) <= penalties[j] + 1e-4)
      } else {
        #expect(abs(slope - (b[j] > 0 ? 1 : -1) * penalties[j]) < 1e-4)
      }
    }
  }

  @Test func errorsAreThoseOfTheRows() throws {
    let (x, y) = Self.data(40, 4)
    let lasso = try WeightedLasso(
      rows: x, labels: y, folds: 4, testShare: 0.2, random: RandomStream(seed: 1))
    #expect(lasso.testCount == 8 && lasso.trainingCount == 32)
    // Every coefficient vanishes under large penalties: the error is the mean of y^2.
    let all = [Double](repeating: 10 * lasso.largestPenalty, count: 4)
    #expect(lasso.coefficients(penalties: all) == [0, 0, 0, 0])
    let folds = lasso.foldErrors(penalties: all)
    let rest = lasso.testError([0, 0, 0, 0])
    let mean = y.reduce(0) { $0 + $1 * $1 } / 40
    #expect(abs((folds.reduce(0, +) / 4 * 32 + rest * 8) / 40 - mean) < 1e-12)
    // Nearly no penalty: the noise's variance of 0.25 is what stays, on 100 rows a fold known to
    // within 0.035 (one standard error).
    let many = Self.data(400, 4)
    let large = try WeightedLasso(
      rows: many.x, labels: many.y, folds: 4, testShare: 0, random: RandomStream(seed: 1))
    let none = large.foldErrors(penalties: try large.penalties([-1, -1, -1, -1]))
    #expect(none.allSatisfy { abs($0 - 0.25) < 0.12 }, "\(none)")
    #expect(try large.penalties([1, -1, 0, 0])[0] > 0.99e5 * large.penalties([1, -1, 0, 0])[1])
  }

  @Test func badDataAreTold() throws {
    let random = RandomStream(seed: 1)
    #expect(throws: Failure.self) {
      try WeightedLasso(rows: [], labels: [], folds: 2, testShare: 0, random: random)
    }
    #expect(throws: Failure.self) {
      try WeightedLasso(
        rows: [[1], [2]], labels: [1, 2], folds: 3, testShare: 0, random: random)
    }
    #expect(throws: Failure.self) {
      try WeightedLasso(
        rows: [[1], [2]], labels: [0, 0], folds: 2, testShare: 0, random: random)
    }
    #expect(throws: Failure.self) {
      try WeightedLasso(
        rows: [[1], [2, 3]], labels: [0, 1], folds: 2, testShare: 0, random: random)
    }
  }
}
