import Core
import Oracles

/// A running search: ask, evaluate, tell, with every trial kept.
///
/// A study belongs to the thread that runs it; between calls it is at rest, and whatever stops a
/// call (Ctrl-C, an error) leaves every finished trial in it.
public final class Study: @unchecked Sendable {
  /// What evaluates candidates.
  public let oracle: any Oracle
  /// Trials the study may spend after its start set; nil for no limit.
  public let budget: Int?
  /// The method, as it has learned so far.
  public private(set) var method: any SearchMethod
  /// Every finished trial, in order.
  public private(set) var trials: [Trial] = []
  /// One report for each iteration.
  public private(set) var history: [IterationReport] = []
  /// Why the study cannot go on, once that is known.
  public private(set) var finished: String?
  /// Where a problem in a box is stated; nil for other spaces.
  public let space: BoxSpace?
  private var warnings = SearchWarnings()
  private let root: RandomStream
  private let recorder: (any TrialRecorder)?

  /// - Parameters:
  ///   - random: the root of the study's randomness; iteration i uses its stream "iteration", i.
  ///   - space: the box that is searched, which tells how far apart its points are.
  ///   - recorder: where each trial goes as soon as it is evaluated.
  public init(
    oracle: any Oracle, method: any SearchMethod, budget: Int?, random: RandomStream,
    space: BoxSpace? = nil, recorder: (any TrialRecorder)? = nil
  ) {
    self.oracle = oracle
    self.method = method
    self.budget = budget
    self.space = space
    self.root = random
    self.recorder = recorder
  }

  /// Iterations done; the first evaluates the start set.
  public var iterations: Int { history.count }

  /// Trials of the start set.
  public var startCount: Int { trials.prefix { $0.iteration == 0 }.count }

  /// Trials left of the budget.
  public var remaining: Int {
    guard let budget else { return .max }
    return max(0, budget - (trials.count - startCount))
  }

  /// The best feasible trial so far.
  public var best: Trial? { ranked(1).first }

  /// The best trials: feasible ones by goal, then the others by violation; failed ones never.
  public func ranked(_ count: Int) -> [Trial] {
    let worked = trials.filter { $0.evaluation.objective != nil }
    let sorted = worked.sorted { a, b in
      let (x, y) = (a.evaluation, b.evaluation)
      if x.isFeasible != y.isFeasible { return x.isFeasible }
      if !x.isFeasible, x.totalViolation != y.totalViolation {
        return x.totalViolation < y.totalViolation
      }
      if x.objective != y.objective { return (x.objective ?? 0) > (y.objective ?? 0) }
      return a.index < b.index
    }
    return Array(sorted.prefix(count))
  }

  /// One iteration. Returns nil if the study is at its end.
  /// - Parameter most: evaluations to spend at most; the start set is evaluated whole.
  /// - Throws: `.cancelled` (finished trials are kept and told), or the method's error.
  @discardableResult
  public func step(_ context: RunContext, most: Int = .max) throws -> IterationReport? {
    if finished != nil { return nil }
    let iteration = history.count
    let limit = iteration == 0 ? Int.max : min(most, remaining)
    guard limit > 0 else {
      finish("the budget of \(budget ?? 0) is spent", context)
      return nil
    }
    let scope = RunContext(
      random: root.stream("iteration", iteration), cancellation: context.cancellation,
      events: { context.report($0) })
    let clock = ContinuousClock()
    var asked = method
    let proposal = try asked.ask(iteration: iteration, limit: limit, context: scope)
    if proposal.candidates.isEmpty {
      finish(proposal.exhausted ?? "the method proposes nothing new", context)
      return nil
    }
    let start = clock.now
    var added: [Trial] = []
    let stopped = Result {
      try oracle.evaluate(proposal.candidates, firstTrial: trials.count, context: scope) {
        i, evaluation in
        let trial = Trial(
          index: trials.count, iteration: iteration, candidate: proposal.candidates[i],
          evaluation: evaluation, seconds: (clock.now - start) / .seconds(1),
          prediction: i < proposal.predictions.count ? proposal.predictions[i] : nil)
        // Kept in memory first: a disk that is full must not cost the evaluation.
        trials.append(trial)
        added.append(trial)
        try recorder?.record(trial)
      }
    }
    let evaluated = (clock.now - start) / .seconds(1)
    // Where nothing was evaluated, the method stays as it was, and the next step asks the same.
    if !added.isEmpty {
      method = asked
      var told = asked
      try told.tell(added, context: scope)
      method = told
      history.append(
        report(iteration, added, proposal, evaluateSeconds: evaluated))
      warn(context)
    }
    try stopped.get()
    return history.last
  }

  private func warn(_ context: RunContext) {
    guard method.learns else { return }
    let texts = warnings.after(
      history, hasConstraints: !oracle.statement.constraints.isEmpty, gap: { feasibilityGap })
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

  /// Why the first evaluation failed, if all of them did; nil before the first.
  public var totalFailure: String? {
    trials.contains { $0.evaluation.objective != nil } ? nil : trials.first?.evaluation.failure
  }

  /// How far the study is from a feasible point; nil once it has one.
  public var feasibilityGap: FeasibilityGap? { FeasibilityGap(trials) }

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

  /// Best feasible goal after each trial, maximised; NaN while there is none.
  public var bestSoFar: [Double] {
    var best = Double.nan
    return trials.map { trial in
      if let value = trial.feasibleObjective, !(best >= value) { best = value }
      return best
    }
  }

  private func report(
    _ iteration: Int, _ added: [Trial], _ proposal: Proposal, evaluateSeconds: Double
  ) -> IterationReport {
    let known = Set(proposal.measures.map(\.name))
    let measured = BatchMeasures.of(added, space: space).filter { !known.contains($0.name) }
    return IterationReport(
      iteration: iteration, evaluations: trials.count, added: added.count,
      best: bestSoFar.last.flatMap { $0.isNaN ? nil : $0 },
      feasibleShare: Double(added.count { $0.evaluation.isFeasible }) / Double(added.count),
      failed: added.count { $0.evaluation.objective == nil },
      measures: proposal.measures + measured + Calibration(trials).measures,
      seconds: proposal.seconds + [.init("evaluate", evaluateSeconds)])
  }
}

/// Where trials go as soon as they are evaluated: a database that survives a crash.
public protocol TrialRecorder: Sendable {
  func record(_ trial: Trial) throws
}
