import Core
import Engine
import Foundation
import Surrogates
import Testing

struct QuadraticNetworkTests {
  /// Two outputs of a few inputs: a curved one and a plane.
  private struct Points {
    var x: Tensor<Float>
    var y: Tensor<Double>

    init(_ count: Int, dimension d: Int, seed: UInt64 = 1) {
      var random = RandomStream(seed: seed)
      let values = random.normals(count * d)
      x = Tensor([count, d], values.map(Float.init))
      y = Tensor(
        [count, 2],
        (0..<count).flatMap { i in
          let h = values[(i * d)..<((i + 1) * d)]
          let curved = h.reduce(0) { $0 - ($1 - 0.5) * ($1 - 0.5) } + sin(2 * h[i * d])
          return [curved, h.reduce(1.5, +)]
        })
    }
  }

  private func fitted(
    _ data: Points, weights: [Double]? = nil,
    _ change: (inout QuadraticNetwork.Configuration) -> Void
  ) throws -> QuadraticNetwork {
    var configuration = QuadraticNetwork.Configuration()
    change(&configuration)
    var model = QuadraticNetwork(configuration)
    var random = RandomStream(seed: 5)
    let equal = [Double](repeating: 1 / Double(data.x.rows), count: data.x.rows)
    try model.fit(
      data.x, data.y, .init(weights: weights ?? equal, effectiveSize: Double(data.x.rows)),
      using: &random)
    return model
  }

  @Test(arguments: [(true, 0), (true, 40), (false, 40)])
  func gradientMatchesCentralDifferences(curvature: Bool, steps: Int) throws {
    let data = Points(60, dimension: 4)
    let model = try fitted(data) {
      $0.hasCurvature = curvature
      $0.firstSteps = steps
    }
    let x = Points(5, dimension: 4, seed: 9).x
    let cotangents = Tensor<Float>([5, 2], (0..<10).map { Float($0) / 5 - 0.7 })
    let (outputs, gradient) = model.gradient(at: x) { _ in cotangents }
    #expect(zip(outputs.entries, model(x).entries).allSatisfy { abs($0 - $1) < 1e-5 })
    func total(_ x: Tensor<Float>) -> Double {
      zip(model(x).entries, cotangents.entries).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let step: Float = 0.01
    for i in 0..<x.count {
      var (up, down) = (x, x)
      up[i] += step
      down[i] -= step
      let difference = (total(up) - total(down)) / Double(up[i] - down[i])
      // Float32 rounding over a step of 0.01 and the differences' own error are both below 3e-3.
      #expect(abs(Double(gradient[i]) - difference) < 5e-3, "entry \(i)")
    }
  }

  /// Rows of which the first output is not known teach the second alone.
  @Test func whatIsNotKnownIsLeftToTheRegression() throws {
    let data = Points(120, dimension: 2)
    let isKnown = (0..<120).map { data.x[$0, 0] < 0.3 }
    var y = data.y
    for row in 0..<120 {
      y[row * 2 + 1] = isKnown[row] ? -0.5 : 0.5
      if !isKnown[row] { y[row * 2] = .nan }
    }
    let weights = isKnown.map { $0 ? 1.0 : 0 }
    let all = [Double](repeating: 1, count: 120)
    var model = QuadraticNetwork()
    var random = RandomStream(seed: 5)
    try model.fit(
      data.x, y, .init(weights: weights, effectiveSize: 80),
      apart: (columns: [1], sample: .init(weights: all, effectiveSize: 120)), using: &random)
    let outputs = model(data.x)
    #expect(outputs.isFinite)
    // The objective is learned where it is known, the border wherever points are.
    let errors = (0..<120).filter { isKnown[$0] }.map { Double(outputs[$0, 0]) - data.y[$0, 0] }
    #expect(errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count) < 0.1)
    for row in 0..<120 {
      if abs(data.x[row, 0] - 0.3) > 0.5 {
        #expect((outputs[row, 1] > 0) == !isKnown[row], "\(row)")
      }
    }
    // Another number of outputs is learned afresh.
    try model.fit(
      data.x, data.y.rows(0..<120), .init(weights: all, effectiveSize: 120), using: &random)
    #expect(model.outputCount == 2)
  }

  /// Points of another quadratic have no weight: they must not be seen.
  @Test func recoversAWeightedQuadratic() throws {
    let d = 3
    var random = RandomStream(seed: 2)
    let values = random.normals(80 * d)
    var y: [Double] = []
    for i in 0..<80 {
      let h = values[(i * d)..<((i + 1) * d)].map { $0 }
      let seen = 2 + h[0] - 3 * h[1] + 0.5 * h[2] * h[2] - 4 * h[0] * h[0]
      y.append(i < 40 ? seen : 100 * h[0] - 50)
    }
    let x = Tensor([80, d], values.map(Float.init))
    var configuration = QuadraticNetwork.Configuration()
    configuration.firstSteps = 0
    configuration.ridge = 1e-6
    var model = QuadraticNetwork(configuration)
    let weights = (0..<80).map { $0 < 40 ? Double(1 + $0 % 3) : 0 }
    try model.fit(
      x, Tensor([80, 1], y), .init(weights: weights, effectiveSize: 40), using: &random)
    let answers = model(x)
    for i in 0..<40 { #expect(abs(Double(answers[i, 0]) - y[i]) < 1e-3) }
    #expect(abs(Double(answers[60, 0]) - y[60]) > 1)
  }

  /// A column that weighs the points in its own way gets what a fit by those weights alone gives.
  @Test func columnsApartHaveTheirOwnWeights() throws {
    let data = Points(60, dimension: 3)
    let (first, second) = ((0..<60).map { $0 < 40 ? 1.0 : 0 }, (0..<60).map { $0 < 20 ? 0 : 1.0 })
    func model(_ weights: [Double], apart: [Double]? = nil) throws -> Tensor<Float> {
      var configuration = QuadraticNetwork.Configuration()
      configuration.firstSteps = 0
      var model = QuadraticNetwork(configuration)
      var random = RandomStream(seed: 5)
      try model.fit(
        data.x, data.y, .init(weights: weights, effectiveSize: 40),
        apart: apart.map { ([1], .init(weights: $0, effectiveSize: 40)) }, using: &random)
      return model(data.x)
    }
    let (own, other) = (try model(first), try model(second))
    let both = try model(first, apart: second)
    for i in 0..<60 {
      #expect(abs(both[i, 0] - own[i, 0]) < 1e-5)
      #expect(abs(both[i, 1] - other[i, 1]) < 1e-5)
    }
    #expect((own - other).entries.contains { abs($0) > 0.01 })
  }

  @Test func theNetworkLearnsWhatTheQuadraticLeaves() throws {
    let data = Points(200, dimension: 2)
    func error(_ model: QuadraticNetwork) -> Double {
      let answers = model(data.x)
      return (0..<200).reduce(0) { $0 + pow(Double(answers[$1, 0]) - data.y[$1, 0], 2) }
    }
    let plain = error(try fitted(data) { $0.firstSteps = 0 })
    #expect(error(try fitted(data) { $0.firstSteps = 400 }) < 0.7 * plain)
  }

  @Test func onePoint() throws {
    let data = Points(1, dimension: 3)
    let model = try fitted(data) { $0.firstSteps = 20 }
    #expect(model(Points(20, dimension: 3, seed: 4).x).isFinite)
    let there = model(data.x)
    #expect((0..<2).allSatisfy { abs(Double(there[0, $0]) - data.y[0, $0]) < 0.5 })
  }

  @Test func constantTargets() throws {
    var data = Points(30, dimension: 3)
    data.y = Tensor([30, 2], (0..<60).map { $0 % 2 == 0 ? 7 : 0 })
    let model = try fitted(data) { $0.firstSteps = 50 }
    let other = Points(20, dimension: 3, seed: 4).x
    let answers = model(other)
    for i in 0..<20 {
      #expect(abs(answers[i, 0] - 7) < 1e-2)
      #expect(abs(answers[i, 1]) < 1e-2)
    }
    let slopes = model.gradient(at: other) { Tensor($0.shape, [Float](repeating: 1, count: 40)) }
    #expect(slopes.gradient.entries.allSatisfy { abs($0) < 1e-2 })
  }

  @Test func brokenTargetsAreAnError() {
    var data = Points(30, dimension: 3)
    data.y[4, 0] = .nan
    #expect(throws: Failure.self) { try fitted(data) { $0.firstSteps = 10 } }
  }
}
