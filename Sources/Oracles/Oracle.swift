import Core

/// What is asked, and how it is stated.
public struct ProblemStatement: Sendable, Equatable {
  /// The problem's name.
  public var name: String
  /// The goal's name as declared, and whether the user minimizes it (display turns it back).
  public var goal: String
  /// Whether the user minimizes the goal; display turns it back.
  public var isMinimized: Bool
  /// Names of the declared constraints.
  public var constraints: [String]
  /// Coordinates of a candidate; nil for sequences.
  public var dimension: Int?
  /// Names of the coordinates, where they have any.
  public var settings: [String]?
  /// A statement of these names.
  public init(
    name: String, goal: String, isMinimized: Bool, constraints: [String] = [],
    dimension: Int? = nil, settings: [String]? = nil
  ) {
    self.name = name
    self.goal = goal
    self.isMinimized = isMinimized
    self.constraints = constraints
    self.dimension = dimension
    self.settings = settings
  }

  /// A maximised value as the user states it.
  public func shown(_ objective: Double) -> Double { isMinimized ? 0 - objective : objective }
}

/// Evaluates candidates: a script's problem body, a program, a laboratory.
public protocol Oracle: Sendable {
  var statement: ProblemStatement { get }

  /// Evaluates candidates and hands each result over as soon as its turn comes, so that nothing is lost
  /// when the work is stopped in between.
  ///
  /// `ahead` and `completed` are called on the caller's thread. Where one throws, what is finished by then
  /// is handed over all the same, and then the first error is thrown.
  /// - Parameters:
  ///   - firstTrial: the number of the first candidate's trial; randomness of an evaluation derives from
  ///     its trial's number.
  ///   - ahead: told of a result that has waited for some time for an earlier candidate, which may take a
  ///     day longer: it can be kept until its turn comes.
  ///   - completed: given every result, in ascending order of index.
  /// - Throws: `.cancelled` on Ctrl-C. A candidate that cannot be evaluated is no error: its
  ///   evaluation says why.
  func evaluate(
    _ candidates: [Candidate], firstTrial: Int, context: RunContext,
    ahead: (Int, Evaluation) throws -> Void,
    completed: (Int, Evaluation) throws -> Void
  ) throws

  /// What is told of candidates that somebody measures; nil where they are evaluated without.
  var ledger: MeasurementLedger? { get }

  /// Names of what is still to be measured before a candidate can be evaluated.
  func missing(for candidate: Candidate) throws -> [String]

  /// Candidates that were evaluated before, whether this study has come to them yet or not.
  func evaluatedBefore() throws -> [Candidate]
}

extension Oracle {
  /// Evaluates candidates without keeping what is there before its turn.
  public func evaluate(
    _ candidates: [Candidate], firstTrial: Int, context: RunContext,
    completed: (Int, Evaluation) throws -> Void
  ) throws {
    try evaluate(
      candidates, firstTrial: firstTrial, context: context, ahead: { _, _ in },
      completed: completed)
  }

  /// None, unless told otherwise.
  public func evaluatedBefore() throws -> [Candidate] { [] }

  /// None, unless told otherwise.
  public var ledger: MeasurementLedger? { nil }

  /// What the ledger misses.
  public func missing(for candidate: Candidate) throws -> [String] {
    ledger?.missing(for: candidate) ?? []
  }
}
