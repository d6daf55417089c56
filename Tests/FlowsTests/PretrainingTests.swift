import Core
import Engine
import Flows
import Foundation
import Neural
import Synchronization
import Testing

@Suite struct PretrainingTests {
  private let data = TokenSequences(randomBatch(300, length: 7, vocabulary: 9), vocabulary: 9)

  private func flow(_ embedding: SeqFlowConfiguration.Embedding = .fixed) throws -> SeqFlow<Float> {
    try SeqFlow<Float>(tinyConfiguration(embedding), random: RandomStream(seed: 1))
  }

  private var settings: Pretraining.Settings {
    var settings = Pretraining.Settings()
    settings.epochs = 3
    settings.batchSize = 32
    settings.drawn = 20
    settings.schedule = .cosine
    settings.patience = 2
    return settings
  }

  private let judge = Pretraining.Judge(identify: { "\($0)" }, isKnown: { $0.count % 2 == 0 })

  private func weights(_ flow: SeqFlow<Float>) throws -> Data { try flow.safeTensors().data }

  @Test(arguments: [false, true])
  func anyCheckpointContinuesBitForBit(buckets: Bool) throws {
    var settings = settings
    settings.buckets = buckets
    let files = Mutex<[Data]>([])
    let checkpoints = Pretraining.Checkpointing(steps: 4) { checkpoint in
      let file = try checkpoint.safeTensors().data
      files.withLock { $0.append(file) }
    }
    var whole = try flow()
    var pretraining = Pretraining()
    let reports = try pretraining.run(
      &whole, on: data, settings, checkpoints: checkpoints, context: RunContext(seed: 3),
      judge: judge)
    let stored = files.withLock { $0 }
    // 285 of 300 sequences in 9 batches: two within each of 3 epochs, and one after each.
    #expect(stored.count >= 9)
    for file in stored {
      let checkpoint = try Pretraining.Checkpoint(SafeTensors(parsing: file, name: "memory"))
      #expect(checkpoint.belongs(to: try flow(), data))
      var resumed = checkpoint.flow
      var rest = checkpoint.pretraining
      if !checkpoint.isFinished {
        // Another seed: the stored run's random numbers count.
        _ = try rest.run(
          &resumed, on: data, settings, resuming: true, context: RunContext(seed: 99),
          judge: judge)
      }
      #expect(try weights(resumed) == weights(whole))
      #expect(rest.reports.map(\.heldOutLoss) == reports.map(\.heldOutLoss))
      #expect(rest.reports.map(\.novelShare) == reports.map(\.novelShare))
      #expect(rest.reports.map(\.training.loss) == reports.map(\.training.loss))
    }
    #expect(reports.map(\.training.sequences) == [285, 285, 285])
  }

  @Test func stoppingKeepsTheFlowAndACheckpoint() throws {
    let cancellation = Cancellation()
    let context = RunContext(random: RandomStream(seed: 3), cancellation: cancellation) { event in
      if case .progress(let progress) = event, progress.done == 5 { cancellation.request() }
    }
    let last = Mutex<Data?>(nil)
    var stopped = try flow()
    var pretraining = Pretraining()
    let failure = #expect(throws: Failure.self) {
      try pretraining.run(
        &stopped, on: data, settings,
        checkpoints: .init { checkpoint in
          let file = try checkpoint.safeTensors().data
          last.withLock { $0 = file }
        }, context: context, judge: judge)
    }
    #expect(failure?.kind == .cancelled)
    #expect(try weights(stopped) != weights(flow()))
    let file = try #require(last.withLock { $0 })
    let checkpoint = try Pretraining.Checkpoint(SafeTensors(parsing: file, name: "memory"))
    #expect(checkpoint.done == (0, 5))
    #expect(try weights(checkpoint.flow) == weights(stopped))
    #expect(checkpoint.belongs(to: stopped, data))
  }

  @Test func otherTrainingsAreTold() throws {
    let last = Mutex<Data?>(nil)
    var trained = try flow()
    var pretraining = Pretraining()
    var plain = Pretraining.Settings()
    (plain.epochs, plain.drawn) = (1, 5)
    _ = try pretraining.run(
      &trained, on: data, plain,
      checkpoints: .init { checkpoint in
        let file = try checkpoint.safeTensors().data
        last.withLock { $0 = file }
      }, context: RunContext(seed: 3), judge: judge)
    let file = try #require(last.withLock { $0 })
    let checkpoint = try Pretraining.Checkpoint(SafeTensors(parsing: file, name: "memory"))
    #expect(checkpoint.isFinished)
    let other = TokenSequences(randomBatch(300, length: 7, vocabulary: 9, seed: 5), vocabulary: 9)
    #expect(!checkpoint.belongs(to: trained, other))
    let another = try SeqFlow<Float>(tinyConfiguration(), random: RandomStream(seed: 2))
    #expect(!checkpoint.belongs(to: another, data))
    var changed = plain
    changed.rate = 0.01
    #expect(checkpoint.continued(changed) == nil)
    // More epochs of a constant rate are the same training, longer.
    changed = plain
    changed.epochs = 2
    let longer = try #require(checkpoint.continued(changed))
    #expect(!longer.isFinished)
    var (resumed, rest) = (longer.flow, longer.pretraining)
    _ = try rest.run(
      &resumed, on: data, changed, resuming: true, context: RunContext(seed: 99), judge: judge)
    var (whole, once) = (try flow(), Pretraining())
    _ = try once.run(&whole, on: data, changed, context: RunContext(seed: 3), judge: judge)
    #expect(try weights(resumed) == weights(whole))
    #expect(throws: Failure.self) {
      try Pretraining.Checkpoint(trained.safeTensors())
    }
  }

  @Test func patienceGoesBackToTheBestEpoch() throws {
    var settings = Pretraining.Settings()
    (settings.epochs, settings.patience, settings.batchSize, settings.drawn) = (40, 1, 8, 1)
    // A rate far too large, so that the held-out likelihood soon falls.
    settings.rate = 0.05
    var flow = try flow()
    var pretraining = Pretraining()
    let reports = try pretraining.run(
      &flow, on: data, settings, context: RunContext(seed: 3), judge: judge)
    #expect(reports.count < 40)
    let best = try #require(reports.map(\.heldOutLoss).min())
    #expect(reports.dropLast().last?.heldOutLoss == best)
    #expect(reports.last?.heldOutLoss ?? 0 > best)
    // The flow kept gives the best epoch's held-out loss again.
    var stream = RandomStream(seed: 300).stream("held out")
    let heldOut = stream.permutation(300).suffix(15).sorted()
    #expect(-(try flow.logLikelihood(data.batch(heldOut)).mean) == best)
  }

  @Test(arguments: [SeqFlowConfiguration.Embedding.fixed, .learned])
  func leavingOutPaddingChangesNothingBefore(embedding: SeqFlowConfiguration.Embedding) throws {
    let flow = try SeqFlow<Double>(tinyConfiguration(embedding), random: RandomStream(seed: 4))
    let sequences = TokenSequences(
      TokenBatch(count: 2, length: 7, tokens: [3, 4, 1, 1, 1, 1, 1, 5, 1, 1, 1, 1, 1, 1]),
      vocabulary: 9)
    let (whole, part) = (sequences.batch([0, 1]), sequences.batch([0, 1], columns: 3))
    func loss(_ batch: TokenBatch, _ window: TrainingWindow?) -> (Double, Gradients<Double>) {
      // Noise of the first three positions only, so that both batches have the same.
      var draws = flow.draws(
        for: whole, firstRow: 0, directions: flow.directions, random: RandomStream(seed: 2))
      draws.noise = draws.noise.rows(0..<batch.length * 2)
      draws.negatives = (0..<2).flatMap { b in draws.negatives[b * 7..<b * 7 + batch.length] }
      let tape = Tape<Double>()
      let parts = flow.recordedLoss(
        tape, batch, draws: draws, directions: flow.directions, dropoutKey: nil, window: window)
      let sum =
        parts.similarity.map { parts.negativeLogLikelihood + $0 } ?? parts.negativeLogLikelihood
      return (sum.value.item, tape.gradients(of: sum))
    }
    // The head alone, and all positions with a tail that counts nothing, are the same.
    let short = loss(part, TrainingWindow(length: 7, head: 3, tailWeight: 4))
    let muted = loss(whole, TrainingWindow(length: 7, head: 3, tailWeight: 0))
    #expect(abs(short.0 - muted.0) < 1e-9)
    // A quarter of the whole with a fourfold tail and three quarters of the head: the full loss.
    let heavy = loss(whole, TrainingWindow(length: 7, head: 3, tailWeight: 4))
    let full = loss(whole, nil)
    #expect(abs(0.25 * heavy.0 + 0.75 * short.0 - full.0) < 1e-9)
    var copy = flow
    var compared = 0
    copy.forEachParameter { path, parameter in
      guard parameter.isTrained, let a = short.1[parameter], let b = muted.1[parameter],
        let h = heavy.1[parameter], let f = full.1[parameter]
      else { return }
      compared += 1
      #expect(a.entries.elementsEqual(b.entries) { abs($0 - $1) < 1e-9 }, "\(path)")
      let mixed = zip(h.entries, a.entries).map { 0.25 * $0 + 0.75 * $1 }
      #expect(mixed.elementsEqual(f.entries) { abs($0 - $1) < 1e-9 }, "\(path)")
    }
    #expect(compared > 10)
  }

  @Test func theRateRisesAndFalls() throws {
    var settings = Pretraining.Settings()
    (settings.epochs, settings.drawn, settings.batchSize) = (2, 1, 32)
    (settings.schedule, settings.warmup) = (.cosine, 3)
    var flow = try flow()
    var pretraining = Pretraining()
    let reports = try pretraining.run(
      &flow, on: data, settings, context: RunContext(seed: 3), judge: judge)
    // 18 steps, 3 of them rising: the last of an epoch are steps 8 and 17.
    func expected(_ step: Double) -> Double {
      1e-3 * (0.01 + 0.99 * 0.5 * (1 + cos(Double.pi * (step - 3) / 15)))
    }
    #expect(abs(reports[0].rate - expected(8)) < 1e-12)
    #expect(abs(reports[1].rate - expected(17)) < 1e-12)
  }
}
