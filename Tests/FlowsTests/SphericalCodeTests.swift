import Core
import Engine
import Flows
import Testing

struct SphericalCodeTests {
  @Test func smallestAngleIsNearTheBestKnown() {
    var random = RandomStream(seed: 1)
    let points = SphericalCode.points(83, dimensions: 24, using: &random)
    // 83 points in 24 dimensions: repulsion reaches 83 degrees.
    #expect(SphericalCode.smallestAngle(points) > 81)
    #expect(LinearAlgebra.rowSquares(points).entries.allSatisfy { abs($0 - 1) < 1e-5 })
  }

  @Test func fewPointsAreExact() {
    var random = RandomStream(seed: 2)
    // Two points are opposite; three in a plane stand at 120 degrees.
    let two = SphericalCode.points(2, dimensions: 3, using: &random)
    #expect(SphericalCode.smallestAngle(two) > 179)
    let three = SphericalCode.points(3, dimensions: 2, using: &random)
    #expect(abs(SphericalCode.smallestAngle(three) - 120) < 0.5)
  }
}
