import Core
import Foundation

/// One evaluation as a row of the database.
public struct StoredTrial: Sendable, Equatable {
  /// What was evaluated.
  public enum Candidate: Sendable, Equatable, Hashable {
    /// A sequence as text.
    case text(String)
    /// Coordinates in a box.
    case vector([Double])
  }

  /// One constraint entry: at most 0 where it holds.
  public struct Constraint: Sendable, Equatable, Codable {
    /// The constraint's name.
    public var name: String
    /// How far it is violated; for an indicator 0 or 1.
    public var violation: Double
    /// Only whether it holds is revealed.
    public var isIndicator: Bool

    /// A constraint entry of these values.
    public init(name: String, violation: Double, isIndicator: Bool) {
      self.name = name
      self.violation = violation
      self.isIndicator = isIndicator
    }
  }

  /// A name and its value, recorded with the evaluation.
  public struct Recorded: Sendable, Equatable {
    /// The name.
    public var name: String
    /// Its value.
    public var cell: Table.Cell

    /// A name with its value.
    public init(_ name: String, _ cell: Table.Cell) {
      self.name = name
      self.cell = cell
    }
  }

  /// The trial's number in the study that evaluated it.
  public var index: Int
  /// The iteration that asked for it; 0 is the start set.
  public var iteration: Int
  /// What was evaluated.
  public var candidate: Candidate
  /// The goal, maximised; nil if the evaluation failed.
  public var objective: Double?
  /// The constraint entries, in order.
  public var constraints: [Constraint]
  /// Names recorded with the evaluation, in order.
  public var recorded: [Recorded]
  /// Why the evaluation failed; nil if it did not.
  public var failure: String?
  /// Seconds from its batch's start to this result.
  public var seconds: Double
  /// When it was stored, to the millisecond.
  public var finished: Date

  /// A row of these values.
  public init(
    index: Int, iteration: Int, candidate: Candidate, objective: Double?,
    constraints: [Constraint] = [], recorded: [Recorded] = [], failure: String? = nil,
    seconds: Double, finished: Date = Date()
  ) {
    self.index = index
    self.iteration = iteration
    self.candidate = candidate
    self.objective = objective
    self.constraints = constraints
    self.recorded = recorded
    self.failure = failure
    self.seconds = seconds
    self.finished = finished
  }
}

extension StoredTrial.Candidate: Codable {
  /// Writes the text, or the list of coordinates.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .vector(let x): try container.encode(x)
    }
  }

  /// Reads what `encode(to:)` writes.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self = .text(text)
    } else {
      self = .vector(try container.decode([Double].self))
    }
  }
}

extension StoredTrial.Recorded: Codable {
  private enum Key: String, CodingKey { case name, number, text, flag, vector }

  /// Writes `{"name": …, "number": …}`, or `text`, `flag` or `vector` in place of `number`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    switch cell {
    case .number(let x): try container.encode(x, forKey: .number)
    case .text(let text): try container.encode(text, forKey: .text)
    case .flag(let flag): try container.encode(flag, forKey: .flag)
    case .vector(let numbers): try container.encode(numbers, forKey: .vector)
    }
  }

  /// Reads what `encode(to:)` writes.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    name = try container.decode(String.self, forKey: .name)
    if let x = try container.decodeIfPresent(Double.self, forKey: .number) {
      cell = .number(x)
    } else if let text = try container.decodeIfPresent(String.self, forKey: .text) {
      cell = .text(text)
    } else if let numbers = try container.decodeIfPresent([Double].self, forKey: .vector) {
      cell = .vector(numbers)
    } else {
      cell = .flag(try container.decode(Bool.self, forKey: .flag))
    }
  }
}
