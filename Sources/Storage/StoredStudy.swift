import Core

/// Which study wrote into a database, as its `study` row tells in JSON.
public struct StoredStudy: Sendable, Equatable, Codable {
  /// What tells one problem from another.
  public struct Problem: Sendable, Equatable, Codable {
    /// The problem's name.
    public var name: String
    /// The goal's name.
    public var goal: String
    /// Whether the user minimizes the goal; the stored objective is maximised always.
    public var isMinimized: Bool
    /// Names of the constraints, in order.
    public var constraints: [String]
    /// Coordinates of a candidate; nil for sequences, and in files of before this was kept.
    public var dimension: Int?
    /// Names of the settings, in order of the coordinates; nil where these have none, or are not known.
    public var settings: [String]?
    /// How the problem is written; nil where that is not known.
    public var text: String?

    /// A problem so stated.
    public init(
      name: String, goal: String, isMinimized: Bool, constraints: [String],
      dimension: Int? = nil, settings: [String]? = nil, text: String? = nil
    ) {
      self.name = name
      self.goal = goal
      self.isMinimized = isMinimized
      self.constraints = constraints
      self.dimension = dimension
      self.settings = settings
      self.text = text
    }

    /// The problem in words, e.g. "`lead` (maximize score, subject to weight, logp)".
    public var phrase: String {
      let subjects =
        constraints.isEmpty ? "" : ", subject to \(constraints.joined(separator: ", "))"
      let place =
        settings.map { " of \($0.joined(separator: ", "))" }
        ?? dimension.map { " in \($0) coordinate\($0 == 1 ? "" : "s")" } ?? ""
      return "`\(name)`\(place) (\(isMinimized ? "minimize" : "maximize") \(goal)\(subjects))"
    }

    /// Files of before the dimension was kept do not have the text either.
    private var isOfUnknownSpace: Bool { dimension == nil && text == nil }

    /// Whether evaluations of this problem can be those of another one. How it is written may differ:
    /// what it computes need not.
    public func isLike(_ other: Problem) -> Bool {
      let sameDimension = dimension == other.dimension || isOfUnknownSpace || other.isOfUnknownSpace
      let sameSettings = settings == other.settings || settings == nil || other.settings == nil
      return sameSettings && name == other.name && goal == other.goal
        && isMinimized == other.isMinimized
        && constraints == other.constraints && sameDimension
    }
  }

  /// What the study optimizes.
  public var problem: Problem
  /// The method's name in the language.
  public var method: String
  /// The method's options by name, each as a user would write it.
  public var options: [String: String]
  /// Names of all options that the method has in this version; nil in files of before this was kept.
  public var known: [String]?
  /// Candidates it starts from, in order; nil in files of before this was kept.
  public var start: [StoredTrial.Candidate]?
  /// Evaluations it may spend after its start set; nil for no limit.
  public var budget: Int?
  /// The budget that the method was made for, by which it chose what its options left to it.
  public var plannedBudget: Int?
  /// The root of the study's randomness.
  public var seed: RandomStream
  /// The program's version.
  public var program: String

  /// Whether a study is this one in another run, with whatever budget: it begins with the same candidates
  /// and goes on in the same way. An option that the version of one of them does not have tells nothing.
  public func isSame(as other: StoredStudy) -> Bool {
    method == other.method && seed == other.seed && changedOptions(from: other).isEmpty
      && (start == other.start || start == nil || other.start == nil)
  }

  private func changedOptions(from other: StoredStudy) -> [String] {
    func has(_ study: StoredStudy, _ name: String) -> Bool { study.known?.contains(name) ?? true }
    return Set(options.keys).union(other.options.keys).filter {
      options[$0] != other.options[$0] && has(self, $0) && has(other, $0)
    }.sorted()
  }

  /// In what a study differs from another one, so that it is not the same: names of arguments.
  public func differences(from other: StoredStudy) -> [String] {
    var names: [String] = []
    if method != other.method { names.append("method") }
    if let start, let theirs = other.start, start != theirs { names.append("start set") }
    if seed != other.seed { names.append("seed") }
    return names
      + (method == other.method ? changedOptions(from: other).map { "`\($0)`" } : [])
  }

  /// A study of these values.
  public init(
    problem: Problem, method: String, options: [String: String] = [:], known: [String]? = nil,
    start: [StoredTrial.Candidate]? = nil, budget: Int? = nil, plannedBudget: Int? = nil,
    seed: RandomStream,
    program: String = ProgramVersion.text
  ) {
    self.problem = problem
    self.method = method
    self.options = options
    self.known = known
    self.start = start
    self.budget = budget
    self.plannedBudget = plannedBudget
    self.seed = seed
    self.program = program
  }
}
