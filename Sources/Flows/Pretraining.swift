import Core
import Engine
import Foundation

/// Pretraining of a flow: epochs over a training set, with what matters watched on held-out
/// sequences after each.
public struct Pretraining: Sendable {
  /// What is measured after an epoch.
  public struct EpochReport: Sendable, Equatable {
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
    /// Of 100 sequences drawn from the flow: the share that is valid, and unique among the valid.
    public var validShare: Double
    /// Share of the valid drawn sequences that are distinct.
    public var uniqueShare: Double
  }

  /// Most sequences held out of training; at most a twentieth of the data.
  static let mostHeldOut = 500
  static let drawn = 100

  /// The optimizer and its state.
  public private(set) var trainer: FlowTrainer
  /// Reports of all epochs so far.
  public private(set) var reports: [EpochReport] = []

  /// Sequences of a step, and Adam's rate; may change between runs.
  public var batchSize: Int {
    get { trainer.batchSize }
    set { trainer.batchSize = newValue }
  }
  /// Adam's rate; may change between runs.
  public var rate: Double {
    get { trainer.rate }
    set { trainer.rate = newValue }
  }

  /// - Parameters: as `FlowTrainer`.
  public init(rate: Double = 1e-3, batchSize: Int = 128) {
    trainer = FlowTrainer(rate: rate, batchSize: batchSize)
  }

  /// Trains for some epochs; `publish` receives the flow after each batch's epoch or stop, so that
  /// what is trained is kept when the work is stopped.
  ///
  /// - Parameters:
  ///   - identify: a text for a drawn sequence, equal for equal things, nil if it is not valid.
  /// - Throws: `.cancelled`; `.numerical` if embeddings are about to collapse (what was trained is
  ///   kept) or the loss breaks down.
  public mutating func run(
    _ flow: inout SeqFlow<Float>, on data: TokenBatch, epochs: Int, context: RunContext,
    identify: @Sendable (ArraySlice<Int32>) -> String?
  ) throws -> [EpochReport] {
    try flow.check(data)
    guard data.count > 0 else {
      throw Failure(.badData, "there are no sequences to pretrain on")
    }
    let (training, heldOut) = split(data, context)
    var added: [EpochReport] = []
    for _ in 0..<epochs {
      let number = reports.count + 1
      let scope = context.scoped("pretrain", number)
      let batches = (training.count + trainer.batchSize - 1) / trainer.batchSize
      let size = trainer.batchSize
      let statistics = try trainer.epoch(&flow, on: training, context: scope) { so in
        scope.report(
          .progress(
            Progress(
              "pretrain epoch \(number)", done: (so.sequences + size - 1) / size, total: batches,
              rate: Self.rate(so.tokensPerSecond),
              note: String(format: "-log p %.2f a token", so.negativeLogLikelihoodPerToken))))
      }
      let report = try measure(flow, number, statistics, heldOut, scope, identify)
      reports.append(report)
      added.append(report)
      scope.report(.finished(task: "pretrain epoch \(number)", summary: Self.line(report)))
      try watchCollapse(flow, report, scope)
    }
    return added
  }

  /// The last twentieth of a fixed shuffle is held out.
  private func split(_ data: TokenBatch, _ context: RunContext) -> (TokenBatch, TokenBatch) {
    var stream = RandomStream(seed: UInt64(data.count)).stream("held out")
    let order = stream.permutation(data.count)
    let held = min(Self.mostHeldOut, data.count / 20)
    guard held > 0 else { return (data, data.rows(0..<min(data.count, Self.mostHeldOut))) }
    return (data.rows(order.dropLast(held).sorted()), data.rows(order.suffix(held).sorted()))
  }

  private func measure(
    _ flow: SeqFlow<Float>, _ epoch: Int, _ training: FlowTrainer.Epoch, _ heldOut: TokenBatch,
    _ context: RunContext, _ identify: @Sendable (ArraySlice<Int32>) -> String?
  ) throws -> EpochReport {
    let check = try flow.reconstruct(heldOut, context: context)
    let likelihood = try flow.logLikelihood(heldOut, context: context)
    let drawn = try flow.generate(
      Self.drawn, length: heldOut.length, random: context.random, context: context)
    let texts = (0..<drawn.count).compactMap { identify(drawn[$0]) }
    return EpochReport(
      epoch: epoch, training: training, heldOutLoss: -likelihood.mean, exact: check.exactShare,
      heldOutCount: heldOut.count, smallestAngle: flow.smallestAngle,
      validShare: Double(texts.count) / Double(drawn.count),
      uniqueShare: Double(Set(texts).count) / Double(max(1, texts.count)))
  }

  /// Learned embeddings that come within 3 sigma of each other stop the training: the flow is about
  /// to lose the exact inverse.
  private func watchCollapse(
    _ flow: SeqFlow<Float>, _ report: EpochReport, _ context: RunContext
  ) throws(Failure) {
    guard flow.configuration.embedding == .learned, report.smallestAngle < flow.collapseAngle
    else { return }
    throw Failure(
      .numerical,
      String(
        format: "the embeddings are collapsing: two are only %.1f degrees apart, below 3 sigma "
          + "(%.1f)", report.smallestAngle, flow.collapseAngle),
      advice: "use `embedding: \"fixed\"`, or fewer epochs")
  }

  private static func rate(_ tokensPerSecond: Double) -> String {
    tokensPerSecond >= 1e4
      ? String(format: "%.0fk tokens/s", tokensPerSecond / 1e3)
      : String(format: "%.0f tokens/s", tokensPerSecond)
  }

  private static func line(_ r: EpochReport) -> String {
    String(
      format: "epoch %d: -log p %.2f a token, held out %.2f, exact %.1f%% of %d, "
        + "valid %.0f%%, unique %.0f%% of 100, %@, %.0f s", r.epoch,
      r.training.negativeLogLikelihoodPerToken, r.heldOutLoss, 100 * r.exact, r.heldOutCount,
      100 * r.validShare, 100 * r.uniqueShare, rate(r.training.tokensPerSecond),
      r.training.seconds)
  }
}
