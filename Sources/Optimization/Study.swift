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
  public private(set) var budget: Int?
  /// The method, as it has learned so far.
  public internal(set) var method: any SearchMethod
  /// The method before the first batch.
  let initial: any SearchMethod
  /// Every finished trial, in order.
  public internal(set) var trials: [Trial] = [] { didSet { forecast = nil } }
  /// What these trials let expect in a box, once somebody has asked.
  var forecast: BoxForecast?
  /// One report for each iteration.
  public internal(set) var history: [IterationReport] = []
  /// Why the study cannot go on, once that is known.
  public internal(set) var finished: String?
  /// Whether the study is at its end because its budget is spent.
  public internal(set) var isSpent = false
  /// Where a problem in a box is stated; nil for other spaces.
  public let space: BoxSpace?
  /// What was asked for and is not evaluated whole, because measurements are missing.
  var open: Batch?
  var warnings = SearchWarnings()
  /// Corrections of evaluated measurements that the study has heard of.
  var corrections: Int
  /// Whether the method would have left the path of the study's file.
  var isElsewhere = false
  let root: RandomStream
  let recorder: (any TrialRecorder)?

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
    initial = method
    corrections = oracle.ledger?.corrections ?? 0
    self.budget = budget
    self.space = space
    self.root = random
    self.recorder = recorder
  }

  /// Whether a file keeps the study.
  public var isStored: Bool { recorder != nil }

  /// Gives the study another budget, and lets it go on if the old one was spent. What the method chose
  /// by the first budget stays.
  public func setBudget(_ budget: Int) {
    self.budget = budget
    guard isSpent, remaining > 0 else { return }
    isSpent = false
    finished = nil
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

  /// The best trials: feasible ones by goal, then the others by violation, each constraint in units of its spread;
  /// failed ones never.
  public func ranked(_ count: Int) -> [Trial] {
    let worked = trials.filter { $0.evaluation.objective != nil }
    let scale = ViolationScale(worked)
    let violations = worked.map { scale.total($0.evaluation) }
    let order = worked.indices.sorted { a, b in
      let (x, y) = (worked[a].evaluation, worked[b].evaluation)
      if x.isFeasible != y.isFeasible { return x.isFeasible }
      if violations[a] != violations[b] { return violations[a] < violations[b] }
      if x.objective != y.objective { return (x.objective ?? 0) > (y.objective ?? 0) }
      return worked[a].index < worked[b].index
    }
    return order.prefix(count).map { worked[$0] }
  }

  /// Why the first evaluation failed, if all of them did; nil before the first.
  public var totalFailure: String? {
    trials.contains { $0.evaluation.objective != nil } ? nil : trials.first?.evaluation.failure
  }

  /// How far the study is from a feasible point; nil once it has one.
  public var feasibilityGap: FeasibilityGap? { FeasibilityGap(trials) }

  /// Best feasible goal after each trial, maximised; NaN while there is none.
  public var bestSoFar: [Double] {
    var best = Double.nan
    return trials.map { trial in
      if let value = trial.feasibleObjective, !(best >= value) { best = value }
      return best
    }
  }
}

/// Where trials go as soon as they are evaluated: a database that survives a crash.
public protocol TrialRecorder: Sendable {
  /// Tells of a batch before any of it is evaluated.
  /// - Parameter isCut: whether the method was asked for no more than these, and might have given more.
  ///   The study made again must ask for as few there, or what it asks for next would be something else.
  func handOut(_ candidates: [Candidate], firstTrial: Int, isCut: Bool) throws
  func record(_ trial: Trial) throws
  /// The batch that this study had at a trial in an earlier run; nil where it never came so far.
  /// - Parameter limit: evaluations to spend at most. A larger batch counts only where some of it was
  ///   evaluated or left the program.
  func begun(firstTrial: Int, iteration: Int, limit: Int) throws -> BegunBatch?
}
