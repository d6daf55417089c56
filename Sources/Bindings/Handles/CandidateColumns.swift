import Core
import Language
import Oracles

/// How candidates stand in tables: in one column, or with a column for each setting.
struct CandidateColumns: Sendable, Equatable {
  /// The columns' names.
  let names: [String]
  /// Whether each coordinate has a column.
  let isSplit: Bool

  /// One column.
  init(_ name: String) {
    names = [name]
    isSplit = false
  }

  /// The columns of a problem's candidates.
  /// - Parameter isMolecular: whether they are molecules.
  init(_ problem: ProblemValue, isMolecular: Bool = false) {
    names = isMolecular ? ["smiles"] : problem.parameterNames
    isSplit = problem.hasSettings
  }

  /// The columns in words.
  var phrase: String { names.map { "`\($0)`" }.joined(separator: ", ") }

  /// What one coordinate is called.
  func coordinate(_ place: Int) -> String { isSplit ? names[place] : "\(names[0])[\(place)]" }

  /// Adds candidates to a table.
  func add(_ candidates: [Candidate], to table: inout Table) throws(Failure) {
    guard isSplit else { return try table.set(names[0], StudyTables.candidates(candidates)) }
    for (place, name) in names.enumerated() {
      try table.set(name, .numbers(candidates.map { $0.vector?[place] ?? .nan }))
    }
  }

  /// A candidate as fields of a record.
  func add(_ candidate: Candidate, to record: inout Record) {
    guard isSplit else {
      record[names[0]] = StudyTables.value(candidate)
      return
    }
    for (name, x) in zip(names, candidate.vector ?? []) { record[name] = .number(x) }
  }

  /// The candidates of a table's rows as a script gives them.
  /// - Throws: `.unknownName` for a missing column.
  func values(_ table: Table) throws -> [Value] {
    let columns = try (found(among: table.names) ?? names).map { try table.column($0) }
    return (0..<table.rowCount).map { row in
      isSplit ? .list(columns.map { Value($0.cell(row)) }) : Value(columns[0].cell(row))
    }
  }

  /// A record of all settings as a list of them, or its point where candidates have one name; anything else as it is.
  /// - Throws: `.badArgument` for a record that lacks some of them.
  func point(_ value: Value) throws(Failure) -> Value {
    guard case .record(let record) = value else { return value }
    guard let columns = try found(among: record.keys) else {
      throw Failure(
        .badArgument, "the record has no \(phrase)",
        advice: "it has \(record.keys.map { "`\($0)`" }.joined(separator: ", "))")
    }
    return self.value(in: record, columns)
  }

  /// The columns of some results, each by its name or by that name in other letters, as in `SMILES`; nil
  /// where they have none of them.
  /// - Throws: `.badArgument` where they have some of them only.
  func found(among names: [String]) throws(Failure) -> [String]? {
    let found = self.names.map { Self.column($0, among: names) }
    let columns = found.compactMap { $0 }
    if columns.isEmpty { return nil }
    if let missing = zip(self.names, found).first(where: { $1 == nil })?.0 {
      throw Failure(
        .badArgument, "there is no column `\(missing)`, but others of the settings",
        advice:
          "candidates are told by all of \(phrase); results by the number of their `trial` alone, too"
      )
    }
    return columns
  }

  private static func column(_ name: String, among names: [String]) -> String? {
    if names.contains(name) { return name }
    let alike = names.filter { $0.trimmed.lowercased() == name.lowercased() }
    return alike.count == 1 ? alike[0] : nil
  }

  /// What a record of results has in these columns: of several settings a list; none where all are empty.
  func value(in record: Record, _ columns: [String]) -> Value {
    let cells = columns.map { record[$0] ?? Value.none }
    guard isSplit else { return cells[0] }
    return cells.allSatisfy(\.isEmptyCell) ? Value.none : .list(cells.map(\.numberInText))
  }
}

extension Value {
  /// The number that a text is; the value itself where it is none.
  fileprivate var numberInText: Value {
    if case .string(let text) = self, let x = Double(decimal: text.trimmed) {
      .number(x)
    } else {
      self
    }
  }

  /// Whether a table's cell holds nothing.
  fileprivate var isEmptyCell: Bool {
    switch self {
    case .none: true
    case .string(let text): text.trimmed.isEmpty
    case .number(let x): x.isNaN
    default: false
    }
  }
}
