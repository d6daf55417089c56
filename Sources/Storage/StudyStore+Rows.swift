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
    let (kind, candidate) = StoredJSON.columns(trial.candidate)
    let constraints = try StoredJSON.text(trial.constraints)
    let recorded = try StoredJSON.text(trial.recorded)
    try use { connection throws(Failure) in
      let insert = try Statement(
        """
        INSERT INTO trial (study, "index", iteration, kind, candidate, objective, constraints,
          recorded, failure, seconds, finished) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """, connection)
      try insert.bind(
        .integer(study), .integer(trial.index), .integer(trial.iteration), .text(kind),
        .text(candidate), trial.objective.map { .real($0) } ?? .null, .text(constraints),
        .text(recorded), trial.failure.map { .text($0) } ?? .null, .real(trial.seconds),
        .text(StoredJSON.text(trial.finished)))
      _ = try insert.step()
    }
  }

  /// Writes that a study goes on although a batch of it was stopped part way.
  /// - Throws: `.cannotWrite`.
  public func append(_ pause: StoredPause, study: Int) throws(Failure) {
    try checkPlace()
    let asked = try StoredJSON.text(pause.asked.map { StoredJSON.columns($0).candidate })
    let evaluated = try StoredJSON.text(pause.evaluated)
    try use { connection throws(Failure) in
      let insert = try Statement(
        "INSERT INTO pause (study, first_trial, asked, evaluated) VALUES (?, ?, ?, ?)", connection)
      try insert.bind(.integer(study), .integer(pause.firstTrial), .text(asked), .text(evaluated))
      _ = try insert.step()
    }
  }

  /// How many evaluations there are.
  /// - Throws: `.badFile`.
  public func trialCount() throws(Failure) -> Int {
    try use { connection throws(Failure) in
      try connection.integer("SELECT count(*) FROM trial")
    }
  }

  /// How many of them failed.
  /// - Throws: `.badFile`.
  public func failureCount() throws(Failure) -> Int {
    try use { connection throws(Failure) in
      try connection.integer("SELECT count(*) FROM trial WHERE failure IS NOT NULL")
    }
  }

  /// Removes the evaluations that failed, so that their candidates are asked for again; and what is known
  /// of interrupted batches, which would have to be repeated with them.
  /// - Throws: `.cannotWrite`.
  public func forgetFailures() throws(Failure) {
    try checkPlace()
    try use { connection throws(Failure) in
      try connection.transaction { () throws(Failure) in
        try connection.execute("DELETE FROM pause")
        try connection.execute("DELETE FROM trial WHERE failure IS NOT NULL")
        try connection.execute("UPDATE measurement SET failure = NULL")
      }
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

  /// The evaluation of a candidate; nil if it was never evaluated.
  /// - Throws: `.badFile` for a row that cannot be read.
  public func trial(of candidate: StoredTrial.Candidate) throws(Failure) -> StoredTrial? {
    let (kind, text) = StoredJSON.columns(candidate)
    return try use { connection throws(Failure) in
      let select = try Statement(
        "SELECT \(Self.columns) FROM trial WHERE candidate = ? AND kind = ? ORDER BY id LIMIT 1",
        connection)
      try select.bind(.text(text), .text(kind))
      return try select.step() ? try trial(select) : nil
    }
  }

  /// Positions of a batch after which the study went on without the rest; nil if this batch was
  /// never stopped so.
  /// - Throws: `.badFile` for a row that cannot be read.
  public func pause(firstTrial: Int, asked: [StoredTrial.Candidate]) throws(Failure)
    -> StoredPause?
  {
    let text = try StoredJSON.text(asked.map { StoredJSON.columns($0).candidate })
    return try use { connection throws(Failure) in
      let select = try Statement(
        "SELECT evaluated FROM pause WHERE first_trial = ? AND asked = ? ORDER BY id LIMIT 1",
        connection)
      try select.bind(.integer(firstTrial), .text(text))
      guard try select.step() else { return nil }
      return StoredPause(
        firstTrial: firstTrial, asked: asked,
        evaluated: try StoredJSON.value(select.text(0), path))
    }
  }

  /// How many candidates batches had that begin at a trial and were stopped, and how many of these were
  /// evaluated.
  /// - Throws: `.badFile` for a row that cannot be read.
  public func pauseSizes(firstTrial: Int) throws(Failure) -> [(asked: Int, evaluated: Int)] {
    try use { connection throws(Failure) in
      let select = try Statement(
        "SELECT asked, evaluated FROM pause WHERE first_trial = ? ORDER BY id", connection)
      try select.bind(.integer(firstTrial))
      var sizes: [(asked: Int, evaluated: Int)] = []
      while try select.step() {
        let asked: [String] = try StoredJSON.value(select.text(0), path)
        let evaluated: [Int] = try StoredJSON.value(select.text(1), path)
        sizes.append((asked.count, evaluated.count))
      }
      return sizes
    }
  }

  /// The study that last evaluated something, or, where nothing is evaluated yet, that last asked;
  /// nil in a new store.
  /// - Throws: `.badFile` if its row cannot be read.
  public func lastStudy() throws(Failure) -> StoredStudy? {
    try use { connection throws(Failure) in
      let metadata = try connection.text(
        """
        SELECT metadata FROM study WHERE id = coalesce(
          (SELECT study FROM trial ORDER BY id DESC LIMIT 1), (SELECT max(id) FROM study))
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

  private func trial(_ row: Statement) throws(Failure) -> StoredTrial {
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
