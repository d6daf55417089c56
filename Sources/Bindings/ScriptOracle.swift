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
    var dimension: Int?
    if case .host(let object) = problem.space {
      dimension = (object as? BoxHandle)?.space.dimension
    }
    return ProblemStatement(
      name: problem.name, goal: problem.goal.name, isMinimized: problem.goal.sense == .minimize,
      constraints: problem.subjects.map(\.name), dimension: dimension)
  }

  /// Most candidates of one worker between two looks at Ctrl-C, and the seconds they may take.
  private static var chunk: Int { 8 }
  private static var quick: Double { 0.25 }

  func evaluate(
    _ candidates: [Candidate], firstTrial: Int, context: RunContext,
    completed: (Int, Evaluation) throws -> Void
  ) throws {
    let clock = ContinuousClock()
    let start = clock.now
    // A body whose order matters (it prints, draws random numbers) runs one candidate at a time.
    let workers = problem.isParallelSafe ? Parallel.workers : 1
    // Results are handed over after each chunk: slow evaluations get no larger one than it takes to
    // keep the workers busy. The size changes no result.
    var size = workers
    var done = 0
    while done < candidates.count {
      try context.checkCancellation("stopped after \(done) of \(candidates.count) evaluations")
      let began = clock.now
      let range = done..<min(done + size, candidates.count)
      try chunk(range, of: candidates, firstTrial, context, completed)
      done = range.upperBound
      let quick = (clock.now - began) / .seconds(1) < Self.quick
      size = quick ? min(2 * size, workers * (workers > 1 ? Self.chunk : 1)) : workers
      // Quick evaluations need no line of their own.
      if (clock.now - start) / .seconds(1) > 1 {
        context.report(
          .progress(Progress("evaluate \(problem.name)", done: done, total: candidates.count)))
      }
    }
  }

  /// Evaluates some candidates at once and hands over every result there is, whatever happens to
  /// the others.
  private func chunk(
    _ range: Range<Int>, of candidates: [Candidate], _ firstTrial: Int, _ context: RunContext,
    _ completed: (Int, Evaluation) throws -> Void
  ) throws {
    let results: [Result<Evaluation, any Error>] = Parallel.map(range.count) { i in
      let index = range.lowerBound + i
      return Result { try one(candidates[index], trial: firstTrial + index, context) }
    }
    var problem: (any Error)?
    for (index, result) in zip(range, results) {
      do { try completed(index, try result.get()) } catch { problem = problem ?? error }
    }
    if let problem { throw problem }
  }

  private func one(_ candidate: Candidate, trial: Int, _ context: RunContext) throws -> Evaluation {
    let measured = ledger?.measurement(of: candidate) ?? Measurement()
    let known = measured.values.sorted { $0.key < $1.key }.map {
      Evaluation.Record($0.key, $0.value)
    }
    if let reason = measured.failure {
      return Evaluation(objective: nil, recorded: known, failure: reason)
    }
    let value: Value
    switch candidate {
    case .vector(let x): value = .vector(x)
    // The body may score what is no molecule (`is_valid(m)`); otherwise it fails with the reason.
    case .text(let text) where isMolecular: value = .host(MoleculeHandle(text: text))
    case .text(let text): value = .string(text)
    }
    let record = try problem.evaluate(
      value, random: context.stream("trial", trial),
      measurements: measured.values.mapValues { Value($0) })
    // A column named as a measurement holds the measurement, so that trials can be told again.
    let recorded = record.recorded.compactMap { name, value in
      measured.values[name].map { Evaluation.Record(name, $0) } ?? Self.cell(name, value)
    }
    return Evaluation(
      objective: record.objective,
      constraints: record.constraints.map {
        .init(name: $0.name, violation: $0.violation, isIndicator: $0.kind == .indicator)
      },
      recorded: recorded + known.filter { own in !recorded.contains { $0.name == own.name } },
      failure: record.failure)
  }

  private static func cell(_ name: String, _ value: Value) -> Evaluation.Record? {
    switch value {
    case .number(let x), .duration(let x): Evaluation.Record(name, .number(x))
    case .bool(let flag): Evaluation.Record(name, .flag(flag))
    case .string(let text): Evaluation.Record(name, .text(text))
    case .none, .function, .problem: nil
    case .vector(let numbers) where numbers.count <= 16:
      Evaluation.Record(name, .text(numbers.map(Format.short).joined(separator: " ")))
    case .host(let object): Evaluation.Record(name, .text(object.summary))
    default: Evaluation.Record(name, .text(value.phrase))
    }
  }
}
