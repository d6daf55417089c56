import Chemistry
import Core
import Language
import Oracles

/// A problem of a script as an oracle.
struct ScriptOracle: Oracle {
  let problem: ProblemValue
  /// Whether candidates' texts are molecules.
  let isMolecular: Bool

  var statement: ProblemStatement {
    ProblemStatement(
      name: problem.name, goal: problem.goal.name, isMinimized: problem.goal.sense == .minimize,
      constraints: problem.subjects.map(\.name))
  }

  /// Candidates evaluated between two looks at Ctrl-C, for each worker.
  private static var chunk: Int { 8 }

  func evaluate(
    _ candidates: [Candidate], firstTrial: Int, context: RunContext,
    completed: (Int, Evaluation) throws -> Void
  ) throws {
    let clock = ContinuousClock()
    let start = clock.now
    // A body whose order matters (it prints, draws random numbers) runs one candidate at a time.
    let parallel = problem.isParallelSafe
    let size = parallel ? Parallel.workers * Self.chunk : 1
    for range in Parallel.ranges(candidates.count, by: size) {
      try context.checkCancellation(
        "stopped after \(range.lowerBound) of \(candidates.count) evaluations")
      let results =
        parallel
        ? try Parallel.map(range.count) { i in
          try one(
            candidates[range.lowerBound + i], trial: firstTrial + range.lowerBound + i, context)
        }
        : [try one(candidates[range.lowerBound], trial: firstTrial + range.lowerBound, context)]
      for (i, evaluation) in results.enumerated() {
        try completed(range.lowerBound + i, evaluation)
      }
      let seconds = (clock.now - start) / .seconds(1)
      // Quick evaluations need no line of their own.
      if seconds > 1 {
        context.report(
          .progress(
            Progress("evaluate \(problem.name)", done: range.upperBound, total: candidates.count)))
      }
    }
  }

  private func one(_ candidate: Candidate, trial: Int, _ context: RunContext) throws -> Evaluation {
    let value: Value
    switch candidate {
    case .vector(let x): value = .vector(x)
    case .text(let text) where isMolecular:
      do { value = .host(MoleculeHandle(try Molecule(smiles: text))) } catch {
        return Evaluation(objective: nil, failure: error.message)
      }
    case .text(let text): value = .string(text)
    }
    let record = try problem.evaluate(value, random: context.stream("trial", trial))
    return Evaluation(
      objective: record.objective,
      constraints: record.constraints.map {
        .init(name: $0.name, violation: $0.violation, isIndicator: $0.kind == .indicator)
      }, recorded: record.recorded.compactMap { name, value in Self.cell(name, value) },
      failure: record.failure)
  }

  private static func cell(_ name: String, _ value: Value) -> Evaluation.Record? {
    switch value {
    case .number(let x), .duration(let x): Evaluation.Record(name, .number(x))
    case .bool(let flag): Evaluation.Record(name, .flag(flag))
    case .string(let text): Evaluation.Record(name, .text(text))
    case .none, .function, .problem: nil
    case .host(let object): Evaluation.Record(name, .text(object.summary))
    default: Evaluation.Record(name, .text(value.phrase))
    }
  }
}
