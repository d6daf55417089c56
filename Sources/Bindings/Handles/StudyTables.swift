import Core
import Language
import Optimization
import Oracles

/// A study's trials and history as tables and records, in the user's orientation.
enum StudyTables {
  /// One row for each trial: trial, iteration, candidate, goal, what was recorded, violations,
  /// feasible, failure.
  static func trials(_ trials: [Trial], _ handle: StudyHandle) throws(Failure) -> Table {
    let statement = handle.study.oracle.statement
    var table = Table()
    try table.set("trial", .numbers(trials.map { Double($0.index) }))
    try table.set("iteration", .numbers(trials.map { Double($0.iteration) }))
    try handle.columns.add(trials.map(\.candidate), to: &table)
    try table.set(
      statement.goal,
      .numbers(trials.map { $0.evaluation.objective.map(statement.shown) ?? .nan }))
    for name in names(trials, \.evaluation.recorded, \.name) where table[name] == nil {
      try table.set(name, column(name, trials))
    }
    for name in names(trials, \.evaluation.constraints, \.name) {
      let violations = trials.map { trial in
        trial.evaluation.constraints.first { $0.name == name }.map(\.violation) ?? .nan
      }
      var column = name
      while table[column] != nil || own.contains(column) { column = "violation_" + column }
      try table.set(column, .numbers(violations))
    }
    if !statement.constraints.isEmpty {
      try table.set("feasible", .flags(trials.map(\.evaluation.isFeasible)))
    }
    if trials.contains(where: { $0.evaluation.failure != nil }) {
      try table.set("failure", .texts(trials.map { $0.evaluation.failure ?? "" }))
    }
    return table
  }

  /// Columns of the trials' table that no constraint may take.
  private static let own: Set<String> = ["feasible", "failure"]

  /// One row for each iteration.
  static func history(_ handle: StudyHandle) throws(Failure) -> Table {
    let reports = handle.study.history
    let statement = handle.study.oracle.statement
    var table = Table()
    try table.set("iteration", .numbers(reports.map { Double($0.iteration) }))
    try table.set("evaluations", .numbers(reports.map { Double($0.evaluations) }))
    try table.set(
      "best_\(statement.goal)", .numbers(reports.map { $0.best.map(statement.shown) ?? .nan }))
    if !statement.constraints.isEmpty {
      try table.set("feasible_share", .numbers(reports.map(\.feasibleShare)))
    }
    if reports.contains(where: { $0.failed > 0 }) {
      try table.set("failed", .numbers(reports.map { Double($0.failed) }))
    }
    for name in names(reports, \.measures, \.name) {
      try table.set(name, measure(name, reports.map(\.measures)))
    }
    for name in names(reports, \.seconds, \.name) {
      try table.set("s_\(name)", measure(name, reports.map(\.seconds)))
    }
    return table
  }

  /// Candidates as a column: points as vectors, sequences as texts.
  static func candidates(_ candidates: [Candidate]) -> Table.Column {
    let points = candidates.compactMap(\.vector)
    return points.count == candidates.count && !points.isEmpty
      ? .vectors(points) : .texts(candidates.map(\.phrase))
  }

  /// A trial as a record.
  static func record(_ trial: Trial, _ handle: StudyHandle) -> Record {
    let statement = handle.study.oracle.statement
    var record = Record()
    record["trial"] = .number(Double(trial.index))
    handle.columns.add(trial.candidate, to: &record)
    record[statement.goal] =
      trial.evaluation.objective.map { .number(statement.shown($0)) } ?? Value.none
    for entry in trial.evaluation.recorded where record[entry.name] == nil {
      record[entry.name] = value(entry.cell)
    }
    if !statement.constraints.isEmpty {
      record["feasible"] = .bool(trial.evaluation.isFeasible)
    }
    if let failure = trial.evaluation.failure { record["failure"] = .string(failure) }
    return record
  }

  static func value(_ candidate: Candidate) -> Value {
    switch candidate {
    case .text(let text): .string(text)
    case .vector(let x): .vector(x)
    }
  }

  private static func value(_ cell: Table.Cell) -> Value {
    switch cell {
    case .number(let x): .number(x)
    case .text(let text): .string(text)
    case .flag(let flag): .bool(flag)
    case .vector(let numbers): .vector(numbers)
    }
  }

  /// Names in order of first appearance.
  private static func names<Row, Entry>(
    _ rows: [Row], _ entries: (Row) -> [Entry], _ name: (Entry) -> String
  ) -> [String] {
    var known: Set<String> = []
    return rows.flatMap { entries($0).map(name) }.filter { known.insert($0).inserted }
  }

  private static func measure(_ name: String, _ rows: [[IterationReport.Measure]]) -> Table.Column {
    .numbers(rows.map { row in row.first { $0.name == name }?.value ?? .nan })
  }

  /// A recorded name as a column: numbers, flags or vectors if all its cells are, else texts.
  private static func column(_ name: String, _ trials: [Trial]) -> Table.Column {
    let cells = trials.map { trial in
      trial.evaluation.recorded.first { $0.name == name }?.cell
    }
    let present = cells.compactMap { $0 }
    if present.allSatisfy({ if case .number = $0 { true } else { false } }) {
      return .numbers(cells.map { if case .number(let x)? = $0 { x } else { .nan } })
    }
    if present.count == cells.count,
      present.allSatisfy({ if case .flag = $0 { true } else { false } })
    {
      return .flags(cells.map { if case .flag(let flag)? = $0 { flag } else { false } })
    }
    let vectors = cells.compactMap { if case .vector(let numbers)? = $0 { numbers } else { nil } }
    if vectors.count == cells.count { return .vectors(vectors) }
    return .texts(
      cells.map { cell in
        switch cell {
        case .text(let text)?: text
        case .number(let x)?: Format.short(x)
        case .flag(let flag)?: "\(flag)"
        case .vector(let numbers)?: Table.Cell.text(numbers)
        case nil: ""
        }
      })
  }
}
