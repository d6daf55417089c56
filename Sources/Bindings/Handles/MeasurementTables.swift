import Core
import Foundation
import Language
import Optimization
import Oracles

/// The table that `ask` gives.
enum AskedTable {
  /// Where a row says why its candidate is given up.
  static let failure = "failure"

  /// Checks that no measurement takes a column that means something else there or among trials.
  /// - Throws: `.badArgument` that names it.
  static func check(
    _ names: [String], _ statement: ProblemStatement, candidate columns: CandidateColumns
  ) throws(Failure) {
    let goal = statement.goal
    let own = ["trial", "iteration", "feasible", failure, goal] + ExpectationColumns.names(goal)
    if columns.isSplit, let name = columns.names.first(where: own.contains) {
      throw Failure(
        .badArgument,
        name == goal
          ? "`\(name)` is the name of the goal and of a setting, whose columns would be one"
          : "a setting cannot be named `\(name)`: that column means something else",
        advice: name == goal
          ? "give the goal another label, as in `\(statement.isMinimized ? "minimize" : "maximize") "
            + "score: …`" : "give it another name")
    }
    let taken = columns.names + own
    guard let name = names.first(where: { taken.contains($0) || $0 != $0.trimmed }) else { return }
    throw Failure(
      .badArgument,
      name == goal
        ? "`\(name)` is the name of the goal and of a measurement, whose columns would be one"
        : "a measurement cannot be named `\(name)`: "
          + (taken.contains(name)
            ? "that column means something else" : "blanks at its ends get lost"),
      advice: name == goal
        ? "give the goal another label, as in `maximize score: measured(\"\(name)\")`"
        : "give it another name")
  }

  /// One row for each candidate: trial, candidate, the goal that is expected, what to measure, failure.
  static func table(
    _ waiting: [Study.Waiting], _ handle: StudyHandle, _ ledger: MeasurementLedger,
    _ context: RunContext
  ) throws -> Table {
    let statement = handle.study.oracle.statement
    var table = Table()
    try table.set("trial", .numbers(waiting.map { Double($0.index) }))
    try handle.columns.add(waiting.map(\.candidate), to: &table)
    if waiting.contains(where: { $0.prediction != nil }) {
      try ExpectationColumns.add(to: &table, waiting.map(\.prediction), [], statement)
    } else if !waiting.isEmpty, handle.study.canPredict {
      let expected = try handle.study.expectations(of: waiting.map(\.candidate), context: context)
      try ExpectationColumns.add(to: &table, expected, of: waiting.map(\.candidate), handle)
    }
    for name in ledger.names {
      let known = waiting.map { ledger.measurement(of: $0.candidate).values[name] }
      try table.set(name, .texts(known.map { $0.map { ValueFormatter.text(Value($0)) } ?? "" }))
    }
    try table.set(failure, .texts(waiting.map { _ in "" }))
    return table
  }
}
