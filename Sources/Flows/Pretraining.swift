import Core
import Engine
import Foundation

/// Pretraining of a flow: epochs over a training set, with what matters watched on held-out
/// sequences after each, and checkpoints from which a run goes on bit for bit.
public struct Pretraining: Sendable {
  /// What is measured after an epoch.
  public struct EpochReport: Sendable, Equatable, Codable {
    /// Counted from 1 over all calls for this flow.
    public var epoch: Int
    /// What training measured, as means over the epoch.
    public var training: FlowTrainer.Epoch
    /// -log p at e_x per position on held-out sequences.
    public var heldOutLoss: Double
    /// Share of held-out sequences with decode(encode(x)) = x, and how many there were.
    public var exact: Double
    /// Held-out sequences looked at.
    public var heldOutCount: Int
    /// Smallest angle between two embeddings, degrees.
    public var smallestAngle: Double
    /// Share of the sequences drawn from the flow that are valid.
    public var validShare: Double
    /// Share of the valid drawn sequences that are distinct.
    public var uniqueShare: Double
    /// Share of the distinct ones that the training data do not hold; NaN where that is not known.
    public var novelShare: Double
    /// Adam's rate at the epoch's last step.
    public var rate: Double
  }

  /// When and where a run's state is stored.
  public struct Checkpointing: Sendable {
    /// Seconds of training between two checkpoints; nil for none by time.
    public var seconds: Double?
    /// Steps between two checkpoints; nil for none by steps.
    public var steps: Int?
    /// Stores a checkpoint; called after the times above, after each epoch, and on Ctrl-C.
    public var write: @Sendable (Checkpoint) throws -> Void

    /// Checkpoints after each epoch and on Ctrl-C, and between as asked for.
    public init(
      seconds: Double? = nil, steps: Int? = nil,
      write: @escaping @Sendable (Checkpoint) throws -> Void
    ) {
      self.seconds = seconds
      self.steps = steps
      self.write = write
    }
  }

  /// How drawn sequences are judged.
  public struct Judge: Sendable {
    /// A text for a drawn sequence, equal for equal things; nil if it is not valid.
    public var identify: @Sendable (ArraySlice<Int32>) -> String?
    /// Whether the training data hold what has this text; nil where that is not asked.
    public var isKnown: (@Sendable (String) -> Bool)?

    /// A judge by these rules.
    public init(
      identify: @escaping @Sendable (ArraySlice<Int32>) -> String?,
      isKnown: (@Sendable (String) -> Bool)? = nil
    ) {
      self.identify = identify
      self.isKnown = isKnown
    }
  }

  /// Most sequences held out of training; at most a twentieth of the data.
  static let mostHeldOut = 500

  /// The optimizer and its state.
  public internal(set) var trainer: FlowTrainer
  /// Reports of all epochs so far.
  public internal(set) var reports: [EpochReport] = []
  /// Where an unfinished run stands; nil before the first and after a finished one.
  var position: Position?

  /// A pretraining that has not begun.
  public init() { trainer = FlowTrainer(rate: 1e-3, batchSize: 128) }

  /// Trains to the end of the run; what was trained stays in `flow` however it ends.
  ///
  /// - Parameters:
  ///   - resuming: goes on with the run this was restored in the midst of, whose settings and
  ///     random numbers stand; else a new run begins.
  ///   - judge: tells valid, equal and known sequences.
  /// - Returns: the reports of the epochs done now.
  /// - Throws: `.cancelled`; `.numerical` if embeddings are about to collapse (what was trained is
  ///   kept) or the loss breaks down; `.badArgument` for data the flow does not take.
  public mutating func run(
    _ flow: inout SeqFlow<Float>, on data: TokenSequences, _ settings: Settings,
    resuming: Bool = false, checkpoints: Checkpointing? = nil, context: RunContext, judge: Judge
  ) throws -> [EpochReport] {
    try flow.check(data)
    let (training, heldOut) = try Self.split(data)
    let size = settings.batchSize
    let perEpoch = (training.count + size - 1) / size
    var place: Position
    if resuming, let position {
      place = position
    } else {
      place = Position(
        settings: settings, random: context.random, data: data.fingerprint,
        start: flow.fingerprint, firstStep: trainer.steps)
    }
    let root = RunContext(
      random: place.random, cancellation: context.cancellation, events: context.report)
    let before = reports.count
    trainer.batchSize = size
    var clock = Clock(checkpoints)
    defer { position = place.isFinished ? nil : place }
    while !place.isFinished {
      let number = reports.count + 1
      let scope = root.scoped("pretrain", number)
      let plan = EpochPlan(
        data, rows: training, batchSize: size, buckets: settings.buckets, context: scope)
      let report: EpochReport
      do {
        try epoch(&flow, data, plan, &place, total: perEpoch * settings.epochs, &clock, scope)
        var statistics = place.sums
        statistics.average()
        report = try measure(
          flow, number, statistics, data.batch(heldOut), settings.drawn, scope, judge)
      } catch let failure as Failure where failure.kind == .cancelled {
        try checkpoints?.write(Checkpoint(flow: flow, pretraining: self, position: place))
        throw failure
      }
      reports.append(report)
      place.endEpoch(report, flow)
      if place.isFinished { Self.keepBest(&flow, place, scope) }
      try checkpoints?.write(Checkpoint(flow: flow, pretraining: self, position: place))
      scope.report(.finished(task: "pretrain epoch \(number)", summary: Self.line(report)))
      try watchCollapse(flow, report, stops: settings.stopsAtCollapse, scope)
    }
    return Array(reports[before...])
  }

  /// The rest of an epoch, from the position's batch on.
  private mutating func epoch(
    _ flow: inout SeqFlow<Float>, _ data: TokenSequences, _ plan: EpochPlan,
    _ place: inout Position, total: Int, _ clock: inout Clock, _ scope: RunContext
  ) throws {
    let number = reports.count + 1
    while place.batch < plan.batches.count {
      try scope.checkCancellation(
        "training stopped in epoch \(number), after \(place.sums.sequences) sequences")
      let started = ContinuousClock.now
      let batch = plan.batches[place.batch]
      trainer.rate = place.settings.rate(at: trainer.steps - place.firstStep, of: total)
      let sums = try trainer.step(
        &flow, on: data.batch(plan.order[batch.places]), head: batch.head,
        random: scope.stream("step", batch.places.lowerBound))
      place.batch += 1
      place.sums.loss += sums.loss
      place.sums.negativeLogLikelihoodPerToken += sums.negativeLogLikelihood
      place.sums.tokens += batch.places.count * data.length
      place.sums.sequences += batch.places.count
      place.sums.seconds += (ContinuousClock.now - started) / .seconds(1)
      var shown = place.sums
      shown.average()
      scope.report(
        .progress(
          Progress(
            "pretrain epoch \(number)", done: place.batch, total: plan.batches.count,
            rate: Self.rate(shown.tokensPerSecond),
            note: String(format: "-log p %.2f a token", shown.negativeLogLikelihoodPerToken))))
      if clock.isDue(), let checkpoints = clock.checkpoints {
        try checkpoints.write(Checkpoint(flow: flow, pretraining: self, position: place))
      }
    }
  }

  /// The last twentieth of a fixed shuffle is held out.
  private static func split(_ data: TokenSequences) throws(Failure)
    -> (training: [Int], heldOut: [Int])
  {
    guard data.count > 0 else {
      throw Failure(.badData, "there are no sequences to pretrain on")
    }
    var stream = RandomStream(seed: UInt64(data.count)).stream("held out")
    let order = stream.permutation(data.count)
    let held = min(mostHeldOut, data.count / 20)
    guard held > 0 else {
      return (Array(0..<data.count), Array(0..<min(data.count, mostHeldOut)))
    }
    return (order.dropLast(held).sorted(), order.suffix(held).sorted())
  }

  /// With patience the flow goes back to the epoch that was best on held-out sequences.
  private static func keepBest(
    _ flow: inout SeqFlow<Float>, _ place: Position, _ context: RunContext
  ) {
    guard let best = place.best, best.epoch < place.lastEpoch else { return }
    flow = best.flow
    context.report(
      .notice(
        String(
          format: "kept the flow of epoch %d, the best on held-out sequences (-log p %.3f a token)",
          best.epoch, best.loss)))
  }
}

/// When the next checkpoint is due.
private struct Clock {
  let checkpoints: Pretraining.Checkpointing?
  private var last = ContinuousClock.now
  private var steps = 0

  init(_ checkpoints: Pretraining.Checkpointing?) { self.checkpoints = checkpoints }

  mutating func isDue() -> Bool {
    guard let checkpoints else { return false }
    steps += 1
    let passed = (ContinuousClock.now - last) / .seconds(1)
    let due =
      checkpoints.steps.map { steps >= $0 } ?? false
      || checkpoints.seconds.map { passed >= $0 } ?? false
    if due {
      steps = 0
      last = ContinuousClock.now
    }
    return due
  }
}
