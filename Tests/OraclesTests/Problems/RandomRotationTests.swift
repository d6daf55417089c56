import Core
import Oracles
import Testing

struct RandomRotationTests {
  @Test(arguments: [1, 2, 3, 40]) func columnsAreOrthonormal(_ d: Int) throws {
    let rotation = try RandomRotation(dimension: d, seed: 5)
    let columns = try (0..<d).map { j in try rotation((0..<d).map { $0 == j ? 1 : 0 }) }
    for i in 0..<d {
      for j in 0...i {
        let product = zip(columns[i], columns[j]).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-13)
      }
    }
  }

  @Test func entriesAreUniformOverOrthogonalMatrices() throws {
    // Under the uniform distribution the first entry has mean 0 and variance 1/d; the trace has
    // variance 1. 2,000 draws of d = 4: three standard errors.
    var (first, square, trace) = (0.0, 0.0, 0.0)
    for seed in 0..<2_000 {
      let rotation = try RandomRotation(dimension: 4, seed: UInt64(seed))
      let columns = try (0..<4).map { j in try rotation((0..<4).map { $0 == j ? 1 : 0 }) }
      first += columns[0][0]
      square += columns[0][0] * columns[0][0]
      let sum = (0..<4).reduce(0) { $0 + columns[$1][$1] }
      trace += sum * sum
    }
    #expect(abs(first / 2_000) < 0.034)
    #expect(abs(square / 2_000 - 0.25) < 0.017)
    #expect(abs(trace / 2_000 - 1) < 0.1)
  }

  @Test func theSeedDecides() throws {
    let x: [Double] = [1, 2, 3]
    #expect(
      try RandomRotation(dimension: 3, seed: 1)(x) == RandomRotation(dimension: 3, seed: 1)(x))
    #expect(
      try RandomRotation(dimension: 3, seed: 1)(x) != RandomRotation(dimension: 3, seed: 2)(x))
    #expect(throws: Failure.self) { try RandomRotation(dimension: 3, seed: 1)([1, 2]) }
    #expect(throws: Failure.self) { try RandomRotation(dimension: 0, seed: 1) }
  }
}
