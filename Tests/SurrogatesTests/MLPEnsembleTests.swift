import Core
import Engine
import Foundation
import Neural
import Surrogates
import Testing

struct MLPEnsembleTests {
  /// The published program's ensemble on its own numbers: `cibo.safetensors`, whose copy is among the
  /// fixtures of the flows' tests.
  private func fixture() throws -> (file: SafeTensors, ensemble: MLPEnsemble) {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder =
      ProcessInfo.processInfo.environment["LBO_FIXTURES"].map { URL(fileURLWithPath: $0) }
      ?? tests.appendingPathComponent("FlowsTests/Fixtures")
    let file = try SafeTensors(contentsOf: folder.appendingPathComponent("cibo.safetensors").path)
    let x: Tensor<Float> = try file.tensor("ens.x")
    let c: Tensor<Float> = try file.tensor("ens.constraints")
    let first = try #require(file.shape("ens.param.models.0.input_layer.weight"))
    var ensemble = MLPEnsemble(
      dimension: x.columns, constraintCount: c.columns,
      .init(members: 5, hidden: Array(repeating: first[0], count: 4)),
      using: RandomStream(seed: 0))
    func load(_ net: inout MLP<Float>, _ prefix: String) throws {
      var values: [String: Tensor<Float>] = [:]
      for (path, _) in net.parameters {
        let parts = path.split(separator: ".")
        let layer = Int(parts[1])!
        let name =
          layer == 0 ? "input_layer" : layer == 4 ? "output_layer" : "hidden_layers.\(layer - 1)"
        values[path] = try file.tensor("ens.param.\(prefix).\(name).\(parts[2])")
      }
      try net.load(values, from: "the fixture")
    }
    for i in 0..<5 { try load(&ensemble.members[i].net, "models.\(i)") }
    for i in 0..<c.columns { try load(&ensemble.constraints[i].net, "constraint_models.\(i)") }
    return (file, ensemble)
  }

  private func worst(_ a: [Double], _ b: Tensor<Float>) -> Double {
    #expect(a.count == b.count)
    let scale = b.entries.reduce(1e-12) { max($0, abs(Double($1))) }
    return zip(a, b.entries).reduce(0) { max($0, abs($1.0 - Double($1.1)) / scale) }
  }

  @Test func predictionsAndReward() throws {
    let (file, ensemble) = try fixture()
    let x: Tensor<Float> = try file.tensor("ens.x")
    let prediction = try ensemble.predict(x)
    #expect(worst(prediction.mean, try file.tensor("ens.mean")) < 1e-5)
    #expect(worst(prediction.deviation, try file.tensor("ens.std")) < 1e-5)
    let constraints = prediction.constraints.entries.map(Double.init)
    #expect(worst(constraints, try file.tensor("ens.constraints")) < 1e-5)
    let theirs: Tensor<Float> = try file.tensor("ens.log_reward")
    #expect(worst(try ensemble.reward(x, .init()), theirs) < 1e-5)
    #expect(worst(try ensemble.rewardGradient(x, .init()).values, theirs) < 1e-5)
  }

  @Test func rewardGradientIsThatOfTheReward() throws {
    var random = RandomStream(seed: 1)
    let ensemble = MLPEnsemble(
      dimension: 3, constraintCount: 2, .init(members: 4, hidden: [16, 16]), using: random)
    let x = Tensor<Float>.normal([70, 3], using: &random)
    let reward = MLPEnsemble.Reward(gamma: 1.5, lambda: 3)
    let (values, gradient) = try ensemble.rewardGradient(x, reward)
    let plain = try ensemble.reward(x, reward)
    #expect(zip(values, plain).allSatisfy { abs($0 - $1) < 1e-5 })
    // Rows do not meet. Float32 and the step leave some 1e-3; where a constraint changes its sign
    // within the step there is no derivative.
    let h: Float = 1e-3
    var compared = 0
    for column in 0..<3 {
      var (above, below) = (x, x)
      for row in 0..<70 {
        above[row, column] += h
        below[row, column] -= h
      }
      let (up, down) = (try ensemble.reward(above, reward), try ensemble.reward(below, reward))
      let signs = try [above, below].map { try ensemble.predict($0).constraints }
      for row in 0..<70 {
        let kink = (0..<2).contains { (signs[0][row, $0] > 0) != (signs[1][row, $0] > 0) }
        if kink { continue }
        let slope = (up[row] - down[row]) / Double(2 * h)
        #expect(abs(slope - Double(gradient[row, column])) < 5e-3)
        compared += 1
      }
    }
    #expect(compared > 190)
  }

  /// A constraint with weights of its own sees points that the other nets do not.
  @Test func aConstraintMayDrawApart() throws {
    var random = RandomStream(seed: 2)
    let x = Tensor<Float>.normal([200, 2], using: &random)
    let c = Tensor<Double>([200, 1], (0..<200).map { x[$0, 0] > 0 ? 0.5 : -0.5 })
    var ensemble = MLPEnsemble(
      dimension: 2, constraintCount: 1, .init(members: 2, hidden: [32, 32]), using: random)
    #expect(ensemble.constraintCount == 1)
    try ensemble.train(
      x, [Double](repeating: 1, count: 200), constraints: c,
      weights: (0..<200).map { x[$0, 0] > 0 ? 0 : 1 },
      apart: (constraint: 0, weights: [Double](repeating: 1, count: 200)),
      .init(epochs: 60, batch: 50), using: RandomStream(seed: 3), in: RunContext(seed: 0))
    let found = try ensemble.predict(x).constraints
    let right = (0..<200).count { (found[$0, 0] > 0) == (x[$0, 0] > 0) }
    #expect(right > 190, "\(right)")
  }

  /// Weights matter: only the points of positive weight are learned.
  @Test func trainingLearnsTheWeightedPoints() throws {
    var random = RandomStream(seed: 2)
    let x = Tensor<Float>.normal([300, 2], using: &random)
    let y = (0..<300).map { Double(x[$0, 0] * x[$0, 0] - x[$0, 1]) }
    let c = Tensor<Double>([300, 1], (0..<300).map { Double(x[$0, 0] + x[$0, 1]) })
    // Values of the right half are wrong, and have no weight.
    let wrong = (0..<300).map { x[$0, 0] > 0 ? 50 : y[$0] }
    let weights = (0..<300).map { x[$0, 0] > 0 ? 0.0 : 1.0 }
    var ensemble = MLPEnsemble(
      dimension: 2, constraintCount: 1, .init(members: 3, hidden: [32, 32]), using: random)
    let context = RunContext(seed: 0)
    func train(_ epochs: Int, _ seed: UInt64) throws -> [Double] {
      try ensemble.train(
        x, wrong, constraints: c, weights: weights, .init(epochs: epochs, batch: 50),
        using: RandomStream(seed: seed), in: context)
    }
    _ = try train(120, 3)
    let before = ensemble
    let losses = try train(40, 4)
    #expect(losses.count == 4)
    #expect(losses.max()! < 0.03)
    let left = (0..<300).filter { x[$0, 0] <= 0 }
    let prediction = try ensemble.predict(x.rows(left))
    let squares = zip(prediction.mean, left).reduce(0) { $0 + pow($1.0 - y[$1.1], 2) }
    #expect(squares / Double(left.count) < 0.03)
    let constraints = zip(prediction.constraints.entries, left).reduce(0) {
      $0 + pow(Double($1.0) - c[$1.1], 2)
    }
    #expect(constraints / Double(left.count) < 0.03)
    // A copy is a snapshot, and the same stream gives the same bits on any number of cores.
    let after = ensemble
    ensemble = before
    let workers = Parallel.workers
    defer { Parallel.workers = workers }
    Parallel.workers = workers == 1 ? 3 : 1
    #expect(try train(40, 4) == losses)
    #expect(try ensemble.predict(x).mean == after.predict(x).mean)
    // Far from the data the members part.
    let far = try ensemble.predict(Tensor([1, 2], [30, 30])).deviation[0]
    #expect(far > 10 * prediction.deviation.reduce(0, +) / Double(left.count))
  }

  @Test func badInputIsSaid() throws {
    let random = RandomStream(seed: 5)
    var ensemble = MLPEnsemble(
      dimension: 2, constraintCount: 0, .init(members: 1, hidden: [4]), using: random)
    let context = RunContext(seed: 0)
    let x = Tensor<Float>.ones([2, 2])
    #expect(throws: Failure.self) { try ensemble.predict(.ones([2, 3])) }
    #expect(try ensemble.predict(x).deviation == [0, 0])
    #expect(try ensemble.rewardGradient(x, .init()).gradient.isFinite)
    for (y, weights) in [([1, .nan], [1, 1]), ([1], [1, 1]), ([1, 2], [0, 0])]
      as [([Double], [Double])]
    {
      #expect(throws: Failure.self) {
        try ensemble.train(
          x, y, constraints: .zeros([2, 0]), weights: weights, using: random, in: context)
      }
    }
    context.cancellation.request()
    #expect(throws: Failure.self) {
      try ensemble.train(
        x, [1, 2], constraints: .zeros([2, 0]), weights: [1, 1], using: random, in: context)
    }
  }
}
