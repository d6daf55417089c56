import Core
import Engine
import Foundation
import Neural

/// Trains a flow by gradient steps: pretraining and fine-tuning are epochs of it.
///
/// A step's batch is cut in shards of a fixed number of sequences; workers run shards forward and
/// backward, and gradients are added in the order of the shards, so the bits do not depend on the
/// number of cores.
public struct FlowTrainer: Sendable {
  /// Sequences of a shard. Fixed: it is part of what a seed reproduces.
  static let shardSize = 16

  /// Sequences of a step.
  public var batchSize: Int
  /// Adam's state, kept from epoch to epoch.
  public private(set) var optimizer: Adam<Float>
  /// Adam's rate; may change between epochs.
  public var rate: Double {
    get { optimizer.rate }
    set { optimizer.rate = newValue }
  }
  /// Gradient steps done.
  public private(set) var steps = 0

  /// - Parameters:
  ///   - rate: Adam's rate (the authors' 1e-3).
  ///   - batchSize: sequences of a step (the authors' 128 for pretraining, 32 for fine-tuning).
  ///   - maxNorm: the gradient's norm is clipped at this (the authors' 1).
  public init(rate: Double = 1e-3, batchSize: Int, maxNorm: Double = 1) {
    self.batchSize = batchSize
    optimizer = Adam(rate: rate, maxNorm: maxNorm)
  }

  /// What one epoch measured, as means over its batches.
  public struct Epoch: Sendable, Equatable, Codable {
    /// Loss of a sequence: -log p(v) plus the similarity loss.
    public var loss = 0.0
    /// -log p(v) per position, padding included.
    public var negativeLogLikelihoodPerToken = 0.0
    /// Positions trained on, padding included, also where its steps were left out.
    public var tokens = 0
    /// Sequences trained on.
    public var sequences = 0
    /// Wall time; NaN where it was not kept.
    public var seconds = 0.0

    /// Positions a second, padding included.
    public var tokensPerSecond: Double { seconds == 0 ? 0 : Double(tokens) / seconds }
  }

  /// One pass over `data` in shuffled batches.
  ///
  /// Stops after the batch during which Ctrl-C came; what was trained stays.
  /// - Throws: `.cancelled`; `.numerical` if the loss or a gradient stops being finite (the flow is
  ///   left as it was before that step).
  @discardableResult
  public mutating func epoch(
    _ flow: inout SeqFlow<Float>, on data: TokenBatch, context: RunContext,
    onBatch: (Epoch) -> Void = { _ in }
  ) throws -> Epoch {
    try flow.check(data)
    var shuffle = context.stream("shuffle")
    let order = shuffle.permutation(data.count)
    var total = Epoch()
    let clock = ContinuousClock()
    let start = clock.now
    for range in Parallel.ranges(data.count, by: batchSize) {
      try context.checkCancellation("training stopped after \(total.sequences) sequences")
      let batch = data.rows(Array(order[range]))
      let sums = try step(&flow, on: batch, random: context.stream("step", range.lowerBound))
      total.loss += sums.loss
      total.negativeLogLikelihoodPerToken += sums.negativeLogLikelihood
      total.tokens += batch.tokens.count
      total.sequences += batch.count
      total.seconds = (clock.now - start) / .seconds(1)
      var shown = total
      shown.average()
      onBatch(shown)
    }
    total.average()
    return total
  }

  /// Goes on from stored state.
  init(optimizer: Adam<Float>, batchSize: Int, steps: Int) {
    self.optimizer = optimizer
    self.batchSize = batchSize
    self.steps = steps
  }

  /// One gradient step; returns sums over the batch, estimated where padding is left out.
  /// - Parameter head: positions that hold all sequences without padding; what comes after is
  ///   computed by a quarter of the shards only (`TrainingWindow`). Nil computes all.
  mutating func step(
    _ flow: inout SeqFlow<Float>, on batch: TokenBatch, head: Int? = nil, random: RandomStream
  ) throws -> (loss: Double, negativeLogLikelihood: Double) {
    let ranges = Parallel.ranges(batch.count, by: Self.shardSize)
    var tail = random.stream("tail")
    let whole = max(1, ranges.count / 4)
    let chosen = head == nil ? [] : Set(tail.sample(whole, of: ranges.count))
    let window = head.map {
      TrainingWindow(
        length: batch.length, head: $0, tailWeight: Double(ranges.count) / Double(whole))
    }
    let directions = flow.directions
    let snapshot = flow
    let weight = 1 / Float(batch.count)
    let shards = Parallel.map(ranges.count) { i in
      var part = batch.rows(ranges[i])
      if let head, !chosen.contains(i) { part = part.columns(head) }
      let draws = snapshot.draws(
        for: part, firstRow: ranges[i].lowerBound, directions: directions, random: random)
      let tape = Tape<Float>()
      let parts = snapshot.recordedLoss(
        tape, part, draws: draws, directions: directions,
        dropoutKey: random.stream("dropout", i), window: window)
      let loss = parts.similarity.map { parts.negativeLogLikelihood + $0 }
      let whole = loss ?? parts.negativeLogLikelihood
      let sums = (Double(whole.value.item), Double(parts.negativeLogLikelihood.value.item))
      return (sums: sums, gradients: tape.gradients(of: weight * whole))
    }
    var gradients = Gradients<Float>()
    var sums = (loss: 0.0, negativeLogLikelihood: 0.0)
    for shard in shards {
      sums.loss += shard.sums.0
      sums.negativeLogLikelihood += shard.sums.1
      gradients.add(shard.gradients)
    }
    guard sums.loss.isFinite else {
      throw Failure(
        .numerical, "the flow's loss is no longer a number after \(steps) steps",
        advice: "lower the learning rate, or start again from an earlier checkpoint")
    }
    _ = try optimizer.step(&flow, gradients)
    steps += 1
    return sums
  }
}

extension FlowTrainer.Epoch {
  /// From sums to means.
  mutating func average() {
    loss /= Double(max(1, sequences))
    negativeLogLikelihoodPerToken /= Double(max(1, tokens))
  }
}
