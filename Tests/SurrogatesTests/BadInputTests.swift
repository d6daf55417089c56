import Core
import Engine
import Surrogates
import Synchronization
import Testing

struct BadInputTests {
  let context = RunContext(seed: 6)

  func fitted(_ x: Tensor<Double>, _ y: Tensor<Double>) throws -> DeepKernelGP {
    var model = try DeepKernelGP(.small)
    try model.fit(x, y, in: context)
    try model.refit(x, y, in: context)
    return model
  }

  func kind(_ body: () throws -> Void) -> Failure.Kind? {
    do { try body() } catch { return (error as? Failure)?.kind }
    return nil
  }

  @Test func onePoint() throws {
    let model = try fitted(Tensor([1, 3], [0.1, 0.2, 0.3]), Tensor([1], [7]))
    let at = SmoothData(20, width: 3).x
    let posterior = try model.posterior(at: at, in: context)
    #expect(posterior.mean.entries.allSatisfy { abs($0 - 7) < 2 })
    var random = RandomStream(seed: 1)
    #expect(try posterior.samples(8, observationNoise: true, using: &random).isFinite)
  }

  @Test func constantTargets() throws {
    let x = SmoothData(40).x
    let model = try fitted(x, Tensor([40], repeating: 1e9))
    let posterior = try model.posterior(at: x, in: context)
    #expect(posterior.mean.entries.allSatisfy { abs($0 - 1e9) < 1 })
    #expect(posterior.variance(observationNoise: false).isFinite)
  }

  @Test func duplicatedPoints() throws {
    let data = SmoothData(10)
    let x = Tensor.concatenated([Tensor<Double>](repeating: data.x, count: 5))
    let y = Tensor.concatenated([Tensor<Double>](repeating: data.y, count: 5))
    var model = try DeepKernelGP(.small)
    try model.fit(x, y, in: context)
    #expect(model.heads[0].inducingCount == 10)
    // Inducing points move; still each different point is added at most once.
    let report = try model.refit(x, y, in: context)
    #expect(report.addedInducingPoints <= 10)
    var random = RandomStream(seed: 1)
    let samples = try model.posteriorSamples(x, count: 50, using: &random, in: context)
    #expect(samples.isFinite)
    // Equal points have equal values, but for the jitter.
    for s in 0..<50 { #expect(abs(samples[s, 0] - samples[s, 10]) < 0.2) }
  }

  @Test func notFiniteData() throws {
    let data = SmoothData(30)
    var model = try DeepKernelGP(.small)
    try model.fit(data.x, data.y, in: context)
    let before = model.parameters.map(\.value)
    var (x, y) = (data.x, data.y)
    y[3] = .nan
    y[4] = .infinity
    let failure = #expect(throws: Failure.self) { try model.refit(data.x, y, in: context) }
    #expect(failure?.kind == .badData)
    #expect(failure?.message == "2 of 30 scores are NaN or infinite")
    x[5] = .nan
    #expect(kind { try model.fit(x, data.y, in: context) } == .badData)
    #expect(kind { _ = try model.posterior(at: x, in: context) } == .badData)
    #expect(model.parameters.map(\.value) == before)
  }

  @Test func wrongShapes() throws {
    let data = SmoothData(30)
    var model = try DeepKernelGP(.small)
    #expect(kind { _ = try model.posterior(at: data.x, in: context) } == .badArgument)
    #expect(kind { try model.refit(data.x, data.y, in: context) } == .badArgument)
    #expect(kind { try model.fit(data.x, data.y.rows(0..<29), in: context) } == .badArgument)
    #expect(
      kind { try model.fit(Tensor<Double>.zeros([0, 3]), Tensor.zeros([0]), in: context) }
        == .badData)
    try model.fit(data.x, data.y, in: context)
    #expect(
      kind { _ = try model.posterior(at: Tensor<Double>.zeros([2, 5]), in: context) }
        == .badArgument)
    #expect(
      kind { try model.refit(data.x, Tensor<Double>.zeros([30, 2]), in: context) } == .badArgument)
  }

  @Test(arguments: [1e3, 1e8, 1e30])
  func largeInputs(size: Double) throws {
    let data = SmoothData(30)
    let model = try fitted(data.x.affine(size, 0), data.y)
    let posterior = try model.posterior(at: data.x.affine(size, 0), in: context)
    #expect(posterior.mean.isFinite)
    #expect(posterior.variance(observationNoise: true).entries.allSatisfy { $0 > 0 })
  }

  @Test func inputsBeyondArithmetic() throws {
    let data = SmoothData(30)
    var model = try DeepKernelGP(.small)
    #expect(kind { try model.fit(data.x.affine(1e307, 0), data.y, in: context) } == .numerical)
    #expect(model.outputCount == 0)
  }

  @Test func largeTargets() throws {
    let data = SmoothData(40)
    let model = try fitted(data.x, data.y.affine(1e200, 0))
    #expect(try model.posterior(at: data.x, in: context).mean.isFinite)
  }

  @Test func settingsOutOfRange() {
    for change: @Sendable (inout DeepKernelGP.Configuration) -> Void in [
      { $0.hidden = [] }, { $0.hidden = [3, 0] }, { $0.inducingPoints = 0 }, { $0.batch = 0 },
      { $0.rate = .nan }, { $0.jitter = 0 }, { $0.epochs = -1 }, { $0.patience = 0 },
      { $0.maxNorm = 0 },
    ] {
      var configuration = DeepKernelGP.Configuration()
      change(&configuration)
      #expect(kind { _ = try DeepKernelGP(configuration) } == .badArgument)
    }
  }

  @Test func optionsGiveTheDefaults() throws {
    let options = try Options([:], specs: DeepKernelGP.Configuration.options)
    #expect(DeepKernelGP.Configuration(options) == DeepKernelGP.Configuration())
  }
}

struct JitterLadderTests {
  /// Eigenvalues 2 and `least`.
  func matrix(least: Double) -> Tensor<Double> {
    let (a, b) = (1 + least / 2, 1 - least / 2)
    return Tensor([2, 2], [a, b, b, a])
  }

  @Test func climbsAndSaysSo() throws {
    let told = Mutex<[Double]>([])
    let ladder = JitterLadder(base: 1e-6) { jitter, _ in told.withLock { $0.append(jitter) } }
    let fine = try ladder.factorize(matrix(least: 0), of: "a matrix")
    #expect(fine.jitter == 1e-6)
    #expect(told.withLock { $0 }.isEmpty)
    let raised = try ladder.factorize(matrix(least: -5e-5), of: "a matrix")
    #expect(abs(raised.jitter / 1e-4 - 1) < 1e-9)
    #expect(told.withLock { $0 } == [raised.jitter])
  }

  @Test func endsWithAnError() {
    let ladder = JitterLadder(base: 1e-6) { _, _ in }
    let failure = #expect(throws: Failure.self) {
      try ladder.factorize(matrix(least: -1), of: "the covariance of x")
    }
    #expect(failure?.kind == .numerical)
    #expect(failure?.message.hasPrefix("the covariance of x is not positive definite") == true)
  }

  @Test func reportsToTheRun() throws {
    let notices = Mutex<[String]>([])
    let context = RunContext(random: RandomStream(seed: 0)) { event in
      if case .notice(let text) = event { notices.withLock { $0.append(text) } }
    }
    _ = try JitterLadder(base: 1e-6, in: context).factorize(matrix(least: -5e-6), of: "a matrix")
    #expect(notices.withLock { $0.count } == 1)
  }
}
