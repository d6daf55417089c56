import Core
import Engine
import Foundation
import Neural
import Samplers
import Testing

struct DiffusionSamplerTests {
  private func moments(_ x: Tensor<Float>, _ column: Int) -> (mean: Double, variance: Double) {
    let values = (0..<x.rows).map { Double(x[$0, column]) }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, squares / Double(values.count))
  }

  private func fresh(_ seed: UInt64, target: DiffusionSampler.Target = .logDensity)
    -> DiffusionSampler
  {
    var random = RandomStream(seed: seed)
    let policy = DiffusionPolicy(dimension: 2, width: 64, harmonics: 16, using: &random)
    return DiffusionSampler(
      policy, reference: BrownianReference(steps: 25), target: target, rate: 3e-3)
  }

  /// 8,000 samples: a mean's standard error is 0.011, a variance's 0.016; four of them are allowed.
  @Test func untrainedIsStandardNormal() throws {
    let x = try fresh(1).sample(8000, using: RandomStream(seed: 2))
    for column in 0..<2 {
      let (mean, variance) = moments(x, column)
      #expect(abs(mean) < 0.045)
      #expect(abs(variance - 1) < 0.065)
    }
    let mixed = (0..<8000).reduce(0) { $0 + Double(x[$1, 0] * x[$1, 1]) } / 8000
    #expect(abs(mixed) < 0.045)
  }

  @Test func bridgesAreBrownian() throws {
    // Given s_T = 1: s_i has mean i / T and variance (i / T)(1 - i / T).
    let ends = Tensor<Float>.ones([8000, 1])
    let paths = Trajectories(
      bridgesTo: ends, reference: BrownianReference(steps: 10), using: RandomStream(seed: 3))
    for i in [1, 5, 9] {
      let at = Double(i) / 10
      let (mean, variance) = moments(paths.states.reshaped([8000, 11]), i)
      #expect(abs(mean - at) < 4 * (at * (1 - at) / 8000).squareRoot())
      #expect(abs(variance / (at * (1 - at)) - 1) < 4 * (2.0 / 8000).squareRoot())
    }
    #expect(paths.endPoints == ends)
  }

  /// Two modes at (-1.2, 0) and (1.2, 0.5), the right one three times as heavy; the posterior
  /// N(0, I) exp(r) is this mixture when r = log mixture - log N.
  private static func mixture(_ x: Tensor<Float>) -> [Double] {
    (0..<x.rows).map { row in
      let (a, b) = (Double(x[row, 0]), Double(x[row, 1]))
      func density(_ p: Double, _ q: Double) -> Double {
        let squares = (a - p) * (a - p) + (b - q) * (b - q)
        return exp(-squares / (2 * 0.25)) / (2 * .pi * 0.25)
      }
      return log(0.25 * density(-1.2, 0) + 0.75 * density(1.2, 0.5) + 1e-30)
    }
  }

  private func checkMixture(_ x: Tensor<Float>) {
    let right = (0..<x.rows).filter { x[$0, 0] > 0 }
    let left = (0..<x.rows).filter { x[$0, 0] <= 0 }
    // A share's standard error is 0.006; what remains is the policy's own error after 600 steps and
    // that of 25 time steps.
    #expect(abs(Double(right.count) / Double(x.rows) - 0.75) < 0.06)
    for (rows, centre) in [(right, (1.2, 0.5)), (left, (-1.2, 0.0))] {
      let part = x.rows(rows)
      #expect(abs(moments(part, 0).mean - centre.0) < 0.16)
      #expect(abs(moments(part, 1).mean - centre.1) < 0.16)
      #expect(abs(moments(part, 0).variance.squareRoot() - 0.5) < 0.1)
      #expect(abs(moments(part, 1).variance.squareRoot() - 0.5) < 0.1)
    }
  }

  @Test func logVarianceFindsModeWeightsAndMoments() throws {
    var sampler = fresh(4, target: .tilt(beta: 1))
    let reference = sampler.reference
    let steps = try sampler.train(
      .init(steps: 600, batch: 128, form: .logVariance), using: RandomStream(seed: 5),
      in: RunContext(seed: 0)
    ) { x in zip(Self.mixture(x), reference.logDensity(x)).map { $0 - $1 } }
    checkMixture(try sampler.sample(5000, using: RandomStream(seed: 6)))
    let last = steps.filter(\.isOnPolicy).suffix(10)
    // The mixture is normalised: log Z is 0, and importance weights are nearly even.
    #expect(abs(last.map(\.logZEstimate).reduce(0, +) / 10) < 0.1)
    #expect(last.map(\.effectiveSampleSize).reduce(0, +) / 10 > 90)
    #expect(sampler.buffer.count == 300 * 128)
  }

  @Test func learnedLogZReachesTheRightValue() throws {
    var sampler = fresh(7)
    // Longer than by log variance: after 600 steps a mean is still 0.1 to 0.2 off, depending on how a
    // processor rounds its products.
    let steps = try sampler.train(
      .init(steps: 1500, batch: 128), using: RandomStream(seed: 8), in: RunContext(seed: 0)
    ) { x in Self.mixture(x).map { $0 + 2 } }
    #expect(abs(sampler.logZ.value.value.item - 2) < 0.15)
    #expect(steps.last!.loss < 0.2 * steps[0].loss)
    checkMixture(try sampler.sample(5000, using: RandomStream(seed: 9)))
  }

  @Test func coresDoNotChangeABit() throws {
    let before = Parallel.workers
    defer { Parallel.workers = before }
    func run(_ workers: Int) throws -> [Float] {
      Parallel.workers = workers
      var sampler = fresh(10)
      try sampler.train(
        .init(steps: 4, batch: 70), using: RandomStream(seed: 11), in: RunContext(seed: 0),
        reward: Self.mixture)
      return try sampler.sample(100, using: RandomStream(seed: 12)).entries
    }
    #expect(try run(1) == run(3))
  }

  @Test func badRewardsAreSaid() throws {
    var sampler = fresh(13)
    let context = RunContext(seed: 0)
    for reward in [
      { x in Array(repeating: Double.nan, count: x.rows) }, { _ in [1.0] },
    ] as [(Tensor<Float>) -> [Double]] {
      #expect(throws: Failure.self) {
        try sampler.train(
          .init(steps: 1, batch: 5), using: RandomStream(seed: 0), in: context, reward: reward)
      }
    }
    #expect(sampler.buffer.count == 0)
    context.cancellation.request()
    #expect(throws: Failure.self) {
      try sampler.train(
        .init(steps: 1, batch: 5), using: RandomStream(seed: 0), in: context,
        reward: Self.mixture)
    }
  }
}
