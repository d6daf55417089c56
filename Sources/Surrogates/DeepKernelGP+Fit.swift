import Core
import Engine
import Neural
import Synchronization

extension DeepKernelGP: Surrogate {
  /// Networks, inducing points, scale and optimizer anew, then `epochs` of training.
  @discardableResult
  public mutating func fit<Input: TensorScalar>(
    _ x: Tensor<Input>, _ y: Tensor<Double>, in context: RunContext
  ) throws(Failure) -> FitReport {
    try fit(x, y, likelihoods: nil, in: context)
  }

  /// `fit(_:_:in:)` with a likelihood for each output.
  /// - Parameter likelihoods: one for each column of `y`, nil for Gaussian ones. The column of a
  ///   Bernoulli output holds 0 and 1.
  /// - Throws: as `fit`; `.badData` for other numbers in the column of a Bernoulli output.
  @discardableResult
  public mutating func fit<Input: TensorScalar>(
    _ x: Tensor<Input>, _ y: Tensor<Double>, likelihoods: [Likelihood]?, in context: RunContext
  ) throws(Failure) -> FitReport {
    let targets = try DeepKernelGP.columns(x, y)
    let likelihoods = likelihoods ?? targets.map { _ in .gaussian }
    try DeepKernelGP.check(targets, likelihoods)
    let before = self
    do throws(Failure) {
      try begin(x, targets, likelihoods, in: context)
      return try train(x, targets, epochs: configuration.epochs, stopsEarly: false, in: context)
    } catch {
      // Cancelled: what is trained stays, if it can be used. Broken down: back to what was.
      if error.kind != .cancelled || factors.isEmpty { self = before }
      throw error
    }
  }

  /// `refit(_:_:dataCount:in:)` where these are all data.
  @discardableResult
  public mutating func refit<Input: TensorScalar>(
    _ x: Tensor<Input>, _ y: Tensor<Double>, in context: RunContext
  ) throws(Failure) -> FitReport {
    try refit(x, y, dataCount: nil, in: context)
  }

  /// Learns on from what is known: more epochs, until the loss stops falling.
  /// - Parameters:
  ///   - x: N x D; y: N x C or [N].
  ///   - dataCount: how many data there are in all, by which the divergence is divided; nil where
  ///     these are all of them.
  /// - Returns: what was done; points that were not yet near an inducing one are added to them
  ///   while there is room, which by itself does not change the model.
  /// - Throws: as `fit`; the model is then as before, except after `.cancelled`.
  @discardableResult
  public mutating func refit<Input: TensorScalar>(
    _ x: Tensor<Input>, _ y: Tensor<Double>, dataCount: Int?, in context: RunContext
  ) throws(Failure) -> FitReport {
    guard let inputs = inputDimension else { throw DeepKernelGP.notFitted }
    try DeepKernelGP.check(x, width: inputs)
    let targets = try DeepKernelGP.columns(x, y)
    guard targets.count == heads.count else {
      throw Failure(
        .badArgument,
        "the surrogate has \(heads.count) outputs, but there are \(targets.count) columns of scores"
      )
    }
    try DeepKernelGP.check(targets, heads.map(\.likelihood))
    let before = self
    do throws(Failure) {
      let added = configuration.growsInducing ? try growInducing(with: x, in: context) : 0
      var report = try train(
        x, targets, epochs: configuration.refitEpochs, stopsEarly: true, dataCount: dataCount,
        in: context)
      report.addedInducingPoints = added
      return report
    } catch {
      if error.kind != .cancelled { self = before }
      throw error
    }
  }

  /// Expresses the model in the scale of other targets; predictions stay the same, up to the jitter.
  ///
  /// The first fit's scale stays in use until this is called, so that a refit on the best points
  /// alone does not move it.
  /// A Bernoulli output has no scale and stays as it is.
  /// - Parameter targets: all targets known, [N] or N x C.
  public mutating func rescale(to targets: Tensor<Double>, in context: RunContext)
    throws(Failure)
  {
    guard targets.isFinite, targets.rows > 0, targets.columns == heads.count else {
      throw Failure(.badData, "the scores to scale by are empty, not finite or of another width")
    }
    for (index, column) in DeepKernelGP.split(targets).enumerated()
    where heads[index].likelihood == .gaussian {
      let (old, new) = (scalers[index], TargetScaler(of: column.entries))
      let ratio = old.deviation / new.deviation
      let head = heads[index]
      heads[index].constant.value = Tensor(
        (old.mean - new.mean) / new.deviation + ratio * head.constant.value.item)
      heads[index].rawOutputScale.value = Tensor(
        VariationalGPHead.inverseSoftplus(head.outputScale * ratio * ratio))
      heads[index].rawNoise.value = Tensor(
        VariationalGPHead.inverseSoftplus(
          head.noise * ratio * ratio - VariationalGPHead.noiseFloor))
      scalers[index] = new
    }
    try refreshFactors(JitterLadder(base: configuration.jitter, in: context))
  }

  /// Networks, inducing points and optimizer anew.
  private mutating func begin<Input: TensorScalar>(
    _ x: Tensor<Input>, _ targets: [Tensor<Double>], _ likelihoods: [Likelihood],
    in context: RunContext
  ) throws(Failure) {
    var random = context.stream("surrogate.weights")
    let net = MLP<Double>(
      [x.columns] + configuration.hidden, activation: configuration.activation,
      outputActivation: configuration.activation, using: &random)
    heads = []
    factors = []
    features = net
    optimizer = DeepKernelGP.freshOptimizer(configuration)
    scalers = zip(targets, likelihoods).map { column, likelihood in
      likelihood == .gaussian ? TargetScaler(of: column.entries) : TargetScaler()
    }
    var choice = context.stream("surrogate.inducing")
    let rows = InducingChoice.distinct(
      x, most: configuration.inducingPoints, order: choice.permutation(x.rows))
    let inducing = try extract(x.rows(rows))
    heads = zip(targets, likelihoods).map { column, likelihood in
      var head = VariationalGPHead(inducingPoints: inducing, likelihood: likelihood)
      if likelihood == .bernoulli { head.startAtShare(of: column.entries) }
      return head
    }
  }

  private mutating func train<Input: TensorScalar>(
    _ x: Tensor<Input>, _ targets: [Tensor<Double>], epochs: Int, stopsEarly: Bool,
    dataCount: Int? = nil, in context: RunContext
  ) throws(Failure) -> FitReport {
    var report = FitReport()
    let raised = RaisedJitters(base: configuration.jitter, context)
    let scaled = zip(targets, scalers).map { $1.scaled($0) }
    var (best, stale) = (Double.infinity, 0)
    do throws(Failure) {
      for epoch in 0..<epochs {
        let loss = try trainEpoch(
          x, scaled, dataCount: dataCount ?? x.rows, epoch: epoch, ladder: raised.ladder,
          &report, in: context)
        report.losses.append(loss)
        context.report(
          .progress(
            Progress(
              "surrogate", done: epoch + 1, total: epochs, note: "loss \(rounded(loss))")))
        (best, stale) =
          loss < best - configuration.tolerance ? (loss, 0) : (min(best, loss), stale + 1)
        if stopsEarly, stale >= configuration.patience {
          report.stoppedEarly = true
          break
        }
      }
      try refreshFactors(raised.ladder)
    } catch {
      if error.kind == .cancelled { try refreshFactors(raised.ladder) }
      throw error
    }
    report.raisedJitters = raised.values
    return report
  }

  private mutating func trainEpoch<Input: TensorScalar>(
    _ x: Tensor<Input>, _ targets: [Tensor<Double>], dataCount: Int, epoch: Int,
    ladder: JitterLadder, _ report: inout FitReport, in context: RunContext
  ) throws(Failure) -> Double {
    var random = context.stream("surrogate.batches", epoch)
    var sum = 0.0
    for batch in Batches.shuffled(x.rows, size: configuration.batch, using: &random) {
      try context.checkCancellation("stopped while fitting the surrogate")
      let inputs = x.rows(batch).reshaped([batch.count, x.columns]).converted(to: Double.self)
      let (loss, gradients) = try lossAndGradients(
        inputs, targets.map { $0.rows(batch) }, dataCount: dataCount, ladder: ladder)
      report.gradientNorm = try step(gradients)
      report.steps += 1
      sum += loss * Double(batch.count)
    }
    return sum / Double(x.rows)
  }

  private mutating func step(_ gradients: Gradients<Double>) throws(Failure) -> Double {
    // Taken out, since the optimizer changes the model that it is a part of.
    var optimizer = self.optimizer
    self.optimizer = DeepKernelGP.freshOptimizer(configuration)
    defer { self.optimizer = optimizer }
    return try optimizer.step(&self, gradients)
  }

  /// Loss of a batch (all outputs added) and its gradients.
  package func lossAndGradients(
    _ x: Tensor<Double>, _ targets: [Tensor<Double>], dataCount: Int, ladder: JitterLadder
  ) throws(Failure) -> (loss: Double, gradients: Gradients<Double>) {
    guard let features else { throw DeepKernelGP.notFitted }
    let tape = Tape<Double>()
    let extracted = features(tape.constant(x))
    let divisor = configuration.divisor == .data ? dataCount : x.rows
    var total: Variable<Double>?
    for (head, y) in zip(heads, targets) {
      let loss = try head.loss(
        configuration.loss, features: extracted, targets: y, divisor: Double(divisor),
        ladder: ladder)
      total = total.map { $0 + loss } ?? loss
    }
    guard let total else { throw DeepKernelGP.notFitted }
    let value = total.value.item
    guard value.isFinite else {
      throw Failure(
        .numerical, "the surrogate's loss is not a number",
        advice: "scale the inputs to about 1, or lower the rate")
    }
    return (value, tape.gradients(of: total))
  }

  /// The targets of each output, [N] each.
  /// - Throws: `.badArgument` for numbers of rows that disagree, `.badData` for no data or NaN.
  private static func columns<Input: TensorScalar>(_ x: Tensor<Input>, _ y: Tensor<Double>)
    throws(Failure) -> [Tensor<Double>]
  {
    guard x.shape.rank == 2, (1...2).contains(y.shape.rank), x.rows == y.rows else {
      throw Failure(
        .badArgument, "\(x.rows) inputs and \(y.rows) scores cannot be fitted together")
    }
    guard x.rows > 0, x.columns > 0, y.columns > 0 else {
      throw Failure(.badData, "there are no data to fit the surrogate to")
    }
    let bad = y.entries.count { !$0.isFinite }
    if bad > 0 {
      throw Failure(
        .badData, "\(bad) of \(y.count) scores are NaN or infinite",
        advice: "leave these evaluations out, or mark them as failed")
    }
    if !x.isFinite {
      throw Failure(.badData, "the surrogate's inputs contain NaN or infinite numbers")
    }
    return split(y)
  }

  private static func check(_ targets: [Tensor<Double>], _ likelihoods: [Likelihood])
    throws(Failure)
  {
    guard targets.count == likelihoods.count else {
      throw Failure(
        .badArgument,
        "there are \(likelihoods.count) likelihoods for \(targets.count) columns of scores")
    }
    for (column, likelihood) in zip(targets, likelihoods) where likelihood == .bernoulli {
      guard let other = column.entries.first(where: { $0 != 0 && $0 != 1 }) else { continue }
      throw Failure(
        .badData, "an output that is learned as yes or no holds \(other)",
        advice: "give 0 or 1, or learn it with a Gaussian likelihood")
    }
  }

  private static func split(_ y: Tensor<Double>) -> [Tensor<Double>] {
    let width = y.columns
    return (0..<width).map { c in Tensor([y.rows], (0..<y.rows).map { y[$0 * width + c] }) }
  }

  private func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }
}

/// Collects the jitters that a fit had to raise, and tells the run once for each new one.
private final class RaisedJitters: Sendable {
  private let raised = Mutex<[Double]>([])
  private let base: Double
  private let context: RunContext

  init(base: Double, _ context: RunContext) {
    self.base = base
    self.context = context
  }

  var values: [Double] { raised.withLock { $0 } }

  var ladder: JitterLadder {
    JitterLadder(base: base) { [self] jitter, what in
      let isNew = raised.withLock { values in
        defer { values.append(jitter) }
        return !values.contains(jitter)
      }
      if isNew { context.report(JitterLadder.notice(jitter, base: base, what)) }
    }
  }
}
