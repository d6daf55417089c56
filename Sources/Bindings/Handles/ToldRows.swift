import Core
import Foundation
import Language
import Optimization
import Oracles

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

  /// - Throws: `.badArgument` for a column that is missing, a cell that cannot be read, or the number of a
  ///   trial that contradicts the candidate.
  init(_ arguments: Arguments, _ handle: StudyHandle, _ ledger: MeasurementLedger) throws {
    let records: [Record]
    switch try arguments.value("results") {
    case .table(let table): records = (0..<table.rowCount).map { table.record($0) }
    case .record(let record): records = [record]
    default: throw arguments.mismatch("results", "a table or a record")
    }
    guard let first = records.first else { return }
    // A trial's number alone tells whose results these are.
    let columns = try handle.columns.found(among: first.keys)
    guard columns != nil || first["trial"] != nil else {
      throw Self.missing(handle.columns.names[0], first)
    }
    let known = ledger.names.filter { first[$0] != nil }
    if known.isEmpty, first[AskedTable.failure] == nil {
      throw Self.missing(ledger.names[0], first)
    }
    for name in ledger.names where !known.contains(name) {
      let meaningful = ledger.names + (columns ?? ["trial"]) + [AskedTable.failure]
      let others = first.keys.filter { !meaningful.contains($0) }
      if let meant = Suggestion.nearest(to: name, among: others) {
        doubts.append("the results have no column `\(name)`, but one named `\(meant)`")
      }
    }
    let asked = try AskedCandidates(handle, ledger)
    var nameless: [Int] = []
    for (i, record) in records.enumerated() {
      var measurement = Oracles.Measurement()
      for name in known {
        measurement.values[name] = try Self.cell(record[name] ?? .none, "`\(name)` of row \(i)")
      }
      measurement.failure = Self.reason(record[AskedTable.failure] ?? .none)
      if measurement == Oracles.Measurement() { continue }
      guard
        let (candidate, doubt) = try Self.meant(by: record, row: i, columns, handle, asked)
      else {
        nameless.append(i)
        continue
      }
      if let doubt { doubts.append(doubt) }
      rows.append(
        Row(candidate: candidate, key: ledger.spelled(candidate), measurement: measurement))
    }
    if let first = nameless.first, let columns {
      let what = columns.map { "`\($0)`" }.joined(separator: ", ")
      doubts.append(
        nameless.count == 1
          ? "row \(first) has no \(what): what it says is left out"
          : "\(nameless.count) rows, the first of them row \(first), have no \(what): what they say is "
            + "left out")
    }
  }

  /// The candidate that a row is about: that of its column or, where there is none, of its trial's number; nil
  /// for an empty cell.
  private static func meant(
    by record: Record, row i: Int, _ columns: [String]?, _ handle: StudyHandle,
    _ asked: AskedCandidates
  ) throws(Failure) -> (candidate: Candidate, doubt: String?)? {
    let number = record["trial"] ?? Value.none
    guard let columns else {
      guard let candidate = asked.candidate(trial: number) else {
        throw Failure(
          .badArgument, "row \(i) says trial \(number.phrase), which the study does not have",
          advice: "`ask(study)` and `trials(study)` tell the numbers")
      }
      return (candidate, nil)
    }
    guard
      let told = try candidate(
        handle.columns.value(in: record, columns), handle,
        "\(columns.map { "`\($0)`" }.joined(separator: ", ")) of row \(i)")
    else { return nil }
    return try asked.meant(by: told, trial: number, row: i)
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

  /// The candidate that a cell holds; nil for an empty one.
  private static func candidate(_ value: Value, _ handle: StudyHandle, _ place: String)
    throws(Failure) -> Candidate?
  {
    if case .none = value { return nil }
    if case .string(let text) = value, text.trimmed.isEmpty { return nil }
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
      if let x = Double(decimal: text), x.isFinite { return .number(x) }
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
  /// Without blanks at its ends.
  var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
