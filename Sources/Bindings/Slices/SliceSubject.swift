import Core
import Language
import Optimization
import Oracles

/// What a slice looks at.
enum SliceSubject {
  case problem(ProblemValue)
  case function(Value, parameter: String)
  /// What its model expects of the goal.
  case study(StudyHandle)

  /// What is known at some points.
  struct Values {
    /// The goal, or what a function gives; NaN where the evaluation failed.
    var values: [Double]
    /// Between which a study expects the goal.
    var bounds: (low: [Double], high: [Double])?
    /// Where a constraint fails, or is expected to; nil where nobody asked.
    var infeasible: [Bool]?
    /// Why the first evaluation failed that did.
    var failure: String?
  }

  /// - Throws: `.badArgument` for a study of sequences.
  init(_ arguments: Arguments) throws {
    switch try arguments.value("f") {
    case .problem(let problem): self = .problem(problem)
    case .function(let function):
      self = .function(
        .function(function), parameter: function.signature.parameters.first?.name ?? "x")
    case .host(let study as StudyHandle):
      guard study.study.space != nil else {
        throw Failure(
          .badArgument, "a study of sequences has no coordinates to lay a plane through",
          advice: "`predict(study, candidates)` says what it expects")
      }
      self = .study(study)
    default: throw arguments.mismatch("f", "a problem, a study or a function")
    }
  }

  /// The box it is stated in; nil for a function.
  func box() throws(Failure) -> BoxSpace? {
    switch self {
    case .problem(let problem): try problem.box()
    case .function: nil
    case .study(let handle): handle.study.space
    }
  }

  /// What its points are called.
  var columns: CandidateColumns {
    switch self {
    case .problem(let problem): CandidateColumns(problem)
    case .function(_, let parameter): CandidateColumns(parameter)
    case .study(let handle): handle.columns
    }
  }

  /// The goal's name; empty for a function.
  var goal: String {
    switch self {
    case .problem(let problem): problem.goal.name
    case .function: ""
    case .study(let handle): handle.study.oracle.statement.goal
    }
  }

  /// What its values are.
  var label: String {
    if case .study = self { "expected \(goal)" } else { goal }
  }

  var isMinimized: Bool {
    switch self {
    case .problem(let problem): problem.goal.sense == .minimize
    case .function: true
    case .study(let handle): handle.study.oracle.statement.isMinimized
    }
  }

  /// A study's best point.
  var best: [Double]? {
    guard case .study(let handle) = self else { return nil }
    return handle.study.best?.candidate.vector
  }

  /// What it is at some points of its box.
  /// - Parameter asksFeasible: whether it is asked where constraints fail.
  func values(at points: [[Double]], asksFeasible: Bool, _ context: CallContext) throws -> Values {
    switch self {
    case .problem(let problem):
      return try Self.evaluated(problem, points, asksFeasible, context)
    case .function(let function, _):
      guard !asksFeasible else {
        throw Failure(
          .badArgument, "`feasible` is about a problem's constraints, and `f` is a function",
          advice: "give `slice` the problem itself")
      }
      return Values(
        values: try points.map { point in
          try context.checkCancellation()
          let value = try context.call(function, [.vector(point)])
          guard case .number(let number) = value else {
            throw Failure(
              .badArgument, "`f` gives a number for each vector, not \(value.phrase)",
              advice: "a coordinate is x[0], as in `x -> x[0]^2`")
          }
          return number
        })
    case .study(let handle): return try Self.expected(handle, points, asksFeasible, context)
    }
  }

  private static func evaluated(
    _ problem: ProblemValue, _ points: [[Double]], _ asksFeasible: Bool, _ context: CallContext
  ) throws -> Values {
    var values = Values(values: [], infeasible: asksFeasible ? [] : nil)
    values.values.reserveCapacity(points.count)
    for point in points {
      try context.checkCancellation()
      let record = try problem.evaluate(.vector(point), random: RandomStream(seed: 0))
      values.values.append(record.goal ?? .nan)
      values.failure = values.failure ?? record.failure
      values.infeasible?.append(record.failure == nil && !record.isFeasible)
    }
    return values
  }

  private static func expected(
    _ handle: StudyHandle, _ points: [[Double]], _ asksFeasible: Bool, _ context: CallContext
  ) throws -> Values {
    let candidates = points.map { Candidate.vector($0) }
    let expected = try handle.study.expectations(
      of: candidates, context: StudyFunctions.outside(context))
    let goals = expected.map { handle.study.oracle.statement.shown($0.goal) }
    var values = Values(
      values: goals.map(\.mean),
      bounds: (goals.map(\.range.lowerBound), goals.map(\.range.upperBound)))
    if asksFeasible {
      values.infeasible = try ExpectationColumns.chances(of: candidates, expected, handle)
        .map { $0.map { $0 < 0.5 } ?? false }
    }
    return values
  }
}
