import Core

/// Evaluations that failed, and asking for them again.
extension StudyStore {
  /// How many there are.
  /// - Throws: `.badFile`.
  public func failureCount() throws(Failure) -> Int {
    try use { connection throws(Failure) in
      try connection.integer(
        """
        SELECT (SELECT count(*) FROM trial WHERE failure IS NOT NULL)
          + (SELECT count(*) FROM ahead WHERE failure IS NOT NULL)
        """)
    }
  }

  /// Removes the evaluations that failed, so that their candidates are asked for again, in the batches that
  /// they were of.
  /// - Throws: `.cannotWrite`.
  public func forgetFailures() throws(Failure) {
    try checkPlace()
    try keepBatches(of: "failure IS NOT NULL")
    try use { connection throws(Failure) in
      try connection.transaction { () throws(Failure) in
        try connection.execute("DELETE FROM trial WHERE failure IS NOT NULL")
        try connection.execute("DELETE FROM ahead WHERE failure IS NOT NULL")
        try connection.execute("UPDATE measurement SET failure = NULL")
      }
    }
  }

  /// Tells of batches of which some trials will be removed. Files of before format 5 tell of most by their
  /// trials alone.
  /// - Parameters:
  ///   - condition: of these trials, in SQL.
  ///   - values: what its `?`s stand for.
  func keepBatches(of condition: String, _ values: [SQLValue] = []) throws(Failure) {
    var studies = try self.studies(after: 0)
    while let first = studies.first {
      let runs = Set(studies.filter { $0.study.isSame(as: first.study) }.map(\.number))
      studies.removeAll { runs.contains($0.number) }
      for iteration in try iterations(runs, condition, values) {
        let found = try evaluated(firstTrial: 0, iteration: iteration, runs: runs)
        let placed = Dictionary(found.map { ($0.index, $0.candidate) }) { $1 }
        guard let start = placed.keys.min(), let run = runs.max() else { continue }
        let batch = StoredBatch(
          firstTrial: start, asked: placed.sorted { $0.key < $1.key }.map(\.value), isCut: false)
        let isKnown = try !batches(firstTrial: start, runs: runs).isEmpty
        if !isKnown { try append(batch, study: run) }
      }
    }
  }

  /// Iterations of a study with trials of a condition.
  private func iterations(_ runs: Set<Int>, _ condition: String, _ values: [SQLValue])
    throws(Failure) -> [Int]
  {
    try use { connection throws(Failure) in
      let select = try Statement(
        """
        SELECT DISTINCT iteration FROM trial WHERE study IN \(Self.list(runs)) AND \(condition)
        ORDER BY iteration
        """, connection)
      try select.bind(values)
      var iterations: [Int] = []
      while try select.step() { iterations.append(select.integer(0)) }
      return iterations
    }
  }
}
