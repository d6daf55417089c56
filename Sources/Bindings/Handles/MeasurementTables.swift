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
  static func check(_ names: [String], _ statement: ProblemStatement, candidate: String)
    throws(Failure)
  {
    let goal = statement.goal
    let taken = [candidate, "trial", "iteration", "feasible", failure, goal, "expected_\(goal)"]
    guard let name = names.first(where: { taken.contains($0) || $0 != $0.trimmed }) else { return }
    throw Failure(
      .badArgument,
      name == goal
        ? "`\(name)` is the name of the goal and of a measurement, whose columns would be one"
        : "a measurement cannot be named `\(name)`: "
          + (taken.contains(name)
            ? "that column means something else" : "blanks at its ends get lost"),
      advice: name == goal
        ? "give the goal a label, as in `maximize score: \(name)`" : "give it another name")
  }

  /// One row for each candidate: trial, candidate, the goal that is expected, what to measure, failure.
  static func table(
    _ waiting: [Study.Waiting], _ handle: StudyHandle, _ ledger: MeasurementLedger
  ) throws(Failure) -> Table {
    let statement = handle.study.oracle.statement
    var table = Table()
    try table.set("trial", .numbers(waiting.map { Double($0.index) }))
    try table.set(handle.candidateName, .texts(waiting.map(\.candidate.phrase)))
    if waiting.contains(where: { $0.prediction != nil }) {
      try table.set(
        "expected_\(statement.goal)",
        .numbers(waiting.map { $0.prediction.map { statement.shown($0.mean) } ?? .nan }))
    }
    for name in ledger.names {
      let known = waiting.map { ledger.measurement(of: $0.candidate).values[name] }
      try table.set(name, .texts(known.map { $0.map { ValueFormatter.text(Value($0)) } ?? "" }))
    }
    try table.set(failure, .texts(waiting.map { _ in "" }))
    return table
  }
}

/// What a script tells a study.
struct ToldRows {
  struct Row {
    var candidate: Candidate
    /// The candidate as the ledger knows it.
    var key: Candidate
    var measurement: Oracles.Measurement
  }

  /// Rows that say something; those with empty cells only are left out.
  private(set) var rows: [Row] = []
  /// What may be meant otherwise.
  private(set) var doubts: [String] = []

  /// - Throws: `.badArgument` for a column that is missing or a cell that cannot be read.
  init(_ arguments: Arguments, _ handle: StudyHandle, _ ledger: MeasurementLedger) throws(Failure) {
    let records: [Record]
    switch try arguments.value("results") {
    case .table(let table): records = (0..<table.rowCount).map { table.record($0) }
    case .record(let record): records = [record]
    default: throw arguments.mismatch("results", "a table or a record")
    }
    guard let first = records.first else { return }
    guard first[handle.candidateName] != nil else {
      throw Self.missing(handle.candidateName, first)
    }
    let known = ledger.names.filter { first[$0] != nil }
    if known.isEmpty, first[AskedTable.failure] == nil {
      throw Self.missing(ledger.names[0], first)
    }
    for name in ledger.names where !known.contains(name) {
      let meaningful = ledger.names + [handle.candidateName, AskedTable.failure]
      let others = first.keys.filter { !meaningful.contains($0) }
      if let meant = Suggestion.nearest(to: name, among: others) {
        doubts.append("the results have no column `\(name)`, but one named `\(meant)`")
      }
    }
    for (i, record) in records.enumerated() {
      var measurement = Oracles.Measurement()
      for name in known {
        measurement.values[name] = try Self.cell(record[name] ?? .none, "`\(name)` of row \(i)")
      }
      measurement.failure = Self.reason(record[AskedTable.failure] ?? .none)
      if measurement == Oracles.Measurement() { continue }
      let candidate = try Self.candidate(record, handle, row: i)
      rows.append(
        Row(candidate: candidate, key: ledger.spelled(candidate), measurement: measurement))
    }
  }

  private static func missing(_ name: String, _ record: Record) -> Failure {
    let meant = Suggestion.nearest(to: name, among: record.keys)
    return Failure(
      .badArgument,
      "the results have no column `\(name)`" + (meant.map { ", but one named `\($0)`" } ?? ""),
      advice:
        "`ask(study)` gives a table to fill; this one has \(record.keys.joined(separator: ", "))"
    )
  }

  private static func candidate(_ record: Record, _ handle: StudyHandle, row: Int) throws(Failure)
    -> Candidate
  {
    let value = record[handle.candidateName] ?? .none
    let place = "`\(handle.candidateName)` of row \(row)"
    if let box = handle.study.space {
      if let point = value.point {
        guard point.count == box.dimension else {
          throw Failure(
            .badArgument,
            "\(place) has \(point.count) coordinates, the study's candidates \(box.dimension)",
            advice:
              "they are numbers with decimal points and blanks between them, as `ask` writes them")
        }
        // Spreadsheets keep fewer digits than numbers have.
        try box.check(point, named: place, slack: 1e-9)
        return .vector(point)
      }
    } else if case .string(let text) = value {
      return .text(text)
    } else if case .host(let molecule as MoleculeHandle) = value {
      return .text(try molecule.molecule().source)
    }
    throw Failure(
      .badArgument, "\(place) is \(value.phrase), not a candidate of the study")
  }

  /// Why a candidate is given up; nil where the cell is empty.
  private static func reason(_ value: Value) -> String? {
    switch value {
    case .string(let text):
      let text = text.trimmed
      return text.isEmpty ? nil : text
    case .number(let x): return x.isNaN ? nil : Format.short(x)
    case .bool(let flag): return flag ? "failed" : nil
    default: return nil
    }
  }

  /// A measurement; nil where a cell is empty.
  private static func cell(_ value: Value, _ place: String) throws(Failure) -> Table.Cell? {
    switch value {
    case .none: return nil
    case .number(let x):
      if x.isNaN { return nil }
      if x.isFinite { return .number(x) }
    case .bool(let flag): return .flag(flag)
    case .string(let text):
      let text = text.trimmed
      if text.isEmpty { return nil }
      if let x = Double(text), x.isFinite { return .number(x) }
      if let flag = Bool(text.lowercased()) { return .flag(flag) }
    default: break
    }
    throw Failure(
      .badArgument, "\(place) is \(value.phrase), not a number, true or false",
      advice:
        "leave it empty while it is not measured; why it cannot be goes into `\(AskedTable.failure)`"
    )
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
