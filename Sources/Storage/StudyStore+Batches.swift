import Core

/// What studies asked for, and how far they went.
///
/// A study made again asks for the same, whatever its method would choose now: that is what was paid for.
extension StudyStore {
  /// Writes that a study goes on although a batch of it was stopped part way.
  /// - Throws: `.cannotWrite`.
  public func append(_ pause: StoredPause, study: Int) throws(Failure) {
    try checkPlace()
    let asked = try Self.text(pause.asked)
    let evaluated = try StoredJSON.text(pause.evaluated)
    try use { connection throws(Failure) in
      let insert = try Statement(
        "INSERT INTO pause (study, first_trial, asked, evaluated) VALUES (?, ?, ?, ?)", connection)
      try insert.bind(
        .integer(study), .integer(pause.firstTrial), .text(asked), .text(evaluated))
      _ = try insert.step()
    }
  }

  /// Where a batch was last stopped after which its study went on without the rest; nil if it never
  /// was.
  /// - Parameter runs: numbers of the study's runs.
  /// - Throws: `.badFile` for a row that cannot be read.
  public func pause(firstTrial: Int, asked: [StoredTrial.Candidate], runs: Set<Int>)
    throws(Failure) -> StoredPause?
  {
    let text = try Self.text(asked)
    return try use { connection throws(Failure) in
      let select = try Statement(
        """
        SELECT evaluated FROM pause WHERE first_trial = ? AND asked = ? AND study IN \(Self.list(runs))
        ORDER BY id DESC LIMIT 1
        """, connection)
      try select.bind(.integer(firstTrial), .text(text))
      guard try select.step() else { return nil }
      return StoredPause(
        firstTrial: firstTrial, asked: asked,
        evaluated: try StoredJSON.value(select.text(0), path))
    }
  }

  /// Writes which batch a study asks for.
  /// - Throws: `.cannotWrite`.
  public func append(_ batch: StoredBatch, study: Int) throws(Failure) {
    try checkPlace()
    let text = try Self.text(batch.asked)
    let kind = batch.asked.first.map { StoredJSON.columns($0).kind } ?? "text"
    try use { connection throws(Failure) in
      let insert = try Statement(
        "INSERT INTO batch (study, first_trial, asked, kind, cut) VALUES (?, ?, ?, ?, ?)",
        connection)
      try insert.bind(
        .integer(study), .integer(batch.firstTrial), .text(text), .text(kind),
        .integer(batch.isCut ? 1 : 0))
      _ = try insert.step()
    }
  }

  /// The batches of a study that begin at a trial, the last one first.
  /// - Parameter runs: numbers of the study's runs.
  /// - Throws: `.badFile` for a row that cannot be read.
  public func batches(firstTrial: Int, runs: Set<Int>) throws(Failure) -> [StoredBatch] {
    try use { connection throws(Failure) in
      let select = try Statement(
        """
        SELECT asked, kind, cut FROM batch WHERE first_trial = ? AND study IN \(Self.list(runs))
        ORDER BY id DESC
        """, connection)
      try select.bind(.integer(firstTrial))
      var batches: [StoredBatch] = []
      while try select.step() {
        let texts: [String] = try StoredJSON.value(select.text(0), path)
        var asked: [StoredTrial.Candidate] = []
        for text in texts { asked.append(try candidate(kind: select.text(1), text)) }
        batches.append(
          StoredBatch(firstTrial: firstTrial, asked: asked, isCut: select.integer(2) == 1))
      }
      return batches
    }
  }

  /// What a study evaluated itself of an iteration, from a trial on, with the numbers of the trials. Where
  /// two runs went different ways, a number comes twice, that of the later run last.
  /// - Throws: `.badFile` for a row that cannot be read.
  public func evaluated(firstTrial: Int, iteration: Int, runs: Set<Int>) throws(Failure)
    -> [(index: Int, candidate: StoredTrial.Candidate)]
  {
    try use { connection throws(Failure) in
      let select = try Statement(
        """
        SELECT "index", kind, candidate FROM trial
        WHERE iteration = ? AND "index" >= ? AND study IN \(Self.list(runs)) ORDER BY "index", study
        """, connection)
      try select.bind(.integer(iteration), .integer(firstTrial))
      var found: [(index: Int, candidate: StoredTrial.Candidate)] = []
      while try select.step() {
        found.append(
          (select.integer(0), try candidate(kind: select.text(1), select.text(2))))
      }
      return found
    }
  }

  /// Whether a batch of a study is told of: by a row of its own, or by trials of all its candidates where
  /// no limit cut it.
  /// - Throws: `.badFile`.
  public func has(_ batch: StoredBatch, runs: Set<Int>) throws(Failure) -> Bool {
    let text = try Self.text(batch.asked)
    let texts = batch.asked.map { StoredJSON.columns($0).candidate }
    return try use { connection throws(Failure) in
      let select = try Statement(
        """
        SELECT 1 FROM batch WHERE first_trial = ? AND asked = ? AND study IN \(Self.list(runs)) LIMIT 1
        """, connection)
      try select.bind(.integer(batch.firstTrial), .text(text))
      if try select.step() { return true }
      if batch.isCut { return false }
      let trials = try Statement(
        """
        SELECT candidate FROM trial WHERE "index" >= ? AND "index" < ? AND study IN \(Self.list(runs))
        ORDER BY "index"
        """, connection)
      try trials.bind(.integer(batch.firstTrial), .integer(batch.firstTrial + batch.asked.count))
      var evaluated: [String] = []
      while try trials.step() { evaluated.append(trials.text(0)) }
      return evaluated == texts
    }
  }

  /// How far a study went: trials that it evaluated itself or, if that is more, had before it asked for a
  /// batch that is told of.
  /// - Throws: `.badFile`.
  public func extent(runs: Set<Int>) throws(Failure) -> Int {
    try use { connection throws(Failure) in
      try connection.integer(
        """
        SELECT max(
          (SELECT coalesce(max("index") + 1, 0) FROM trial WHERE study IN \(Self.list(runs))),
          (SELECT coalesce(max(first_trial), 0) FROM batch WHERE study IN \(Self.list(runs))))
        """)
    }
  }

  /// Whether a study evaluated a candidate itself.
  /// - Throws: `.badFile`.
  public func hasTrial(of candidate: StoredTrial.Candidate, runs: Set<Int>) throws(Failure) -> Bool
  {
    let (kind, text) = StoredJSON.columns(candidate)
    return try use { connection throws(Failure) in
      let select = try Statement(
        """
        SELECT 1 FROM trial WHERE candidate = ?1 AND kind = ?2 AND study IN \(Self.list(runs))
        UNION ALL
        SELECT 1 FROM ahead WHERE candidate = ?1 AND kind = ?2 AND study IN \(Self.list(runs)) LIMIT 1
        """, connection)
      try select.bind(.text(text), .text(kind))
      return try select.step()
    }
  }

  /// The studies after a number, with their numbers.
  /// - Throws: `.badFile` for a row that cannot be read.
  public func studies(after number: Int) throws(Failure) -> [(number: Int, study: StoredStudy)] {
    try use { connection throws(Failure) in
      let select = try Statement(
        "SELECT id, metadata FROM study WHERE id > ? ORDER BY id", connection)
      try select.bind(.integer(number))
      var studies: [(number: Int, study: StoredStudy)] = []
      while try select.step() {
        studies.append((select.integer(0), try StoredJSON.value(select.text(1), path)))
      }
      return studies
    }
  }

  private static func text(_ asked: [StoredTrial.Candidate]) throws(Failure) -> String {
    try StoredJSON.text(asked.map { StoredJSON.columns($0).candidate })
  }

  /// Numbers of runs as SQL.
  static func list(_ runs: Set<Int>) -> String {
    "(\(runs.sorted().map { "\($0)" }.joined(separator: ", ")))"
  }
}
