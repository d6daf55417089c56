import Core
import Language
import Oracles

/// A problem of a script as an oracle.
struct ScriptOracle: Oracle {
  let problem: ProblemValue
  let statement: ProblemStatement
  /// Whether candidates' texts are molecules.
  let isMolecular: Bool
  let ledger: MeasurementLedger?

  init(_ problem: ProblemValue, isMolecular: Bool, ledger: MeasurementLedger?) {
    self.problem = problem
    self.isMolecular = isMolecular
    self.ledger = ledger
    statement = Self.statement(of: problem)
  }

  static func statement(of problem: ProblemValue) -> ProblemStatement {
    return ProblemStatement(
      name: problem.name, goal: problem.goal.name, isMinimized: problem.goal.sense == .minimize,
      constraints: problem.subjects.map(\.name), dimension: (try? problem.box())?.dimension,
      settings: problem.hasSettings ? problem.parameterNames : nil)
  }

  func evaluate(
    _ candidates: [Candidate], firstTrial: Int, context: RunContext,
    ahead: (Int, Evaluation) throws -> Void,
    completed: (Int, Evaluation) throws -> Void
  ) throws {
    let clock = ContinuousClock()
    let start = clock.now
    var queue = HandingOver(count: candidates.count)
    func take(_ i: Int, _ result: Result<Evaluation, any Error>) -> Bool {
      queue.take(i, result, ahead: ahead, completed: completed)
      // Quick evaluations need no line of their own.
      if (clock.now - start) / .seconds(1) > 1 {
        context.report(
          .progress(
            Progress("evaluate \(problem.name)", done: queue.taken, total: candidates.count)))
      }
      return !queue.hasFailed
    }
    let goesOn = { @Sendable in !context.cancellation.isRequested }
    let evaluated = { @Sendable (i: Int) in
      Result { try one(candidates[i], trial: firstTrial + i, context) }
    }
    // A body whose order matters (it prints, draws random numbers) runs one candidate at a time.
    Parallel.stream(
      candidates.count, on: problem.isParallelSafe ? Parallel.workers : 1, while: goesOn, evaluated,
      pause: { queue.tell(ahead) }, take: take)
    try queue.finish(completed: completed)
    if queue.taken < candidates.count {
      try context.checkCancellation(
        "stopped after \(queue.taken) of \(candidates.count) evaluations")
    }
  }

  private func one(_ candidate: Candidate, trial: Int, _ context: RunContext) throws -> Evaluation {
    let measured = ledger?.measurement(of: candidate) ?? Measurement()
    let known = measured.values.sorted { $0.key < $1.key }.map {
      Evaluation.Record($0.key, $0.value)
    }
    if let reason = measured.failure {
      return Evaluation(objective: nil, recorded: known, failure: reason)
    }
    let record = try problem.evaluate(
      Self.value(candidate, isMolecular: isMolecular), random: context.stream("trial", trial),
      measurements: measured.values.mapValues { Value($0) })
    // A column named as a measurement holds the measurement, so that trials can be told again.
    let recorded = record.recorded.flatMap { name, value in
      measured.values[name].map { [Evaluation.Record(name, $0)] }
        ?? RecordedValue.cells(name, value)
    }
    return Evaluation(
      objective: record.objective,
      constraints: record.constraints.map {
        .init(name: $0.name, violation: $0.violation, isIndicator: $0.kind == .indicator)
      },
      recorded: recorded + known.filter { own in !recorded.contains { $0.name == own.name } },
      failure: record.failure)
  }

  /// A candidate as the body sees it.
  private static func value(_ candidate: Candidate, isMolecular: Bool) -> Value {
    switch candidate {
    case .vector(let x): .vector(x)
    // The body may score what is no molecule (`is_valid(m)`); otherwise it fails with the reason.
    case .text(let text) where isMolecular: .host(MoleculeHandle(text: text))
    case .text(let text): .string(text)
    }
  }

  /// What a problem requires of a candidate before it is evaluated; nil where it requires nothing.
  /// - Parameter isMolecular: whether candidates' texts are molecules.
  static func requirement(of problem: ProblemValue, isMolecular: Bool) -> Requirement? {
    guard problem.subjects.contains(where: \.isRequired) else { return nil }
    return Requirement { candidate in
      let record: ProblemRecord
      do {
        record = try problem.requirement(of: value(candidate, isMolecular: isMolecular))
      } catch let diagnostic as Diagnostic where diagnostic.isCancellation {
        throw Failure(.cancelled, "stopped while looking for candidates")
      }
      if let failure = record.failure { return .init(violations: nil, reason: failure) }
      return .init(
        violations: record.constraints.map(\.violation),
        reason: record.constraints.first { $0.violation > 0 }.map(reason))
    }
  }

  private static func reason(_ entry: ProblemRecord.Constraint) -> String {
    entry.kind == .indicator
      ? "`\(entry.name)` does not hold"
      : "`\(entry.name)` is violated by \(Format.short(entry.violation))"
  }
}
