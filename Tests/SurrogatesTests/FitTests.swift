import Core
import Engine
import Neural
import Surrogates
import Synchronization
import Testing

/// Serialized, since some tests change the number of workers.
@Suite(.serialized)
struct FitTests {
  let context = RunContext(seed: 5)

  @Test(arguments: VariationalLoss.allCases)
  func learnsASmoothFunction(kind: VariationalLoss) throws {
    let (data, unseen) = (SmoothData(200), SmoothData(200, noise: 0, seed: 2))
    var configuration = DeepKernelGP.Configuration.small
    configuration.epochs = 60
    configuration.loss = kind
    var model = try DeepKernelGP(configuration)
    let report = try model.fit(data.x, data.y, in: context)
    #expect(report.losses.count == 60)
    #expect(report.steps == 60 * 7)
    #expect(report.losses.last! < report.losses.first! - 0.5)
    let posterior = try model.posterior(at: unseen.x, in: context)
    #expect(correlation(posterior.mean, unseen.y) > 0.9)
    // In the units of the targets: mean 100, spread 18.
    #expect(abs(posterior.mean.mean - 100) < 5)
    // Intervals of 90% hold roughly that share of the unseen values.
    let spread = posterior.variance(observationNoise: true)
    let inside = (0..<200).count {
      abs(posterior.mean[$0] - unseen.y[$0]) < 1.645 * spread[$0].squareRoot()
    }
    #expect((140...200).contains(inside))
  }

  @Test func refitLowersTheLossAndStops() throws {
    let data = SmoothData(120)
    var configuration = DeepKernelGP.Configuration.small
    configuration.epochs = 5
    var model = try DeepKernelGP(configuration)
    let first = try model.fit(data.x, data.y, in: context)
    let second = try model.refit(data.x, data.y, in: context.scoped("refit", 1))
    #expect(second.losses.last! < first.losses.last! - 0.05)
    #expect(second.losses.count <= 20)
    configuration.tolerance = 1e9
    var impatient = try DeepKernelGP(configuration)
    try impatient.fit(data.x, data.y, in: context)
    let report = try impatient.refit(data.x, data.y, in: context)
    // The first epoch is always a record; then the patience of two runs out.
    #expect(report.losses.count == 3)
    #expect(report.stoppedEarly)
  }

  @Test func growingKeepsThePredictions() throws {
    var configuration = DeepKernelGP.Configuration.small
    configuration.inducingPoints = 70
    configuration.refitEpochs = 0
    var model = try DeepKernelGP(configuration)
    let (data, more) = (SmoothData(30), SmoothData(60, seed: 3))
    try model.fit(data.x, data.y, in: context)
    let before = try model.posterior(at: more.x, in: context)
    let report = try model.refit(more.x, more.y, in: context)
    let after = try model.posterior(at: more.x, in: context)
    #expect(report.addedInducingPoints > 3)
    #expect(model.heads[0].inducingCount == 30 + report.addedInducingPoints)
    #expect(model.heads[0].inducingCount <= 70)
    #expect(Fixture.relativeError(after.mean, before.mean) < 1e-8)
    #expect(
      Fixture.relativeError(
        after.covariance(observationNoise: false), before.covariance(observationNoise: false))
        < 1e-6)
    // Adam goes on with the grown parameters.
    configuration.refitEpochs = 2
    var trained = try DeepKernelGP(configuration)
    try trained.fit(data.x, data.y, in: context)
    let grown = try trained.refit(more.x, more.y, in: context)
    #expect(grown.losses.count == 2)
  }

  @Test func rescalingKeepsThePredictions() throws {
    let data = SmoothData(60)
    var model = try DeepKernelGP(.small)
    try model.fit(data.x, data.y, in: context)
    let before = try model.posterior(at: data.x, in: context)
    try model.rescale(to: data.y.affine(2, 40), in: context)
    let after = try model.posterior(at: data.x, in: context)
    // Up to the jitter, which is not part of the scale.
    #expect(Fixture.relativeError(after.mean, before.mean) < 1e-3)
    #expect(abs(after.noiseVariance / before.noiseVariance - 1) < 1e-9)
    #expect(
      Fixture.relativeError(
        after.variance(observationNoise: false), before.variance(observationNoise: false)) < 1e-2)
    #expect(model.scalers[0] == TargetScaler(of: data.y.affine(2, 40).entries))
  }

  @Test func severalOutputsShareTheFeatures() throws {
    let (a, b) = (SmoothData(100), SmoothData(100, seed: 1))
    let second = Tensor<Double>([100], (0..<100).map { -3 * b.x[$0, 1] })
    let both = Tensor<Double>([100, 2], (0..<100).flatMap { [a.y[$0], second[$0]] })
    var configuration = DeepKernelGP.Configuration.small
    configuration.epochs = 60
    var model = try DeepKernelGP(configuration)
    try model.fit(a.x, both, in: context)
    #expect(model.outputCount == 2)
    #expect(correlation(try model.posterior(at: a.x, output: 0, in: context).mean, a.y) > 0.9)
    #expect(correlation(try model.posterior(at: a.x, output: 1, in: context).mean, second) > 0.9)
    #expect(throws: Failure.self) { try model.posterior(at: a.x, output: 2, in: context) }
  }

  @Test func floatAndDoubleInputsAgree() throws {
    let data = SmoothData(50)
    let single: Tensor<Float> = data.x.converted()
    var (a, b) = (try DeepKernelGP(.small), try DeepKernelGP(.small))
    try a.fit(single, data.y, in: context)
    try b.fit(single.converted(to: Double.self), data.y, in: context)
    let (p, q) = (
      try a.posterior(at: single, in: context),
      try b.posterior(at: single.converted(to: Double.self), in: context)
    )
    #expect(p.mean == q.mean)
  }

  @Test func bitsDoNotDependOnWorkers() throws {
    let before = Parallel.workers
    defer { Parallel.workers = before }
    let data = SmoothData(300)
    var configuration = DeepKernelGP.Configuration.small
    configuration.inducingPoints = 200
    configuration.hidden = [64, 16]
    configuration.epochs = 2
    var results: [[Tensor<Double>]] = []
    for workers in [1, 4] {
      Parallel.workers = workers
      var model = try DeepKernelGP(configuration)
      try model.fit(data.x, data.y, in: context)
      var random = RandomStream(seed: 2)
      let samples = try model.posteriorSamples(
        SmoothData(400, seed: 4).x, count: 5, observationNoise: true, using: &random, in: context)
      results.append(model.parameters.map(\.value) + [samples])
    }
    #expect(results[0] == results[1])
  }

  @Test func snapshotsGoOnBitForBit() throws {
    let data = SmoothData(80)
    var model = try DeepKernelGP(.small)
    try model.fit(data.x, data.y, in: context)
    var file = SafeTensors()
    try model.snapshot.write(to: &file)
    let read = try SafeTensors(parsing: file.data, name: "snapshot")
    var restored = try DeepKernelGP(
      .small, restoring: DeepKernelGP.Snapshot(from: read), from: "snapshot", in: context)
    let more = SmoothData(90, seed: 6)
    try model.refit(more.x, more.y, in: context.scoped("refit"))
    try restored.refit(more.x, more.y, in: context.scoped("refit"))
    #expect(model.parameters.map(\.value) == restored.parameters.map(\.value))
    #expect(model.scalers == restored.scalers)
    let (p, q) = (
      try model.posterior(at: data.x, in: context), try restored.posterior(at: data.x, in: context)
    )
    #expect(p.mean == q.mean)
  }

  @Test func snapshotsOfOtherModelsAreRefused() throws {
    let data = SmoothData(20)
    var model = try DeepKernelGP(.small)
    try model.fit(data.x, data.y, in: context)
    var other = DeepKernelGP.Configuration.small
    other.hidden = [9, 6]
    let failure = #expect(throws: Failure.self) {
      try DeepKernelGP(other, restoring: model.snapshot, from: "old.safetensors", in: context)
    }
    #expect(failure?.kind == .badData)
    #expect(failure?.message.contains("old.safetensors") == true)
    var broken = model.snapshot
    broken.tensors["scalers"] = nil
    #expect(throws: Failure.self) {
      try DeepKernelGP(.small, restoring: broken, from: "x", in: context)
    }
  }

  @Test func cancellationKeepsWhatIsTrained() throws {
    let data = SmoothData(60)
    let cancellation = Cancellation()
    let context = RunContext(random: RandomStream(seed: 1), cancellation: cancellation) { event in
      if case .progress(let progress) = event, progress.done == 3 { cancellation.request() }
    }
    var model = try DeepKernelGP(.small)
    let failure = #expect(throws: Failure.self) { try model.fit(data.x, data.y, in: context) }
    #expect(failure?.kind == .cancelled)
    cancellation.reset()
    let posterior = try model.posterior(at: data.x, in: context)
    #expect(posterior.mean.isFinite)
  }
}
