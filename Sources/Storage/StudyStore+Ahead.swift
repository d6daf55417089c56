import Core

/// Evaluations that were there before their trials' turn came: one of several that run side by side may take
/// a day longer than the others.
extension StudyStore {
  /// Writes such an evaluation; it is on the disk when this returns.
  /// - Parameter study: what `begin` gave.
  /// - Throws: `.cannotWrite` (nothing is written then).
  public func keepAhead(_ trial: StoredTrial, study: Int) throws(Failure) {
    try checkPlace()
    let values = try Self.evaluationValues(trial)
    try use { connection throws(Failure) in
      let insert = try Statement(
        """
        INSERT OR IGNORE INTO ahead (study, \(Self.evaluationColumns))
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """, connection)
      try insert.bind([.integer(study)] + values)
      _ = try insert.step()
    }
  }

  /// Whether the trial of a candidate is there, not only its evaluation.
  /// - Throws: `.badFile`.
  public func hasTrial(of candidate: StoredTrial.Candidate) throws(Failure) -> Bool {
    let (kind, text) = StoredJSON.columns(candidate)
    return try use { connection throws(Failure) in
      let select = try Statement(
        "SELECT 1 FROM trial WHERE candidate = ? AND kind = ? LIMIT 1", connection)
      try select.bind(.text(text), .text(kind))
      return try select.step()
    }
  }

  /// Candidates of a study whose evaluations wait for their trials, in the order in which they came.
  /// - Throws: `.badFile` for a row that cannot be read.
  public func candidatesAhead(runs: Set<Int>) throws(Failure) -> [StoredTrial.Candidate] {
    try use { connection throws(Failure) in
      let select = try Statement(
        "SELECT kind, candidate FROM ahead WHERE study IN \(Self.list(runs)) ORDER BY id",
        connection)
      var candidates: [StoredTrial.Candidate] = []
      while try select.step() {
        candidates.append(try candidate(kind: select.text(0), select.text(1)))
      }
      return candidates
    }
  }

  /// Every candidate that has an evaluation, those of trials first.
  /// - Throws: `.badFile` for a row that cannot be read.
  public func evaluatedCandidates() throws(Failure) -> [StoredTrial.Candidate] {
    try use { connection throws(Failure) in
      let select = try Statement(
        """
        SELECT kind, candidate FROM (
          SELECT 0 AS place, id, kind, candidate FROM trial
          UNION ALL SELECT 1, id, kind, candidate FROM ahead) ORDER BY place, id
        """, connection)
      var candidates: [StoredTrial.Candidate] = []
      while try select.step() {
        candidates.append(try candidate(kind: select.text(0), select.text(1)))
      }
      return candidates
    }
  }

  /// The evaluation of a candidate that waits for its trial.
  func ahead(_ kind: String, _ candidate: String, _ connection: Connection) throws(Failure)
    -> StoredTrial?
  {
    let select = try Statement(
      """
      SELECT 0 AS "index", 0 AS iteration, kind, candidate, objective, constraints, recorded, failure,
        0.0 AS seconds, finished FROM ahead WHERE candidate = ? AND kind = ?
      """, connection)
    try select.bind(.text(candidate), .text(kind))
    return try select.step() ? try trial(select) : nil
  }

  /// Its trial has come.
  static func dropAhead(_ candidate: StoredTrial.Candidate, _ connection: Connection)
    throws(Failure)
  {
    let (kind, text) = StoredJSON.columns(candidate)
    let delete = try Statement("DELETE FROM ahead WHERE candidate = ? AND kind = ?", connection)
    try delete.bind(.text(text), .text(kind))
    _ = try delete.step()
  }
}
