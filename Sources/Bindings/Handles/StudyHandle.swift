import Core
import Language
import Optimization
import Oracles
import Reporting

/// A study in the language. Used by the interpreter's thread only, as the study is.
final class StudyHandle: HostObject, @unchecked Sendable {
  let study: Study
  /// Where candidates stand in tables: under the problem's parameter or settings, or "smiles".
  let columns: CandidateColumns
  /// What the problem requires of candidates; nil where it requires nothing.
  let requirement: Requirement?
  /// The same study made anew with another seed; nil where it is kept in a file.
  let remake: (@Sendable (_ seed: UInt64) throws -> Study)?
  /// The method's options that are not the default, by name, as a script writes them: what tells studies
  /// apart.
  let settings: [String: String]
  /// The seed it was made with, as far as a script named one.
  let seed: UInt64?

  init(
    _ study: Study, columns: CandidateColumns, requirement: Requirement?,
    settings: [String: String] = [:],
    seed: UInt64? = nil,
    remake: (@Sendable (_ seed: UInt64) throws -> Study)? = nil
  ) {
    self.study = study
    self.columns = columns
    self.requirement = requirement
    self.settings = settings
    self.seed = seed
    self.remake = remake
  }

  let typeName = "study"

  var summary: String {
    let s = study.oracle.statement
    var text =
      "study of `\(s.name)` by \(study.method.name): "
      + Self.counted(study.trials.count, "evaluation") + " in "
      + Self.counted(study.iterations, "iteration")
    if let best = study.best, let value = best.feasibleObjective {
      text += ", best \(s.goal) \(Format.short(s.shown(value)))"
    } else if let reason = study.totalFailure {
      text += ", all of them failed: \(reason)"
    } else if !study.trials.isEmpty {
      text += ", nothing feasible yet"
      if let gap = study.feasibilityGap { text += ": \(gap.phrase)" }
    }
    let failed = study.trials.filter { $0.evaluation.objective == nil }
    if let first = failed.first?.evaluation.failure, failed.count < study.trials.count {
      text += "; \(failed.count) failed, the first of them: \(first)"
    }
    if let waiting = try? study.waiting().count, waiting > 0 {
      text += "; \(Self.counted(waiting, "candidate")) to measure: ask(study)"
    }
    if let end = study.finished { text += " (\(end))" }
    return text
  }

  private static func counted(_ count: Int, _ what: String) -> String {
    "\(count) \(what)\(count == 1 ? "" : "s")"
  }

  var members: [String] {
    [
      "best", "trials", "candidates", "history", "curve", "evaluations", "iterations", "waiting",
      "finished", "method",
    ] + (study.method is CiBO ? StudySurface.members : [])
  }

  func member(_ name: String) throws -> Value? {
    switch name {
    case "best": study.best.map { .record(StudyTables.record($0, self)) } ?? Value.none
    case "trials": .table(try StudyTables.trials(study.trials, self))
    case "candidates": .list(study.trials.map { StudyTables.value($0.candidate) })
    case "history": .table(try StudyTables.history(self))
    case "curve":
      .vector(study.bestSoFar.map { $0.isNaN ? $0 : study.oracle.statement.shown($0) })
    case "evaluations": .number(Double(study.trials.count))
    case "iterations": .number(Double(study.iterations))
    case "waiting": .number(Double(try study.waiting().count))
    case "finished": study.finished.map { .string($0) } ?? .bool(false)
    case "method": .string(study.method.name)
    default: try StudySurface.member(name, of: study)
    }
  }
}

/// Numbers in messages.
enum Format {
  /// At most four significant digits.
  static func short(_ x: Double) -> String { Reporting.NumberText.short(x) }
}
