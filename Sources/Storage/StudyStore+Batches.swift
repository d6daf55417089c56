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

  /// Where a batch was last stopped after which the study went on without the rest; nil if this batch
  /// never was.
  /// - Throws: `.badFile` for a row that cannot be read.
  public func pause(firstTrial: Int, asked: [StoredTrial.Candidate]) throws(Failure)
    -> StoredPause?
  {
    let text = try Self.text(asked)
    return try use { connection throws(Failure) in
      let select = try Statement(
        "SELECT evaluated FROM pause WHERE first_trial = ? AND asked = ? ORDER BY id DESC LIMIT 1",
        connection)
      try select.bind(.integer(firstTrial), .text(text))
      guard try select.step() else { return nil }
      return StoredPause(
        firstTrial: firstTrial, asked: asked,
        evaluated: try StoredJSON.value(select.text(0), path))
    }
  }

  /// Writes that a method was asked for no more candidates than these, from this trial on, once.
  /// - Throws: `.cannotWrite`.
  public func appendCut(firstTrial: Int, asked: [StoredTrial.Candidate], study: Int)
    throws(Failure)
  {
    if try isCut(firstTrial: firstTrial, asked: asked) { return }
    try checkPlace()
    let text = try Self.text(asked)
    try use { connection throws(Failure) in
      let insert = try Statement(
        "INSERT INTO cut (study, first_trial, asked) VALUES (?, ?, ?)", connection)
      try insert.bind(.integer(study), .integer(firstTrial), .text(text))
      _ = try insert.step()
    }
  }

  /// How many candidates the batches had that begin at a trial and were cut, each size once, the last
  /// one first.
  /// - Throws: `.badFile` for a row that cannot be read.
  public func cuts(firstTrial: Int) throws(Failure) -> [Int] {
    try use { connection throws(Failure) in
      let select = try Statement(
        "SELECT asked FROM cut WHERE first_trial = ? ORDER BY id DESC", connection)
      try select.bind(.integer(firstTrial))
      var sizes: [Int] = []
      while try select.step() {
        let asked: [String] = try StoredJSON.value(select.text(0), path)
        if !sizes.contains(asked.count) { sizes.append(asked.count) }
      }
      return sizes
    }
  }

  /// Whether this batch was cut.
  /// - Throws: `.badFile`.
  public func isCut(firstTrial: Int, asked: [StoredTrial.Candidate]) throws(Failure) -> Bool {
    let text = try Self.text(asked)
    return try use { connection throws(Failure) in
      let select = try Statement(
        "SELECT 1 FROM cut WHERE first_trial = ? AND asked = ? LIMIT 1", connection)
      try select.bind(.integer(firstTrial), .text(text))
      return try select.step()
    }
  }

  private static func text(_ asked: [StoredTrial.Candidate]) throws(Failure) -> String {
    try StoredJSON.text(asked.map { StoredJSON.columns($0).candidate })
  }
}
