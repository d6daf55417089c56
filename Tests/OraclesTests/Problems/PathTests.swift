import Core
import Oracles
import Testing

struct PathTests {
  @Test func pointsOnACubicComeBack() throws {
    // Evenly spaced points of a line are fitted exactly.
    let path = try PlanarPath(
      cubicThrough: [0, 1, 1, 3, 2, 5, 3, 7, 3, 7, 4, 9], samples: 5)
    for i in 0..<5 {
      #expect(abs(path.x[i] - Double(i)) < 1e-12)
      #expect(abs(path.y[i] - Double(1 + 2 * i)) < 1e-12)
    }
  }

  @Test func costIsTheTrapezoidalIntegral() {
    let path = PlanarPath(x: [0.1, 0.2, 0.3], y: [0.5, 0.5, 0.5])
    let rocks = SquareObstacles(centres: PlanarPath(x: [0.2], y: [0.5]), side: 0.1)
    // Costs 1, 11, 1 over two stretches of 0.1.
    #expect(abs(rocks.cost(of: path, inside: 10, outside: 1) - 1.2) < 1e-12)
    let off = PlanarPath(x: [-0.2, -0.1], y: [0.5, 0.5])
    #expect(abs(rocks.cost(of: off, inside: 10, outside: 1) - 1.1) < 1e-12)
  }

  @Test func depthsAreSigned() {
    let walls = SquareObstacles(centres: PlanarPath(x: [0.2, 0.8], y: [0.5, 0.5]), side: 0.1)
    let depths = walls.depths(of: PlanarPath(x: [0.1, 0.18, 0.3], y: [0.5, 0.5, 0.5]))
    #expect(abs(depths[0] - 0.03) < 1e-12)
    #expect(abs(depths[1] + 0.5) < 1e-12)
  }

  @Test func badPointsAreTold() {
    #expect(throws: Failure.self) { try PlanarPath(cubicThrough: [0, 1, 2], samples: 5) }
    #expect(throws: Failure.self) {
      try PlanarPath(cubicThrough: [0, 0, 0, 0, 1, 1, 1, 1, 2, 2], samples: 5)
    }
    #expect(throws: Failure.self) {
      try PlanarPath(cubicThrough: [0, 0, .nan, 0, 1, 1, 1, 2, 2, 2], samples: 5)
    }
  }
}
