import Core
import Foundation

/// Rows in and out.
extension StudyStore {
  /// Writes that a study begins to evaluate, and gives the number that its rows carry.
  /// - Throws: `.cannotWrite`.
  public func begin(_ study: StoredStudy) throws(Failure) -> Int {
    try checkPlace()
    let metadata = try StoredJSON.text(study)
    return try use { connection throws(Failure) in
      let insert = try Statement("INSERT INTO study (started, metadata) VALUES (?, ?)", connection)
      try insert.bind(.text(StoredJSON.text(Date())), .text(metadata))
      _ = try insert.step()
      return try connection.integer("SELECT last_insert_rowid()")
    }
  }

  /// Writes one evaluation; it is on the disk when this returns.
  /// - Parameter study: what `begin` gave.
  /// - Throws: `.cannotWrite` (nothing is written then).
  public func append(_ trial: StoredTrial, study: Int) throws(Failure) {
    try checkPlace()
    let values = try Self.evaluationValues(trial)
    try use { connection throws(Failure) in
      try connection.transaction { () throws(Failure) in
        let insert = try Statement(
          """
          INSERT INTO trial (study, "index", iteration, seconds, \(Self.evaluationColumns))
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """, connection)
        try insert.bind(
          [
            .integer(study), .integer(trial.index), .integer(trial.iteration),
            .real(trial.seconds),
          ] + values)
        _ = try insert.step()
        try Self.dropAhead(trial.candidate, connection)
      }
    }
  }

  /// Columns of an evaluation, whether it has become a trial or is ahead of it.
  static let evaluationColumns =
    "kind, candidate, objective, constraints, recorded, failure, finished"

  /// What stands in these columns.
  static func evaluationValues(_ trial: StoredTrial) throws(Failure) -> [SQLValue] {
    let (kind, candidate) = StoredJSON.columns(trial.candidate)
    return [
      .text(kind), .text(candidate), trial.objective.map { .real($0) } ?? .null,
      .text(try StoredJSON.text(trial.constraints)), .text(try StoredJSON.text(trial.recorded)),
      trial.failure.map { .text($0) } ?? .null, .text(StoredJSON.text(trial.finished)),
    ]
  }

  /// How many evaluations there are.
  /// - Throws: `.badFile`.
  public func trialCount() throws(Failure) -> Int {
    try use { connection throws(Failure) in
      try connection.integer("SELECT (SELECT count(*) FROM trial) + (SELECT count(*) FROM ahead)")
    }
  }

  /// Whether the file has what belongs to one problem: evaluations, measurements, or candidates that are
  /// being measured.
  /// - Throws: `.badFile`.
  public func hasResults() throws(Failure) -> Bool {
    try use { connection throws(Failure) in
      try connection.integer(
        """
        SELECT EXISTS (SELECT 1 FROM trial) OR EXISTS (SELECT 1 FROM measurement)
          OR EXISTS (SELECT 1 FROM batch) OR EXISTS (SELECT 1 FROM ahead)
        """) == 1
    }
  }

  /// Names of the constraint entries of the first evaluation that worked; nil if there is none.
  /// - Throws: `.badFile` for a row that cannot be read.
  public func constraintNames() throws(Failure) -> [String]? {
    try use { connection throws(Failure) in
      let select = try Statement(
        """
        SELECT constraints FROM (
          SELECT 0 AS place, id, constraints FROM trial WHERE failure IS NULL
          UNION ALL SELECT 1, id, constraints FROM ahead WHERE failure IS NULL)
        ORDER BY place, id LIMIT 1
        """, connection)
      guard try select.step() else { return nil }
      let entries: [StoredTrial.Constraint] = try StoredJSON.value(select.text(0), path)
      return entries.map(\.name)
    }
  }

  /// All evaluations in the order in which they were done.
  /// - Throws: `.badFile` for a row that cannot be read.
  public func trials() throws(Failure) -> [StoredTrial] {
    try use { connection throws(Failure) in
      let select = try Statement("SELECT \(Self.columns) FROM trial ORDER BY id", connection)
      var trials: [StoredTrial] = []
      while try select.step() { trials.append(try trial(select)) }
      return trials
    }
  }

  /// The evaluation of a candidate, also one whose trial's turn has not come; nil if it was never
  /// evaluated.
  /// - Throws: `.badFile` for a row that cannot be read.
  public func trial(of candidate: StoredTrial.Candidate) throws(Failure) -> StoredTrial? {
    let (kind, text) = StoredJSON.columns(candidate)
    return try use { connection throws(Failure) in
      let select = try Statement(
        "SELECT \(Self.columns) FROM trial WHERE candidate = ? AND kind = ? ORDER BY id LIMIT 1",
        connection)
      try select.bind(.text(text), .text(kind))
      return try select.step() ? try trial(select) : try ahead(kind, text, connection)
    }
  }

  /// The study that last evaluated something, or began to if that was later (its candidates are being
  /// measured); nil in a new store.
  /// - Throws: `.badFile` if its row cannot be read.
  public func lastStudy() throws(Failure) -> StoredStudy? {
    try use { connection throws(Failure) in
      // Times are texts of one form in UTC, so their order is that of the texts.
      let metadata = try connection.text(
        """
        SELECT metadata FROM study WHERE id = (
          SELECT id FROM (
            SELECT * FROM (SELECT study AS id, finished AS time FROM trial ORDER BY trial.id DESC LIMIT 1)
            UNION ALL
            SELECT * FROM (SELECT id, started AS time FROM study ORDER BY study.id DESC LIMIT 1)
          ) ORDER BY time DESC, id DESC LIMIT 1)
        """)
      guard let metadata else { return nil }
      return try StoredJSON.value(metadata, path)
    }
  }

  private static var columns: String {
    """
    "index", iteration, kind, candidate, objective, constraints, recorded, failure, seconds, \
    finished
    """
  }

  func trial(_ row: Statement) throws(Failure) -> StoredTrial {
    StoredTrial(
      index: row.integer(0), iteration: row.integer(1),
      candidate: try candidate(kind: row.text(2), row.text(3)),
      objective: row.optionalReal(4), constraints: try StoredJSON.value(row.text(5), path),
      recorded: try StoredJSON.value(row.text(6), path), failure: row.optionalText(7),
      seconds: row.real(8), finished: try StoredJSON.date(row.text(9), path))
  }

  /// The candidate of two columns; see `StoredJSON.columns`.
  func candidate(kind: String, _ text: String) throws(Failure) -> StoredTrial.Candidate {
    switch kind {
    case "text": .text(text)
    case "vector": .vector(try StoredJSON.value(text, path))
    default: throw StoredJSON.unreadable(kind, path)
    }
  }
}
