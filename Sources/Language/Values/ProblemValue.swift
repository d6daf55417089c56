import Core

/// A problem: a space, a goal to reach and constraints to keep, with the body that computes them.
public final class ProblemValue: Sendable {
  /// The goal, as declared.
  public struct Goal: Sendable, Equatable {
    /// The direction of the goal.
    public enum Sense: String, Sendable {
      case maximize
      case minimize
    }

    /// The label, or the variable the goal is, or "objective".
    public var name: String
    /// The direction, as the user wrote it.
    public var sense: Sense
  }

  /// One `subject to`, as declared.
  public struct Subject: Sendable, Equatable {
    /// What is revealed about it.
    public enum Kind: String, Sendable {
      /// How far it is violated: `a <= b`, `a >= b`, `a == b`, `a in lo...hi`.
      case violation
      /// Only whether it holds: a yes/no, or `indicator(...)`.
      case indicator
    }

    /// The label, or the variable it is about, or its number.
    public var name: String
    /// What its shape in the source reveals.
    public var kind: Kind
    /// Whether it must hold before a candidate is evaluated (`require`).
    public var isRequired: Bool
  }

  /// The problem's name.
  public let name: String
  /// The name of the candidate in the body, or of each setting, which is a number.
  public let parameterNames: [String]
  /// The value of the expression after `in`, what a method searches; of several settings a record of theirs.
  public let space: Value
  /// What is searched for.
  public let goal: Goal
  /// The constraints, in order.
  public let subjects: [Subject]
  /// Names the body assigns, in order: what is recorded with each trial.
  public let recordedNames: [String]
  /// Help text from `##` lines.
  public let doc: String?
  /// Where it stands in the source.
  public let span: Span
  /// Whether a study's candidates are settings, a number each under its own name: several names, or one that lies in
  /// a range or among numbers.
  public var hasSettings: Bool { parameterNames.count > 1 || space.isRangeOrNumbers }
  /// The whole statement as it is written.
  public var text: String { body.text }
  let body: ProblemCode
  let captures: [Value?]
  let environment: ScriptEnvironment

  /// - Parameter spaces: the values of the expressions after `in`, one for each name.
  init(body: ProblemCode, spaces: [Value], captures: [Value?], environment: ScriptEnvironment) {
    self.body = body
    name = body.name
    parameterNames = body.parameterNames
    goal = body.goal
    subjects = body.subjects
    recordedNames = body.recordedNames
    doc = body.doc
    span = body.span
    space =
      spaces.count > 1 ? .record(Record(Array(zip(body.parameterNames, spaces)))) : spaces[0]
    self.captures = captures
    self.environment = environment
  }

  /// The same problem under another name.
  init(_ other: ProblemValue, name: String) {
    self.name = name
    parameterNames = other.parameterNames
    space = other.space
    goal = other.goal
    subjects = other.subjects
    recordedNames = other.recordedNames
    doc = other.doc
    span = other.span
    body = other.body
    captures = other.captures
    environment = other.environment
  }
}

extension Value {
  /// Whether this is what one setting lies in.
  fileprivate var isRangeOrNumbers: Bool {
    switch self {
    case .range: true
    case .vector, .list: numbers != nil
    default: false
    }
  }
}
