import Core
import Language
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
  func tell(_ start: [Candidate], _ requirement: Requirement?) throws {
    tellComputed()
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
