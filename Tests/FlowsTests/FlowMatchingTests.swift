import Core
import Engine
import Flows
import Foundation
import Neural
import Testing

struct FlowMatchingTests {
  /// Two clusters at (-2, 1) and (2, 1) with standard deviation 0.3.
  private func clusters(_ count: Int, _ random: inout RandomStream) -> Tensor<Float> {
    var points = Tensor<Float>.normal([count, 2], using: &random).affine(0.3, 0)
    for i in 0..<count {
      points[i, 0] += i % 2 == 0 ? -2 : 2
      points[i, 1] += 1
    }
    return points
  }

  @Test(arguments: FlowMatching.Coupling.allCases)
  func learnsWeightedClusters(_ coupling: FlowMatching.Coupling) throws {
    var random = RandomStream(seed: 4)
    let points = clusters(400, &random)
    // The right cluster is drawn three times as often.
    let weights = (0..<400).map { $0 % 2 == 0 ? 1.0 : 3.0 }
    var flow = FlowMatching(dimension: 2, hidden: [64, 64], using: &random)
    let losses = try flow.train(
      points, weights: weights, .init(steps: 500, coupling: coupling),
      using: random.stream("train"), in: RunContext(seed: 0))
    #expect(losses.count == 500)
    let z = Tensor<Float>.normal([2000, 2], using: &random)
    let x = try flow.forward(z, by: ODESolver(.midpoint, steps: 16))
    let right = (0..<2000).filter { x[$0, 0] > 0 }
    // 0.75 with a sampling error of 0.01; the net's own error is a few times that.
    #expect(abs(Double(right.count) / 2000 - 0.75) < 0.06)
    let mean = right.reduce(0) { $0 + Double(x[$1, 0]) } / Double(right.count)
    #expect(abs(mean - 2) < 0.15)
    let height = (0..<2000).reduce(0) { $0 + Double(x[$1, 1]) } / 2000
    #expect(abs(height - 1) < 0.1)
    let back = try flow.inverse(x, by: ODESolver(.midpoint, steps: 64))
    let there = try flow.forward(back, by: ODESolver(.midpoint, steps: 64))
    #expect((there - x).entries.map { abs($0) }.max()! < 0.05)
  }

  /// Straighter paths are what optimal transport is for: few steps then differ less from many.
  @Test func optimalTransportStraightensPaths() throws {
    var random = RandomStream(seed: 5)
    let points = clusters(400, &random)
    let z = Tensor<Float>.normal([1000, 2], using: &random)
    let errors = try FlowMatching.Coupling.allCases.map { coupling in
      var start = random.stream("net")
      var flow = FlowMatching(dimension: 2, hidden: [64, 64], using: &start)
      try flow.train(
        points, weights: Array(repeating: 1, count: 400), .init(steps: 400, coupling: coupling),
        using: random.stream("train"), in: RunContext(seed: 0))
      let few = try flow.forward(z, by: ODESolver(.midpoint, steps: 2))
      let many = try flow.forward(z, by: ODESolver(.rungeKutta38, steps: 50))
      return (few - many).sumOfSquares
    }
    #expect(errors[1] < 0.5 * errors[0])
  }

  /// As few steps as the tolerance allows, and no fewer.
  @Test func solversAreCoarsenedWithinTheirTolerance() throws {
    var random = RandomStream(seed: 6)
    var flow = FlowMatching(dimension: 2, hidden: [64, 64], using: &random)
    try flow.train(
      clusters(400, &random), weights: Array(repeating: 1, count: 400), .init(steps: 400),
      using: random.stream("train"), in: RunContext(seed: 0))
    let z = Tensor<Float>.normal([200, 2], using: &random)
    let finest = ODESolver(.rungeKutta38, steps: 200)
    let ends = try flow.forward(z, by: finest)
    func error(_ steps: Int) throws -> Double {
      try (flow.forward(z, by: ODESolver(.rungeKutta38, steps: steps)) - ends).entries
        .reduce(0) { max($0, Double(abs($1))) }
    }
    let fine = try flow.coarsened(finest, within: 1e-4, on: z)
    let rough = try flow.coarsened(finest, within: 1e-2, on: z)
    #expect(rough.steps < fine.steps && fine.steps < 200)
    #expect(try error(fine.steps) <= 1e-4 && error((fine.steps + 1) / 2) > 1e-4)
    #expect(try flow.coarsened(finest, within: 0, on: z).steps == 200)
  }

  @Test func trainingInPartsGoesOnAndRepeats() throws {
    func run(_ steps: [Int]) throws -> [Double] {
      var random = RandomStream(seed: 6)
      let points = clusters(50, &random)
      var flow = FlowMatching(dimension: 2, hidden: [8], using: &random)
      return try steps.flatMap { count in
        try flow.train(
          points, weights: Array(repeating: 1, count: 50), .init(steps: count, batch: 40),
          using: random.stream("train", count), in: RunContext(seed: 0))
      }
    }
    let once = try run([20, 3])
    #expect(once == (try run([20, 3])))
    #expect(once.count == 23)
    #expect(once.suffix(3).max()! < once[0])
  }

  @Test func badInputIsSaid() throws {
    var random = RandomStream(seed: 7)
    var flow = FlowMatching(dimension: 2, hidden: [8], using: &random)
    let context = RunContext(seed: 0)
    let good = Tensor<Float>.ones([3, 2])
    #expect(throws: Failure.self) {
      try flow.train(good, weights: [0, 0, 0], .init(steps: 1), using: random, in: context)
    }
    #expect(throws: Failure.self) {
      try flow.train(good, weights: [1, 1], .init(steps: 1), using: random, in: context)
    }
    var bad = good
    bad[1, 1] = .nan
    #expect(throws: Failure.self) {
      try flow.train(bad, weights: [1, 1, 1], .init(steps: 1), using: random, in: context)
    }
    context.cancellation.request()
    let before = flow.velocity.parameters.map(\.value)
    #expect(throws: Failure.self) {
      try flow.train(good, weights: [1, 1, 1], .init(steps: 5), using: random, in: context)
    }
    #expect(flow.velocity.parameters.map(\.value) == before)
  }
}
