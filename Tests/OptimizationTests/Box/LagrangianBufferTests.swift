import Core
import Optimization
import Oracles
import Testing

struct SamplingWeightsTests {
  @Test(arguments: [1.5, 3, 10, 40, 90]) func effectiveSizeIsReached(_ size: Double) {
    var random = RandomStream(seed: 1)
    let merits = random.normals(100)
    let weights = SamplingWeights.sharp(merits, effectiveSize: size)
    #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
    #expect(abs(SamplingWeights.effectiveSize(weights) / size - 1) < 1e-3)
    let order = merits.indices.sorted { merits[$0] > merits[$1] }
    #expect(zip(order, order.dropFirst()).allSatisfy { weights[$0] >= weights[$1] })
  }

  /// Five points share the top, so no weights are sharper than a fifth each.
  @Test func tiesShareTheirWeight() {
    let merits = [3.0, 3, 3, 3, 3] + (0..<50).map { -Double($0) }
    let weights = SamplingWeights.sharp(merits, effectiveSize: 2)
    #expect(weights.prefix(5).allSatisfy { abs($0 - 0.2) < 1e-6 })
    let wide = SamplingWeights.sharp(merits, effectiveSize: 12)
    #expect(abs(SamplingWeights.effectiveSize(wide) - 12) < 0.05)
  }

  @Test func allEqualOrAlone() {
    #expect(SamplingWeights.sharp([2, 2, 2, 2], effectiveSize: 2) == [0.25, 0.25, 0.25, 0.25])
    #expect(SamplingWeights.sharp([-4], effectiveSize: 1) == [1])
    #expect(SamplingWeights.sharp([], effectiveSize: 1) == [])
  }

  @Test func exponentialIsThePublishedOne() {
    let weights = SamplingWeights.exponential([1000, 1001])
    #expect(abs(weights[1] / weights[0] - 2.718281828) < 1e-6)
  }

  @Test func farSpreadMeritsStayFinite() {
    let weights = SamplingWeights.sharp([0, -1e12, -1e300], effectiveSize: 1.5)
    #expect(weights.allSatisfy { $0.isFinite })
    #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
  }
}

struct LagrangianBufferTests {
  /// An archive on the unit line.
  private func archive(
    _ values: [(objective: Double?, constraints: [Double])], indicator: Bool = false
  ) throws -> BoxArchive {
    var archive = BoxArchive(space: try BoxSpace(low: [0], high: [1]))
    try archive.append(
      values.enumerated().map { i, value in
        Trial(
          index: i, iteration: 0, candidate: .vector([Double(i) / Double(values.count)]),
          evaluation: Evaluation(
            objective: value.objective,
            constraints: value.constraints.map {
              .init(name: "c", violation: $0, isIndicator: indicator)
            }), seconds: 0)
      })
    return archive
  }

  @Test func objectivesAreStandardised() throws {
    let archive = try archive([(1, []), (2, []), (3, []), (nil, []), (6, [])])
    #expect(archive.count == 4 && archive.failed.count == 1)
    let buffer = LagrangianBuffer(archive, .init(capacity: 10, penalty: 10, winsorizes: false))
    #expect(abs(buffer.objectives.reduce(0, +)) < 1e-12)
    #expect(abs(buffer.objectives.reduce(0) { $0 + $1 * $1 } - 4) < 1e-9)
    for (scaled, raw) in zip(buffer.objectives, [1.0, 2, 3, 6]) {
      #expect(abs(buffer.objectiveMean + buffer.objectiveDeviation * scaled - raw) < 1e-12)
    }
    #expect(buffer.merits == buffer.objectives)
  }

  /// max(y, 2 median - max): with median 3 and maximum 5 nothing stays below 1.
  @Test func farBadObjectivesAreRaised() throws {
    let archive = try archive([(-1e9, []), (1, []), (3, []), (4, []), (5, [])])
    let raised = LagrangianBuffer(archive, .init(capacity: 10, penalty: 10))
    #expect(raised.objectives[0] == raised.objectives[1])
    #expect(raised.objectives[2] - raised.objectives[1] > 0.5)
    let plain = LagrangianBuffer(archive, .init(capacity: 10, penalty: 10, winsorizes: false))
    #expect(plain.objectives[2] - plain.objectives[1] < 1e-6)
  }

  /// Violations cost lambda for each deviation (not centred), and only those above zero.
  @Test func meritsAreTheLagrangian() throws {
    let values = [-2.0, 0, 2, 4]
    let archive = try archive(values.map { (7, [$0]) })
    let buffer = LagrangianBuffer(archive, .init(capacity: 10, penalty: 3))
    let deviation = 5.0.squareRoot()
    #expect(abs(buffer.constraintScales[0] - deviation) < 1e-12)
    for (merit, value) in zip(buffer.merits, values) {
      #expect(abs(merit + 3 * max(0, value) / deviation) < 1e-12)
    }
    for i in 0..<4 { #expect(abs(buffer.targets[i, 1] - values[i] / deviation) < 1e-12) }
    let largest = LagrangianBuffer(
      archive, .init(capacity: 10, penalty: 3, constraintScale: .largest))
    #expect(largest.constraintScales == [4])
  }

  @Test func theBestAreKept() throws {
    let archive = try archive((0..<30).map { (Double($0), [$0 >= 25 ? 1 : -1]) })
    let buffer = LagrangianBuffer(archive, .init(capacity: 10, penalty: 10))
    #expect(buffer.indices == Array(15..<25))
    #expect(abs(buffer.objectives.reduce(0, +)) < 1e-9)
    #expect(buffer.constraintScales == [1])
  }

  /// A chance of violation of a quarter is the border of a yes/no constraint: targets are zero there.
  /// Half of the border's weight on each side, nearest points first; none where one side is empty.
  @Test func theBorderIsSeenFromBothSides() throws {
    let archive = try archive(
      [(1, [0]), (2, [1]), (3, [0]), (4, [1]), (5, [1])], indicator: true)
    let buffer = LagrangianBuffer(archive, .init(capacity: 10, penalty: 10))
    #expect(buffer.indicatorTargets == [1])
    let weights = try #require(
      buffer.borderWeights(effectiveSize: 3, squaredDistances: [4, 1, 1, 9, 4]))
    #expect(abs(weights[0] + weights[2] - 0.5) < 1e-9)
    #expect(abs(weights[1] + weights[3] + weights[4] - 0.5) < 1e-9)
    #expect(weights[2] > weights[0] && weights[1] > weights[4] && weights[4] > weights[3])
    let feasible = try self.archive([(1, [0]), (2, [0])], indicator: true)
    let one = LagrangianBuffer(feasible, .init(capacity: 10, penalty: 10))
    #expect(one.borderWeights(effectiveSize: 3, squaredDistances: [1, 2]) == nil)
  }

  @Test func indicatorsHaveABorderBetweenTheirValues() throws {
    let archive = try archive([(1, [0]), (2, [1]), (3, [0]), (4, [1])], indicator: true)
    let buffer = LagrangianBuffer(archive, .init(capacity: 10, penalty: 10))
    let scale = buffer.constraintScales[0]
    #expect(scale == 0.5)
    for (i, value) in [0.0, 1, 0, 1].enumerated() {
      #expect(abs(buffer.targets[i, 1] * scale - (value - 0.25)) < 1e-12)
    }
  }

  /// Failed points are rows of which only that they failed is known, and weigh where that is learned alone.
  @Test func failedPointsShowWhereEvaluationsWork() throws {
    let archive = try archive([(1, [2]), (nil, []), (3, [-1]), (nil, []), (5, [0])])
    let buffer = LagrangianBuffer(archive, .init(capacity: 10, penalty: 10, winsorizes: false))
    #expect(buffer.count == 3 && buffer.failed == [[0.2], [0.6]])
    #expect(buffer.targets.shape == [5, 3] && buffer.indicatorTargets == [2])
    let scale = 0.24.squareRoot()
    for row in 0..<5 {
      let value = row < 3 ? 0.0 : 1
      #expect(abs(buffer.targets[row, 2] * scale - (value - 0.25)) < 1e-12)
      #expect(buffer.targets[row, 0].isNaN == (row >= 3))
      #expect(buffer.targets[row, 1].isNaN == (row >= 3))
    }
    // What worked is as without the failures.
    let alone = LagrangianBuffer(
      try self.archive([(1, [2]), (3, [-1]), (5, [0])]),
      .init(capacity: 10, penalty: 10, winsorizes: false))
    #expect(buffer.merits == alone.merits && buffer.objectives == alone.objectives)
    #expect(buffer.weights(effectiveSize: 2) == alone.weights(effectiveSize: 2) + [0, 0])
    #expect(alone.failureWeights([1, 1, 1]) == nil)
    #expect(buffer.failureWeights([2, 0, 2, 0, 0]) == [0.25, 0, 0.25, 0.25, 0.25])
    let border = try #require(
      buffer.borderWeights(effectiveSize: 4, squaredDistances: [1, 1, 1, 1, 1]))
    #expect(abs(border[3] + border[4] - 0.5) < 1e-9)
    let view = ScaledView(
      archive, buffer, weights: buffer.weights(effectiveSize: 3), floor: 0.005)
    #expect(
      view.points.rows == 5 && view.unit(view.points, 4).map { abs($0 - 0.6) < 1e-6 } == [true])
  }

  @Test func constantsAndHugeValuesStayFinite() throws {
    let cases: [[(objective: Double?, constraints: [Double])]] = [
      [(3, [0]), (3, [0])], [(0, [5]), (0, [5])], [(1e308, [1e300]), (1e308, [.infinity])],
      [(1e308, [-.infinity]), (-1e308, [1])], [(1e-300, [1e-300]), (2e-300, [-1e-300])], [(4, [2])],
    ]
    for values in cases {
      for winsorizes in [true, false] {
        let buffer = LagrangianBuffer(
          try archive(values), .init(capacity: 10, penalty: 10, winsorizes: winsorizes))
        #expect(buffer.targets.isFinite, "\(values)")
        #expect(buffer.merits.allSatisfy { $0.isFinite }, "\(values)")
        #expect(buffer.targets.entries.allSatisfy { abs($0) < 1e6 }, "\(values)")
      }
    }
    let tiny = LagrangianBuffer(try archive(cases[4]), .init(capacity: 10, penalty: 10))
    #expect(abs(tiny.objectives[1] - 1) < 1e-9)
  }
}

struct BoxSpaceTests {
  @Test func badBoxesAreTold() {
    let cases: [([Double], [Double], String)] = [
      ([], [], "at least one"), ([0, 1], [1], "2 lower and 1 upper"), ([0], [.infinity], "bounds"),
      ([.nan], [1], "bounds"), ([2], [2], "both bounds"), ([3], [2], "reversed"),
      ([-1e308], [1e308], "bounds"),
    ]
    for (low, high, part) in cases {
      #expect {
        try BoxSpace(low: low, high: high)
      } throws: {
        ($0 as? Failure)?.kind == .badArgument && ($0 as? Failure)?.message.contains(part) == true
      }
    }
  }

  @Test func facesAreExact() throws {
    let space = try BoxSpace(low: [0.1, -1e300], high: [0.7, 3])
    #expect(space.point(unit: [0, 1]) == [0.1, 3])
    #expect(space.point(unit: [1, 0]) == [0.7, -1e300])
    #expect(space.contains(space.point(unit: [1, 1])))
    #expect(!space.contains([0.1]) && !space.contains([0.0, 0]) && !space.contains([.nan, 0]))
  }
}
