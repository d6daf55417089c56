import Core
import Engine
import Foundation
import Neural
import Testing

/// Three parameters: one trained, one that gets no gradient, one that is fixed.
private struct Three<Scalar: TensorScalar>: Module {
  var trained: Parameter<Scalar>
  var idle = Parameter<Scalar>(Tensor([2], [5, 6]))
  var fixed = Parameter<Scalar>(Tensor([3], [7, 8, 9]), isTrained: false)

  init(_ entries: [Scalar]) { trained = Parameter(Tensor([entries.count], entries)) }

  mutating func forEachParameter(_ body: (String, inout Parameter<Scalar>) -> Void) {
    body("trained", &trained)
    body("idle", &idle)
    body("fixed", &fixed)
  }

  /// Gradients of sum(trained * slope) + sum(fixed).
  func gradients(_ slope: [Scalar]) -> Gradients<Scalar> {
    let tape = Tape<Scalar>()
    let loss = (tape.parameter(trained) * tape.constant(Tensor([slope.count], slope))).sum()
    return tape.gradients(of: loss + tape.parameter(fixed).sum())
  }
}

@Suite struct AdamTests {
  /// Algorithm 1 of the paper, written down as it stands there.
  private static func reference(
    _ start: [Double], _ slopes: [[Double]], rate: Double, maxNorm: Double?
  ) -> [Double] {
    var (x, m, v) = (start, start.map { _ in 0.0 }, start.map { _ in 0.0 })
    for (t, slope) in slopes.enumerated() {
      let norm = slope.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let scale = maxNorm.map { min(1, $0 / (norm + 1e-6)) } ?? 1
      for i in x.indices {
        let g = slope[i] * scale
        m[i] = 0.9 * m[i] + 0.1 * g
        v[i] = 0.999 * v[i] + 0.001 * g * g
        let mean = m[i] / (1 - pow(0.9, Double(t + 1)))
        let square = v[i] / (1 - pow(0.999, Double(t + 1)))
        x[i] -= rate * mean / (square.squareRoot() + 1e-8)
      }
    }
    return x
  }

  private static func slopes(_ count: Int, steps: Int) -> [[Double]] {
    var random = RandomStream(seed: 8)
    return (0..<steps).map { _ in random.normals(count) }
  }

  @Test(arguments: [nil, 1.0]) func stepsFollowThePaper(maxNorm: Double?) throws {
    let start = (0..<37).map { Double($0) / 10 }
    let slopes = Self.slopes(37, steps: 50)
    var model = Three<Double>(start)
    var adam = Adam<Double>(rate: 0.01, maxNorm: maxNorm)
    for slope in slopes {
      let norm = try adam.step(&model, model.gradients(slope))
      #expect(abs(norm - slope.reduce(0) { $0 + $1 * $1 }.squareRoot()) < 1e-12)
    }
    let expected = Self.reference(start, slopes, rate: 0.01, maxNorm: maxNorm)
    for (got, want) in zip(model.trained.value.entries, expected) {
      #expect(abs(got - want) < 1e-12)
    }
    #expect(model.idle.value.entries == [5, 6])
    #expect(model.fixed.value.entries == [7, 8, 9])
  }

  @Test func singlePrecisionAgrees() throws {
    let slopes = Self.slopes(37, steps: 50)
    let start = (0..<37).map { Double($0) / 10 }
    var model = Three<Float>(start.map(Float.init))
    var adam = Adam<Float>(rate: 0.01)
    for slope in slopes { try adam.step(&model, model.gradients(slope.map(Float.init))) }
    let expected = Self.reference(start, slopes, rate: 0.01, maxNorm: nil)
    for (got, want) in zip(model.trained.value.entries, expected) {
      #expect(abs(Double(got) - want) < 2e-6)
    }
  }

  @Test(arguments: [Double.nan, .infinity]) func aBrokenGradientChangesNothing(_ bad: Double)
    throws
  {
    var model = Three<Double>([1, 2])
    var adam = Adam<Double>(rate: 0.1)
    try adam.step(&model, model.gradients([1, 1]))
    let (before, mean) = (model.trained.value, adam.state.tensors["trained.mean"])
    do throws(Failure) {
      try adam.step(&model, model.gradients([1, bad]))
      Issue.record("no error")
    } catch {
      #expect(error.kind == .numerical)
    }
    #expect(model.trained.value == before)
    #expect(adam.state.tensors["trained.mean"] == mean)
    #expect(adam.state.steps == ["trained": 1, "idle": 0, "fixed": 0])
  }

  @Test func aRestoredOptimizerGoesOnBitForBit() throws {
    let slopes = Self.slopes(5, steps: 20)
    var model = Three<Float>([1, 2, 3, 4, 5])
    var adam = Adam<Float>(rate: 0.01, maxNorm: 1)
    for slope in slopes[..<10] { try adam.step(&model, model.gradients(slope.map(Float.init))) }

    var file = SafeTensors()
    for (name, tensor) in adam.state.tensors { file.set(name, tensor) }
    let read = try SafeTensors(parsing: file.data, name: "the checkpoint")
    var again = Adam<Float>(rate: 0.01, maxNorm: 1)
    try again.restore(
      .init(tensors: read.tensors(), steps: adam.state.steps), for: model, from: "the checkpoint")
    var copy = model
    for slope in slopes[10...] {
      try adam.step(&model, model.gradients(slope.map(Float.init)))
      try again.step(&copy, copy.gradients(slope.map(Float.init)))
    }
    #expect(model.trained.value == copy.trained.value)

    var short = adam.state
    short.tensors["idle.square"] = nil
    #expect(throws: Failure.self) { try again.restore(short, for: model, from: "x") }
    var long = adam.state
    long.steps["other"] = 3
    do throws(Failure) {
      try again.restore(long, for: model, from: "x")
      Issue.record("no error")
    } catch {
      #expect(
        error.message == "x has optimizer state for `other`, which this model does not have")
    }
  }

  @Test func aNetLearnsAFunction() throws {
    // y = x0 x1 on 256 points: a straight line leaves a mean squared error of 1/9.
    var random = RandomStream(seed: 6)
    let x = Tensor<Float>.uniform([256, 2], -1, 1, using: &random)
    let y = Tensor<Float>([256, 1], (0..<256).map { x[$0, 0] * x[$0, 1] })
    var net = MLP<Float>([2, 32, 32, 1], activation: .gelu, using: &random)
    var adam = Adam<Float>(rate: 1e-2)
    var last = Double.infinity
    for _ in 0..<300 {
      let model = net
      let (loss, gradients) = try shardedGradients(Batches.shards(Array(0..<256), 4)) {
        (tape: Tape<Float>, rows: [Int]) in
        let prediction = model(tape.constant(x.rows(rows)))
        return Float(1.0 / 256) * prediction.sumOfSquaredErrors(to: y.rows(rows))
      }
      try adam.step(&net, gradients)
      last = loss
    }
    #expect(last < 1e-3)
  }
}
