/// How far a long piece of work is: what the live line shows.
public struct Progress: Sendable {
  /// What is being done, e.g. "pretrain".
  public var task: String
  /// Units done and, where known, units in all.
  public var done: Int
  /// Units in all, where known.
  public var total: Int?
  /// Rate in words, e.g. "36k tokens/s".
  public var rate: String?
  /// Anything else worth a glance, e.g. "best 0.71".
  public var note: String?

  /// How far a task is.
  public init(
    _ task: String, done: Int, total: Int? = nil, rate: String? = nil, note: String? = nil
  ) {
    self.task = task
    self.done = done
    self.total = total
    self.rate = rate
    self.note = note
  }
}

/// What work tells the outside while it runs.
public enum RunEvent: Sendable {
  /// The work moved on; shown on one live line that the next one overwrites.
  case progress(Progress)
  /// A piece of work ended: the live line is cleared, and `summary` printed if there is one.
  case finished(task: String, summary: String?)
  /// Something the user should know, printed on a line of its own.
  case notice(String)
  /// Something the user should act on, with what to change.
  case warning(String)
}
