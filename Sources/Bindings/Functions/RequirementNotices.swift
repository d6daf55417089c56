import Core
import Language
import Optimization
import Oracles

/// What a new study tells about what its problem requires, or could require.
struct RequirementNotices {
  private let problem: ProblemValue
  private let context: CallContext

  init(_ problem: ProblemValue, _ context: CallContext) {
    self.problem = problem
    self.context = context
  }

  /// Tells what there is to tell of a study with this start set.
  /// - Parameter space: where it lies; nil for sequences.
  func tell(_ start: [Candidate], in space: BoxSpace?, _ requirement: Requirement?) throws {
    tellComputed()
    if let space { tellValues(start, space) }
    if let requirement { try tellViolations(start, requirement) }
  }

  /// Tells of start points that violate what is required: they are evaluated all the same, as what is at
  /// hand may have been measured long ago.
  private func tellViolations(_ start: [Candidate], _ requirement: Requirement) throws {
    let violations = try requirement.violations(among: start)
    guard let first = violations.first else { return }
    context.environment.events(
      .warning(
        "\(violations.count) of \(start.count) candidates of the start set violate what "
          + "`\(problem.name)` requires (of candidate \(first.place), \(first.reason)); they are evaluated all the same"
      ))
  }

  /// Tells of start points at values that a setting does not have, which are evaluated as well.
  private func tellValues(_ start: [Candidate], _ space: BoxSpace) {
    let off = start.enumerated().compactMap {
      i, candidate -> (place: Int, setting: Int, x: Double)? in
      guard let point = candidate.vector, let setting = space.coordinateOffLevels(point) else {
        return nil
      }
      return (i, setting, point[setting])
    }
    guard let first = off.first else { return }
    let values = (space.levels[first.setting] ?? []).prefix(12).map(Format.short)
    context.environment.events(
      .warning(
        "\(off.count) of \(start.count) candidates of the start set lie at values that a setting does not have "
          + "(of candidate \(first.place), `\(problem.parameterNames[first.setting])` is "
          + "\(Format.short(first.x)), none of \(values.joined(separator: ", "))); they are evaluated all the same"
      ))
  }

  /// Tells which constraints need no evaluation, where evaluations are dear.
  private func tellComputed() {
    guard problem.reachesOutside else { return }
    let names = problem.computedSubjects.map { "`\($0.name)`" }
    if names.isEmpty { return }
    let isOne = names.count == 1
    context.environment.events(
      .notice(
        "`\(problem.name)`: \(names.joined(separator: ", ")) \(isOne ? "is" : "are") computed from the "
          + "candidate alone; with `require` in place of `subject to` in \(isOne ? "that line" : "those lines"), "
          + "no evaluation is spent where \(isOne ? "it does" : "they do") not hold"))
  }
}
