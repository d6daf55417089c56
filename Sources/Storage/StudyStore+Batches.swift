import Core

/// Batches that were not as a method would have them by itself.
///
/// A study made again must ask for the same, or what it asks for next would be something else than what
/// was paid for.
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

  /// Writes which batch a study asked for, from this trial on, where it has to be told: a limit cut it, or
  /// its candidates leave the program.
  /// - Throws: `.cannotWrite`.
  public func appendBatch(firstTrial: Int, asked: [StoredTrial.Candidate], study: Int)
    throws(Failure)
  {
    try checkPlace()
    let text = try Self.text(asked)
    try use { connection throws(Failure) in
      let insert = try Statement(
        "INSERT INTO batch (study, first_trial, asked) VALUES (?, ?, ?)", connection)
      try insert.bind(.integer(study), .integer(firstTrial), .text(text))
      _ = try insert.step()
    }
  }

  /// How many candidates the batches of a study had that begin at a trial and are told of, each size once,
  /// the last one first.
  /// - Throws: `.badFile` for a row that cannot be read.
  public func batchSizes(firstTrial: Int, runs: Set<Int>) throws(Failure) -> [Int] {
    try use { connection throws(Failure) in
      let select = try Statement(
        """
        SELECT asked FROM batch WHERE first_trial = ? AND study IN \(Self.list(runs)) ORDER BY id DESC
        """, connection)
      try select.bind(.integer(firstTrial))
      var sizes: [Int] = []
      while try select.step() {
        let asked: [String] = try StoredJSON.value(select.text(0), path)
        if !sizes.contains(asked.count) { sizes.append(asked.count) }
      }
      return sizes
    }
  }

  /// Whether this batch of a study is told of.
  /// - Throws: `.badFile`.
  public func hasBatch(firstTrial: Int, asked: [StoredTrial.Candidate], runs: Set<Int>)
    throws(Failure) -> Bool
  {
    let text = try Self.text(asked)
    return try use { connection throws(Failure) in
      let select = try Statement(
        """
        SELECT 1 FROM batch WHERE first_trial = ? AND asked = ? AND study IN \(Self.list(runs)) LIMIT 1
        """, connection)
      try select.bind(.integer(firstTrial), .text(text))
      return try select.step()
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

  /// How many trials of a study belong to later iterations than its first that failed.
  /// - Throws: `.badFile`.
  public func trialsAfterFailure(runs: Set<Int>) throws(Failure) -> Int {
    try use { connection throws(Failure) in
      try connection.integer(
        """
        SELECT count(*) FROM trial WHERE study IN \(Self.list(runs)) AND iteration > (
          SELECT min(iteration) FROM trial
          WHERE study IN \(Self.list(runs)) AND failure IS NOT NULL)
        """)
    }
  }

  /// Whether a study evaluated itself any of these trials.
  /// - Throws: `.badFile`.
  public func hasTrials(_ indices: Range<Int>, runs: Set<Int>) throws(Failure) -> Bool {
    try use { connection throws(Failure) in
      let select = try Statement(
        """
        SELECT 1 FROM trial WHERE "index" >= ? AND "index" < ? AND study IN \(Self.list(runs)) LIMIT 1
        """, connection)
      try select.bind(.integer(indices.lowerBound), .integer(indices.upperBound))
      return try select.step()
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

  private static func list(_ runs: Set<Int>) -> String {
    "(\(runs.sorted().map { "\($0)" }.joined(separator: ", ")))"
  }
}
