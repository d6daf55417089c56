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
    try keepBatchesOfFailures()
    try use { connection throws(Failure) in
      try connection.transaction { () throws(Failure) in
        try connection.execute("DELETE FROM trial WHERE failure IS NOT NULL")
        try connection.execute("DELETE FROM ahead WHERE failure IS NOT NULL")
        try connection.execute("UPDATE measurement SET failure = NULL")
      }
    }
  }

  /// Files of before format 5 tell of most batches by their trials alone, which are then no longer all there.
  private func keepBatchesOfFailures() throws(Failure) {
    var studies = try self.studies(after: 0)
    while let first = studies.first {
      let runs = studies.filter { $0.study.isSame(as: first.study) }.map(\.number)
      studies.removeAll { runs.contains($0.number) }
      for iteration in try iterationsWithFailures(Set(runs)) {
        let found = try evaluated(firstTrial: 0, iteration: iteration, runs: Set(runs))
        let placed = Dictionary(found.map { ($0.index, $0.candidate) }) { $1 }
        guard let start = placed.keys.min() else { continue }
        let batch = StoredBatch(
          firstTrial: start, asked: placed.sorted { $0.key < $1.key }.map(\.value), isCut: false)
        let isKnown = try !batches(firstTrial: start, runs: Set(runs)).isEmpty
        if !isKnown { try append(batch, study: runs[runs.count - 1]) }
      }
    }
  }

  /// Iterations of a study with trials that failed, but for its last one, which may be going on.
  private func iterationsWithFailures(_ runs: Set<Int>) throws(Failure) -> [Int] {
    try use { connection throws(Failure) in
      let select = try Statement(
        """
        SELECT DISTINCT iteration FROM trial
        WHERE study IN \(Self.list(runs)) AND failure IS NOT NULL
          AND iteration < (SELECT max(iteration) FROM trial WHERE study IN \(Self.list(runs)))
        ORDER BY iteration
        """, connection)
      var iterations: [Int] = []
      while try select.step() { iterations.append(select.integer(0)) }
      return iterations
    }
  }
}
