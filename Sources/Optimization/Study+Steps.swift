import Core
import Oracles

/// Going on: ask, evaluate, tell.
extension Study {
  /// A batch that was asked for, as far as it is evaluated.
  struct Batch {
    let iteration: Int
    let proposal: Proposal
    /// The method after it asked for the batch.
    let method: any SearchMethod
    /// The number of the batch's first trial.
    let firstTrial: Int
    /// Whether the method was asked for no more than these, and might have given more.
    var isCut = false
    /// Whether somebody may have begun to evaluate it.
    var isHandedOut = false
    /// What is evaluated, by position in the proposal.
    var trials: [Int: Trial] = [:]
    /// Seconds spent on evaluations.
    var seconds = 0.0

    var isWhole: Bool { trials.count == proposal.candidates.count }
    /// Positions that are not evaluated.
    var left: [Int] { proposal.candidates.indices.filter { trials[$0] == nil } }
  }

  /// One iteration. Returns nil if the study is at its end.
  /// - Parameter most: evaluations to spend at most; the start set is evaluated whole.
  /// - Throws: `.cancelled` (finished trials are kept and told), `.waiting` where measurements are
  ///   missing (finished trials are kept, and told with the rest of the batch), or the method's error.
  @discardableResult
  public func step(_ context: RunContext, most: Int = .max) throws -> IterationReport? {
    try heedCorrections(context)
    let most = setBack(most: most)
    guard var batch = try open ?? ask(context, most: most) else { return nil }
    if !batch.isHandedOut {
      try recorder?.handOut(
        batch.proposal.candidates, firstTrial: batch.firstTrial, isCut: batch.isCut)
      batch.isHandedOut = true
    }
    let scope = scope(batch.iteration, context)
    let stopped = Result { try evaluate(&batch, scope) }
    if !isMeasured || batch.isWhole {
      open = nil
      try tell(batch, scope)
    } else {
      // The laboratory works on the rest: the study stays with this batch.
      open = batch
    }
    try stopped.get()
    if let failure = try waitingFailure { throw failure }
    return history.last
  }

  /// Steps until `iterations` more are done, there are `evaluations` trials (start set included; the
  /// last batch is cut to fit), or the study is at its end.
  public func run(
    iterations: Int? = nil, until evaluations: Int? = nil, context: RunContext,
    afterEach: (IterationReport) -> Void = { _ in }
  ) throws {
    var left = iterations ?? .max
    while left > 0, trials.count < evaluations ?? .max {
      try context.checkCancellation("stopped after \(trials.count) evaluations")
      let most = evaluations.map { $0 - trials.count } ?? .max
      guard let report = try step(context, most: most) else { return }
      afterEach(report)
      left -= 1
    }
  }

  func scope(_ iteration: Int, _ context: RunContext) -> RunContext {
    RunContext(
      random: root.stream("iteration", iteration), cancellation: context.cancellation,
      events: { context.report($0) })
  }

  /// The next batch; nil if the study is at its end.
  func ask(_ context: RunContext, most: Int) throws -> Batch? {
    if finished != nil { return nil }
    let iteration = history.count
    let limit = iteration == 0 ? Int.max : min(most, remaining)
    guard limit > 0 else {
      isSpent = true
      finish("the budget of \(budget ?? 0) is spent", context)
      return nil
    }
    let batch = try nextBatch(iteration, limit, context)
    if batch.proposal.candidates.isEmpty {
      finish(batch.proposal.exhausted ?? "the method proposes nothing new", context)
      return nil
    }
    return batch
  }

  /// Evaluates what is left of a batch and misses no measurement.
  private func evaluate(_ batch: inout Batch, _ scope: RunContext) throws {
    let clock = ContinuousClock()
    let start = clock.now
    defer { batch.seconds += (clock.now - start) / .seconds(1) }
    let candidates = batch.proposal.candidates
    for stretch in Self.stretches(
      isMeasured
        ? try batch.left.filter { try oracle.missing(for: candidates[$0]).isEmpty } : batch.left)
    {
      try oracle.evaluate(
        Array(candidates[stretch]), firstTrial: batch.firstTrial + stretch.lowerBound,
        context: scope
      ) { i, evaluation in
        let position = stretch.lowerBound + i
        let predictions = batch.proposal.predictions
        let trial = Trial(
          index: batch.firstTrial + (isMeasured ? position : batch.trials.count),
          iteration: batch.iteration, candidate: candidates[position], evaluation: evaluation,
          seconds: (clock.now - start) / .seconds(1),
          prediction: position < predictions.count ? predictions[position] : nil)
        // Kept in memory first: a disk that is full must not cost the evaluation.
        let place = trials.lastIndex { $0.index < trial.index } ?? -1
        trials.insert(trial, at: place + 1)
        batch.trials[position] = trial
        try recorder?.record(trial)
      }
    }
  }

  /// Ascending positions as ranges without gaps.
  private static func stretches(_ positions: [Int]) -> [Range<Int>] {
    positions.reduce(into: []) { ranges, position in
      if let last = ranges.last, last.upperBound == position {
        ranges[ranges.count - 1] = last.lowerBound..<position + 1
      } else {
        ranges.append(position..<position + 1)
      }
    }
  }

  /// Hands a batch to the method. Where nothing was evaluated, the method stays as it was, and the
  /// next step asks the same.
  private func tell(_ batch: Batch, _ scope: RunContext) throws {
    let added = batch.trials.sorted { $0.key < $1.key }.map(\.value)
    if added.isEmpty { return }
    method = batch.method
    var told = method
    try told.tell(added, context: scope)
    method = told
    history.append(report(batch, added))
    warn(scope)
  }

  private func warn(_ context: RunContext) {
    guard method.learns else { return }
    let texts = warnings.after(
      history, hasConstraints: !oracle.statement.constraints.isEmpty, remedies: method.remedies,
      gap: { feasibilityGap },
      failure: { trials.last { $0.evaluation.objective == nil }?.evaluation.failure })
    for text in texts { context.report(.warning("iteration \(iterations - 1): \(text)")) }
  }

  private func finish(_ reason: String, _ context: RunContext) {
    finished = reason
    if let gap = feasibilityGap {
      context.report(.warning("\(reason), and nothing feasible was found: \(gap.phrase)"))
    } else if let failure = totalFailure {
      context.report(.warning("\(reason), and every evaluation failed: \(failure)"))
    }
  }

  private func report(_ batch: Batch, _ added: [Trial]) -> IterationReport {
    let proposal = batch.proposal
    let known = Set(proposal.measures.map(\.name))
    let measured = BatchMeasures.of(added, space: space).filter { !known.contains($0.name) }
    return IterationReport(
      iteration: batch.iteration, evaluations: trials.count, added: added.count,
      best: bestSoFar.last.flatMap { $0.isNaN ? nil : $0 },
      feasibleShare: Double(added.count { $0.evaluation.isFeasible }) / Double(added.count),
      failed: added.count { $0.evaluation.objective == nil },
      measures: proposal.measures + measured + Calibration(trials).measures,
      seconds: proposal.seconds + [.init("evaluate", batch.seconds)])
  }
}
