import Core
import Engine
import Foundation

extension Pretraining {
  func measure(
    _ flow: SeqFlow<Float>, _ epoch: Int, _ training: FlowTrainer.Epoch, _ heldOut: TokenBatch,
    _ count: Int, _ context: RunContext, _ judge: Judge
  ) throws -> EpochReport {
    let check = try flow.reconstruct(heldOut, context: context)
    let likelihood = try flow.logLikelihood(heldOut, context: context)
    let drawn = try flow.generate(
      count, length: heldOut.length, random: context.random, context: context)
    let texts = Parallel.map(drawn.count) { judge.identify(drawn[$0]) }.compactMap { $0 }
    let distinct = Set(texts)
    let novel = judge.isKnown.map { isKnown in
      Double(distinct.count { !isKnown($0) }) / Double(max(1, distinct.count))
    }
    return EpochReport(
      epoch: epoch, training: training, heldOutLoss: -likelihood.mean, exact: check.exactShare,
      heldOutCount: heldOut.count, smallestAngle: flow.smallestAngle,
      validShare: Double(texts.count) / Double(max(1, drawn.count)),
      uniqueShare: Double(distinct.count) / Double(max(1, texts.count)),
      novelShare: novel ?? .nan, rate: trainer.rate)
  }

  /// Learned embeddings that come within 3 sigma of each other stop the training, or are warned of:
  /// the flow is about to lose the exact inverse.
  func watchCollapse(
    _ flow: SeqFlow<Float>, _ report: EpochReport, stops: Bool, _ context: RunContext
  ) throws(Failure) {
    guard flow.configuration.embedding == .learned, report.smallestAngle < flow.collapseAngle
    else { return }
    let what = String(
      format: "the embeddings are collapsing: two are only %.1f degrees apart, below 3 sigma "
        + "(%.1f)", report.smallestAngle, flow.collapseAngle)
    let advice = "use `embedding: \"fixed\"`, or fewer epochs"
    guard stops else {
      context.report(.warning("\(what); \(advice)"))
      return
    }
    throw Failure(.numerical, what, advice: advice)
  }

  static func rate(_ tokensPerSecond: Double) -> String {
    tokensPerSecond >= 1e4
      ? String(format: "%.0fk tokens/s", tokensPerSecond / 1e3)
      : String(format: "%.0f tokens/s", tokensPerSecond)
  }

  static func line(_ r: EpochReport) -> String {
    let novel = r.novelShare.isNaN ? "" : String(format: ", new %.0f%%", 100 * r.novelShare)
    return String(
      format: "epoch %d: -log p %.2f a token, held out %.2f, exact %.1f%% of %d, "
        + "valid %.0f%%, unique %.0f%%%@, %@, %.0f s", r.epoch,
      r.training.negativeLogLikelihoodPerToken, r.heldOutLoss, 100 * r.exact, r.heldOutCount,
      100 * r.validShare, 100 * r.uniqueShare, novel, rate(r.training.tokensPerSecond),
      r.training.seconds)
  }
}

extension SeqFlow {
  /// - Throws: `.badArgument` if the sequences' length or a token does not fit the flow.
  func check(_ data: TokenSequences) throws(Failure) {
    let probe = TokenBatch(count: 0, length: data.length, tokens: [])
    try check(probe)
    guard let largest = data.largestToken, largest >= configuration.vocabulary else { return }
    throw Failure(
      .badArgument,
      "the flow knows the tokens 0 to \(configuration.vocabulary - 1), not \(largest)",
      advice: "use tokens made with the vocabulary that the flow was made for")
  }
}
