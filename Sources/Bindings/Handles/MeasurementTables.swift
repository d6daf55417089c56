import Core
import Foundation
import Language
import Optimization
import Oracles

/// The table that `ask` gives.
enum AskedTable {
  /// Columns that are not measurements.
  static let failure = "failure"

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
enum ToldRows {
  struct Row {
    var candidate: Candidate
    var measurement: Oracles.Measurement
  }

  /// Rows that say something; those with empty cells only are left out.
  /// - Throws: `.badArgument` for a column that is missing or a cell that cannot be read.
  static func rows(
    _ arguments: Arguments, _ handle: StudyHandle, _ names: [String]
  ) throws(Failure) -> [Row] {
    let records: [Record]
    switch try arguments.value("results") {
    case .table(let table): records = (0..<table.rowCount).map { table.record($0) }
    case .record(let record): records = [record]
    default: throw arguments.mismatch("results", "a table or a record")
    }
    guard let first = records.first else { return [] }
    guard first[handle.candidateName] != nil else { throw missing(handle.candidateName, first) }
    if first[AskedTable.failure] == nil, !names.contains(where: { first[$0] != nil }) {
      throw missing(names[0], first)
    }
    var rows: [Row] = []
    for (i, record) in records.enumerated() {
      var measurement = Oracles.Measurement()
      for name in names {
        measurement.values[name] = try cell(record[name] ?? .none, "`\(name)` of row \(i)")
      }
      if case .string(let reason)? = record[AskedTable.failure], !reason.isEmpty {
        measurement.failure = reason
      }
      if measurement == Oracles.Measurement() { continue }
      rows.append(
        Row(candidate: try candidate(record, handle, row: i), measurement: measurement))
    }
    return rows
  }

  private static func missing(_ name: String, _ record: Record) -> Failure {
    Failure(
      .badArgument, "the results have no column `\(name)`",
      advice: Suggestion.phrase(for: name, among: record.keys)
        ?? "`ask(study)` gives a table to fill; this one has \(record.keys.joined(separator: ", "))"
    )
  }

  private static func candidate(_ record: Record, _ handle: StudyHandle, row: Int) throws(Failure)
    -> Candidate
  {
    let value = record[handle.candidateName] ?? .none
    if handle.study.space != nil {
      if let point = value.point { return .vector(point) }
    } else if case .string(let text) = value {
      return .text(text)
    } else if case .host(let molecule as MoleculeHandle) = value {
      return .text(try molecule.molecule().source)
    }
    throw Failure(
      .badArgument,
      "`\(handle.candidateName)` of row \(row) is \(value.phrase), not a candidate of the study")
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
      let text = text.trimmingCharacters(in: .whitespaces)
      if text.isEmpty { return nil }
      if let x = Double(text), x.isFinite { return .number(x) }
      if let flag = Bool(text) { return .flag(flag) }
    default: break
    }
    throw Failure(
      .badArgument, "\(place) is \(value.phrase), not a number, true or false",
      advice:
        "leave it empty while it is not measured; why it cannot be goes into `\(AskedTable.failure)`"
    )
  }
}
