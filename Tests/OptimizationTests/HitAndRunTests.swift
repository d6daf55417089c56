import Core
import Optimization
import Testing

struct HitAndRunTests {
  private func square() throws -> BoxSpace { try BoxSpace(low: [-1, -1], high: [1, 1]) }

  @Test func drawsUniformlyFromARegion() throws {
    // The half disc y <= 0 of radius 0.8: its centroid lies at y = -4 r / (3 pi).
    let walk = HitAndRun(space: try square(), burnIn: 100, thin: 5)
    var random = RandomStream(seed: 1)
    let inside = { (p: [Double]) in p[1] <= 0 && p[0] * p[0] + p[1] * p[1] <= 0.64 }
    let points = try walk.points(4_000, from: [0.1, -0.1], random: &random, isInside: inside)
    #expect(points.count == 4_000)
    #expect(points.allSatisfy(inside))
    let mean = points.reduce(0) { $0 + $1[1] } / 4_000
    // The standard deviation of y is 0.21; 4,000 nearly independent draws: 0.01 is three errors.
    #expect(abs(mean + 4 * 0.8 / (3 * .pi)) < 0.01, "\(mean)")
    let left = points.count { $0[0] < 0 }
    #expect(abs(left - 2_000) < 150, "\(left)")
    let near = points.count { $0[0] * $0[0] + $0[1] * $0[1] < 0.32 }
    #expect(abs(near - 2_000) < 150, "\(near)")
  }

  @Test func sameSeedSamePoints() throws {
    let walk = HitAndRun(space: try square(), burnIn: 3, thin: 1)
    var (a, b) = (RandomStream(seed: 4), RandomStream(seed: 4))
    let first = try walk.points(5, from: [0, 0], random: &a) { $0[0] <= 0 }
    #expect(try walk.points(5, from: [0, 0], random: &b) { $0[0] <= 0 } == first)
  }

  @Test func aStartOutsideIsTold() throws {
    let walk = HitAndRun(space: try square(), burnIn: 0, thin: 1)
    var random = RandomStream(seed: 1)
    #expect(throws: Failure.self) {
      try walk.points(1, from: [0.5, 0], random: &random) { $0[0] <= 0 }
    }
    #expect(throws: Failure.self) {
      try walk.points(1, from: [2, 0], random: &random) { _ in true }
    }
  }

  @Test func aRegionOfOnePointStaysThere() throws {
    let walk = HitAndRun(space: try square(), burnIn: 0, thin: 1)
    var random = RandomStream(seed: 1)
    let points = try walk.points(3, from: [0, 0], random: &random) { $0 == [0, 0] }
    #expect(points == [[0, 0], [0, 0], [0, 0]])
  }
}
