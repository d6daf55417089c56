import Core
import Engine
import Foundation
import Neural

extension Pretraining {
  /// Where a run stands: with the flow and the optimizer, all that its next step depends on.
  struct Position: Sendable {
    /// The flow of the epoch with the best held-out likelihood, kept where there is patience.
    struct Best: Sendable {
      var epoch: Int
      var loss: Double
      var flow: SeqFlow<Float>
    }

    var settings: Settings
    /// The run's random numbers; an epoch's are derived from them by its number.
    var random: RandomStream
    /// Fingerprints of the data, and of the flow as the run began.
    var data: UInt64
    var start: UInt64
    /// The trainer's steps as the run began.
    var firstStep: Int
    /// Epochs of this run that are done.
    var epochs = 0
    /// The next batch of the epoch under way, and the sums over those before it.
    var batch = 0
    var sums = FlowTrainer.Epoch()
    var best: Best?
    /// The number of the last epoch done, over all runs.
    var lastEpoch = 0
    var isFinished = false

    init(settings: Settings, random: RandomStream, data: UInt64, start: UInt64, firstStep: Int) {
      self.settings = settings
      self.random = random
      self.data = data
      self.start = start
      self.firstStep = firstStep
    }

    mutating func endEpoch(_ report: EpochReport, _ flow: SeqFlow<Float>) {
      epochs += 1
      batch = 0
      sums = FlowTrainer.Epoch()
      lastEpoch = report.epoch
      var waited = false
      if let patience = settings.patience {
        // A loss that is not a number never counts as better.
        if report.heldOutLoss < (best?.loss ?? .infinity) {
          best = Best(epoch: report.epoch, loss: report.heldOutLoss, flow: flow)
        }
        waited = report.epoch - (best?.epoch ?? 0) >= patience
      }
      isFinished = epochs >= settings.epochs || waited
    }
  }

  /// A run's state as a file holds it: a flow file with the optimizer's moments and the position in
  /// the epoch beside the weights, so that any checkpoint also loads as a flow.
  public struct Checkpoint: Sendable {
    /// The flow as trained so far.
    public let flow: SeqFlow<Float>
    /// The optimizer and the reports so far; `run` with `resuming` goes on from here.
    public let pretraining: Pretraining
    let position: Position

    init(flow: SeqFlow<Float>, pretraining: Pretraining, position: Position) {
      self.flow = flow
      var pretraining = pretraining
      pretraining.position = position.isFinished ? nil : position
      self.pretraining = pretraining
      self.position = position
    }

    /// Whether nothing of the run is left to do.
    public var isFinished: Bool { position.isFinished }
    /// The settings of the run.
    public var settings: Settings { position.settings }
    /// Epochs of the run that are done, and the batches of the next one.
    public var done: (epochs: Int, batches: Int) { (position.epochs, position.batch) }

    /// The run with these settings, if it is the one stored: equal settings, or with a constant rate
    /// and no patience another number of epochs, which changes nothing of those that are done.
    public func continued(_ settings: Settings) -> Checkpoint? {
      if settings == self.settings { return self }
      var same = settings
      same.epochs = self.settings.epochs
      guard same == self.settings, settings.schedule == .constant, settings.patience == nil,
        settings.epochs >= position.epochs
      else { return nil }
      var longer = position
      longer.settings = settings
      longer.isFinished = position.epochs >= settings.epochs
      return Checkpoint(flow: flow, pretraining: pretraining, position: longer)
    }

    /// Whether a run on these data from this flow is the one stored: the flow is the one the run
    /// began with, or the one it had come to.
    public func belongs(to flow: SeqFlow<Float>, _ data: TokenSequences) -> Bool {
      guard position.data == data.fingerprint,
        flow.configuration == self.flow.configuration
      else { return false }
      let given = flow.fingerprint
      return given == position.start || given == self.flow.fingerprint
    }
  }
}

extension Pretraining {
  private static let reportsKey = "epochs"

  /// What a file of the flow alone says of its training: the reports, none before the first epoch.
  /// Their wall times are left out, so that equal flows are equal files.
  public func metadata() throws -> [String: String] {
    if reports.isEmpty { return [:] }
    let timeless = reports.map { report in
      var report = report
      report.training.seconds = .nan
      return report
    }
    return [Self.reportsKey: try StableJSON.text(timeless)]
  }

  /// What a file says of its flow's training: all of it in a checkpoint, the reports in a file of the
  /// flow alone, where the optimizer begins anew.
  /// - Throws: `.badFile` if it cannot be read.
  public init(_ file: SafeTensors) throws {
    if Checkpoint.isIn(file) {
      self = try Checkpoint(file).pretraining
      return
    }
    self.init()
    guard let text = file.metadata[Self.reportsKey] else { return }
    guard let reports: [EpochReport] = try? StableJSON.value(text) else {
      throw Failure(
        .badFile, "\(file.source) says of its training what cannot be read",
        advice: "save the flow again")
    }
    self.reports = reports
  }
}

/// The parts of a checkpoint that are no tensors.
private struct StoredRun: Codable {
  var version = 1
  var settings: Pretraining.Settings
  var key: UInt64
  var position: UInt64
  var data: UInt64
  var start: UInt64
  var firstStep: Int
  var epochs: Int
  var batch: Int
  var sums: FlowTrainer.Epoch
  var lastEpoch: Int
  var isFinished: Bool
  var bestEpoch: Int?
  var bestLoss: Double?
  var trainerSteps: Int
  var rate: Double
  var adamSteps: [String: Int]
  var reports: [Pretraining.EpochReport]
}

extension Pretraining.Checkpoint {
  private static let key = "pretraining"

  /// Whether a file holds more than a flow.
  public static func isIn(_ file: SafeTensors) -> Bool { file.metadata[key] != nil }

  /// The checkpoint as a file, with further entries of the caller's (the vocabulary).
  public func safeTensors(metadata: [String: String] = [:]) throws -> SafeTensors {
    var file = try flow.safeTensors(metadata: metadata)
    let optimizer = pretraining.trainer.optimizer.state
    for (path, value) in optimizer.tensors { file.set("adam.\(path)", value) }
    if let best = position.best { file.set("best", parametersOf: best.flow) }
    let run = StoredRun(
      settings: position.settings, key: position.random.key, position: position.random.position,
      data: position.data, start: position.start, firstStep: position.firstStep,
      epochs: position.epochs, batch: position.batch, sums: position.sums,
      lastEpoch: position.lastEpoch, isFinished: position.isFinished,
      bestEpoch: position.best?.epoch, bestLoss: position.best?.loss,
      trainerSteps: pretraining.trainer.steps, rate: pretraining.trainer.rate,
      adamSteps: optimizer.steps, reports: pretraining.reports)
    file.metadata[Self.key] = try StableJSON.text(run)
    return file
  }

  /// The checkpoint of a file that `safeTensors` wrote.
  /// - Throws: `.badFile` if it holds something else, or parts that do not fit together.
  public init(_ file: SafeTensors) throws {
    guard let text = file.metadata[Self.key],
      let run: StoredRun = try? StableJSON.value(text), run.version == 1
    else {
      throw Failure(
        .badFile, "\(file.source) does not hold a checkpoint of a pretraining",
        advice: "name a file that `pretrain` wrote, or another one to begin anew")
    }
    let flow = try SeqFlow<Float>(file)
    var pretraining = Pretraining()
    var optimizer = pretraining.trainer.optimizer
    try optimizer.restore(
      .init(tensors: file.tensors(under: "adam"), steps: run.adamSteps), for: flow,
      from: file.source)
    optimizer.rate = run.rate
    pretraining.trainer = FlowTrainer(
      optimizer: optimizer, batchSize: run.settings.batchSize, steps: run.trainerSteps)
    pretraining.reports = run.reports
    var position = Pretraining.Position(
      settings: run.settings, random: RandomStream(key: run.key, position: run.position),
      data: run.data, start: run.start, firstStep: run.firstStep)
    (position.epochs, position.batch, position.sums) = (run.epochs, run.batch, run.sums)
    (position.lastEpoch, position.isFinished) = (run.lastEpoch, run.isFinished)
    if let epoch = run.bestEpoch, let loss = run.bestLoss {
      var best = flow
      try best.load(file.tensors(under: "best"), from: file.source)
      position.best = .init(epoch: epoch, loss: loss, flow: best)
    }
    self.init(flow: flow, pretraining: pretraining, position: position)
  }
}
