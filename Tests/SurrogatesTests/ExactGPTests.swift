import Core
import Engine
import Foundation
import Neural
import Surrogates
import Testing

/// Values, gradients and posteriors as gpytorch computes them (Float64, `exactgp.safetensors`).
struct ExactGPParityTests {
  let context = RunContext(seed: 1)

  @Test(arguments: [
    ("matern52", StationaryKernel.Shape.matern52), ("rbf", .squaredExponential),
  ])
  func agreesWithGPyTorch(name: String, shape: StationaryKernel.Shape) throws {
    let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
    let file = try SafeTensors(
      contentsOf: folder.appendingPathComponent("exactgp.safetensors").path)
    let (x, y, z) = (try file.double("x"), try file.double("y"), try file.double("z"))
    let logs = try file.double("logs").entries
    let kernel = StationaryKernel(shape)
    let likelihood = MarginalLikelihood(kernel: kernel, x: x, y: y, hyperparameters: [])
    let (value, gradient) = likelihood.evaluate(logs)
    #expect(abs(value - (try file.double("\(name).value")[0])) < 1e-10)
    let theirs = try file.double("\(name).gradient")
    #expect(Fixture.relativeError(Tensor([5], gradient), theirs) < 1e-8)
    var model = ExactGP(kernel: kernel)
    try model.condition(on: x, y, logs: [logs], in: context)
    let posterior = try model.posterior(at: z, output: 0, in: context)
    #expect(Fixture.relativeError(posterior.mean, try file.double("\(name).mean")) < 1e-6)
    let covariance = posterior.covariance(observationNoise: false)
    #expect(Fixture.relativeError(covariance, try file.double("\(name).covariance")) < 1e-6)
  }
}

struct ExactGPTests {
  let context = RunContext(seed: 1)

  /// Points of the unit box and a smooth function of the first two coordinates.
  func data(_ count: Int, width: Int = 4, seed: UInt64 = 1) -> (
    x: Tensor<Double>, y: Tensor<Double>
  ) {
    var random = RandomStream(seed: seed)
    let x = Tensor([count, width], (0..<count * width).map { _ in random.uniform() })
    let y = Tensor([count], (0..<count).map { 50 + 9 * sin(6 * x[$0, 0]) + 20 * x[$0, 1] })
    return (x, y)
  }

  @Test(arguments: [1, 5, 130, 300], [StationaryKernel.Shape.matern52, .squaredExponential])
  func gradientIsThatOfTheValue(count: Int, shape: StationaryKernel.Shape) throws {
    let (x, y) = data(count)
    let kernel = StationaryKernel(shape, lengthscales: .scaledByDimension)
    let parameters =
      kernel.hyperparameters(dimension: 4) + [
        Hyperparameter(0.05...20, start: 1), Hyperparameter(1e-6...1, start: 1e-2),
      ]
    let likelihood = MarginalLikelihood(
      kernel: kernel, x: x, y: TargetScaler(of: y.entries).scaled(y), hyperparameters: parameters)
    let logs = [-0.7, 0.2, -0.1, 0.5, 0.3, -3]
    let gradient = likelihood.evaluate(logs).gradient
    for k in logs.indices {
      var (up, down) = (logs, logs)
      up[k] += 1e-5
      down[k] -= 1e-5
      let slope = (likelihood.evaluate(up).value - likelihood.evaluate(down).value) / 2e-5
      #expect(abs(slope - gradient[k]) < 1e-7 * max(1, abs(slope)))
    }
  }

  @Test func learnsWhichCoordinatesMatter() throws {
    let (x, y) = data(80)
    var model = ExactGP(kernel: StationaryKernel())
    let report = try model.fit(x, y, in: context)
    #expect(zip(report.losses, report.losses.dropFirst()).allSatisfy { $0 >= $1 })
    let lengthscales = model.kernelHyperparameters(output: 0)
    #expect(lengthscales[0] < 1 && lengthscales[2] > 2 && lengthscales[3] > 2)
    let (z, truth) = data(200, seed: 2)
    let posterior = try model.posterior(at: z, output: 0, in: context)
    // The function spreads over 29 units; noise-free data of two coordinates settle it.
    #expect(((posterior.mean - truth).sumOfSquares / 200).squareRoot() < 0.3)
    // Data are met within the noise the model admits.
    let at = try model.posterior(at: x, output: 0, in: context)
    #expect((at.mean - y).entries.allSatisfy { abs($0) < 0.3 })
    let refit = try model.refit(x, y, in: context)
    #expect(refit.losses.last! <= report.losses.last! + 1e-12)
  }

  @Test func samplesFollowThePosterior() throws {
    let (x, y) = data(20)
    var model = ExactGP(kernel: StationaryKernel())
    try model.fit(x, y, in: context)
    let posterior = try model.posterior(at: data(3, seed: 4).x, output: 0, in: context)
    var random = RandomStream(seed: 5)
    let count = 20_000
    let samples = try posterior.samples(count, observationNoise: true, using: &random)
    let covariance = posterior.covariance(observationNoise: true)
    #expect(
      zip(posterior.variance(observationNoise: true).entries, [0, 4, 8])
        .allSatisfy { abs($0 - covariance[$1]) < 1e-9 * max(1, $0) })
    for a in 0..<3 {
      for b in 0...a {
        let moments = (0..<count).map {
          (samples[$0, a] - posterior.mean[a]) * (samples[$0, b] - posterior.mean[b])
        }
        let scale = (covariance[a, a] * covariance[b, b]).squareRoot()
        // The deviation of a mean of products of normals is at most sqrt(2 / count) of the scale.
        let error = moments.reduce(0, +) / Double(count) - covariance[a, b]
        #expect(abs(error) < 5 * (2 / Double(count)).squareRoot() * scale)
      }
    }
  }

  @Test func sparseIsExactWhereInducingPointsAreAllThereIs() throws {
    // Every point twice, with different targets: one copy of each as inducing points says it all.
    let (x, y) = data(60)
    let logs = [[0.1, 0.1, 0.5, 0.5, 0.2, -5]]
    let doubled = Tensor([120, 4], (0..<480).map { x[($0 / 8) * 4 + $0 % 4] })
    let targets = Tensor([120], (0..<120).map { y[$0 / 2] + Double($0 % 2) })
    var sparse = ExactGP(kernel: StationaryKernel(), configuration: limit(60))
    try sparse.condition(on: doubled, targets, logs: logs, in: context)
    var whole = ExactGP(kernel: StationaryKernel())
    try whole.condition(on: doubled, targets, logs: logs, in: context)
    let z = data(30, seed: 3).x
    let a = try whole.posterior(at: z, output: 0, in: context)
    let b = try sparse.posterior(at: z, output: 0, in: context)
    // But for the jitter of 1e-8.
    #expect(Fixture.relativeError(b.mean, a.mean) < 1e-6)
    #expect(
      Fixture.relativeError(
        b.covariance(observationNoise: false), a.covariance(observationNoise: false)) < 1e-4)
  }

  @Test func sparsePredictsFromAllPoints() throws {
    let (x, y) = data(400)
    var sparse = ExactGP(kernel: StationaryKernel(), configuration: limit(100))
    sparse.focus = [0.5, 0.5, 0.5, 0.5]
    try sparse.fit(x, y, in: context)
    let (z, truth) = data(200, seed: 2)
    let posterior = try sparse.posterior(at: z, output: 0, in: context)
    #expect(((posterior.mean - truth).sumOfSquares / 200).squareRoot() < 0.5)
    let variance = posterior.variance(observationNoise: false)
    let covariance = posterior.covariance(observationNoise: false)
    for i in 0..<200 { #expect(abs(variance[i] - covariance[i, i]) < 1e-9 * max(1, variance[i])) }
    var random = RandomStream(seed: 1)
    #expect(try posterior.samples(5, observationNoise: false, using: &random).isFinite)
  }

  @Test func hyperparametersComeFromTheNearestAndPredictionsFromAll() throws {
    let (x, y) = data(200)
    var configuration = ExactGP<StationaryKernel>.Configuration()
    configuration.learningLimit = 60
    var model = ExactGP(kernel: StationaryKernel(), configuration: configuration)
    var sparse = ExactGP(kernel: StationaryKernel(), configuration: limit(60))
    (model.focus, sparse.focus) = ([0.3, 0.3, 0.5, 0.5], [0.3, 0.3, 0.5, 0.5])
    try model.fit(x, y, in: context)
    try sparse.fit(x, y, in: context)
    let lengthscales = model.kernelHyperparameters(output: 0)
    #expect(lengthscales == sparse.kernelHyperparameters(output: 0))
    let logs = (lengthscales + [model.variance(output: 0), model.noise(output: 0)]).map { log($0) }
    var whole = ExactGP(kernel: StationaryKernel())
    try whole.condition(on: x, y, logs: [logs], in: context)
    let z = data(30, seed: 3).x
    let (a, b) = (
      try model.posterior(at: z, output: 0, in: context),
      try whole.posterior(at: z, output: 0, in: context)
    )
    #expect(Fixture.relativeError(a.mean, b.mean) < 1e-6)
  }

  func limit(_ count: Int) -> ExactGP<StationaryKernel>.Configuration {
    var configuration = ExactGP<StationaryKernel>.Configuration()
    configuration.exactLimit = count
    configuration.block = 50
    return configuration
  }

  @Test func severalOutputsAreIndependent() throws {
    let (x, y) = data(50)
    let other = Tensor([50], (0..<50).map { x[$0, 2] * 3 })
    let both = Tensor([50, 2], (0..<50).flatMap { [y[$0], other[$0]] })
    var (joint, single) = (
      ExactGP(kernel: StationaryKernel()), ExactGP(kernel: StationaryKernel())
    )
    try joint.fit(x, both, in: context)
    try single.fit(x, other, in: context)
    let z = data(10, seed: 9).x
    #expect(
      try joint.posterior(at: z, output: 1, in: context).mean
        == single.posterior(at: z, output: 0, in: context).mean)
  }

  @Test func badInput() throws {
    let (x, y) = data(30)
    func kind(_ body: () throws -> Void) -> Failure.Kind? {
      do { try body() } catch { return (error as? Failure)?.kind }
      return nil
    }
    var model = ExactGP(kernel: StationaryKernel())
    #expect(kind { _ = try model.posterior(at: x, output: 0, in: context) } == .badArgument)
    #expect(kind { try model.refit(x, y, in: context) } == .badArgument)
    #expect(
      kind { try model.fit(Tensor<Double>.zeros([0, 4]), .zeros([0]), in: context) } == .badData)
    #expect(kind { try model.fit(x, y.rows(0..<29), in: context) } == .badArgument)
    var broken = y
    broken[3] = .nan
    #expect(kind { try model.fit(x, broken, in: context) } == .badData)
    var nowhere = x
    nowhere[3] = .infinity
    #expect(kind { try model.fit(nowhere, y, in: context) } == .badData)
    try model.fit(x, y, in: context)
    #expect(kind { _ = try model.posterior(at: x, output: 1, in: context) } == .badArgument)
    let narrow = Tensor<Double>.zeros([2, 3])
    #expect(kind { _ = try model.posterior(at: narrow, output: 0, in: context) } == .badArgument)
    #expect(kind { _ = try model.posterior(at: nowhere, output: 0, in: context) } == .badData)
  }

  @Test func degenerateData() throws {
    let one = Tensor<Double>([1, 2], [0.3, 0.4])
    let far = Tensor<Double>([1, 2], [0.9, 0.1])
    var model = ExactGP(kernel: StationaryKernel())
    try model.fit(one, Tensor([1], [7]), in: context)
    #expect(abs(try model.posterior(at: far, output: 0, in: context).mean[0] - 7) < 1e-9)
    // A constant target is predicted everywhere.
    let (x, y) = data(40)
    try model.fit(x, Tensor([40], repeating: 1e9), in: context)
    #expect(abs(try model.posterior(at: x, output: 0, in: context).mean[0] - 1e9) < 1)
    // Every point five times over, with different targets.
    let copies = Tensor.concatenated([Tensor<Double>](repeating: x, count: 5))
    let targets = Tensor([200], (0..<200).map { y[$0 % 40] + Double($0 / 40) })
    try model.fit(copies, targets, in: context)
    let posterior = try model.posterior(at: copies, output: 0, in: context)
    var random = RandomStream(seed: 1)
    let samples = try posterior.samples(3, observationNoise: false, using: &random)
    #expect(samples.isFinite)
    #expect((posterior.mean - targets).entries.allSatisfy { abs($0) < 4 })
  }

  @Test func cancellation() throws {
    let (x, y) = data(40)
    var model = ExactGP(kernel: StationaryKernel())
    let stopped = RunContext(seed: 1)
    stopped.cancellation.request()
    let failure = #expect(throws: Failure.self) { try model.fit(x, y, in: stopped) }
    #expect(failure?.kind == .cancelled)
    #expect(model.outputCount == 0)
  }
}

struct BoundedLBFGSTests {
  @Test func findsTheMinimumAtABound() {
    // (x - 2)^2 + 100 (y - x^2)^2 with x <= 1: the minimum of Rosenbrock's kind is at (1, 1).
    let search = BoundedLBFGS(bounds: [-3...1, -3...3], iterations: 200)
    let result = search.minimize(from: [-1.5, 2]) { p in
      let (a, b) = (p[0] - 2, p[1] - p[0] * p[0])
      return (a * a + 100 * b * b, [2 * a - 400 * b * p[0], 200 * b])
    }
    #expect(abs(result.point[0] - 1) < 1e-3 && abs(result.point[1] - 1) < 1e-3)
  }

  @Test func infiniteValuesAreTooFar() {
    let search = BoundedLBFGS(bounds: [-10...10], iterations: 50)
    let result = search.minimize(from: [2]) { p in
      p[0] > 0.5 ? (p[0] - log(p[0]), [1 - 1 / p[0]]) : (.infinity, [0])
    }
    #expect(abs(result.point[0] - 1) < 1e-3)
    let hopeless = search.minimize(from: [2]) { _ in (.infinity, [0]) }
    #expect(hopeless.value == .infinity && hopeless.evaluations == 1)
  }
}
