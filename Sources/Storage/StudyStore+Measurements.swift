import Core
import Foundation

/// What was measured outside of one candidate, as it was told at one time.
public struct StoredMeasurement: Sendable, Equatable {
  /// What was measured.
  public var candidate: StoredTrial.Candidate
  /// What was found, by name.
  public var values: [StoredTrial.Recorded]
  /// Why nothing can be found; nil if it can.
  public var failure: String?

  /// A row of these values.
  public init(
    candidate: StoredTrial.Candidate, values: [StoredTrial.Recorded], failure: String? = nil
  ) {
    self.candidate = candidate
    self.values = values
    self.failure = failure
  }
}

extension StudyStore {
  /// Writes what was told of candidates; all of it is on the disk when this returns.
  /// - Parameter corrected: candidates whose evaluations are removed, so that they are evaluated anew in the
  ///   batches that they were of.
  /// - Throws: `.cannotWrite` (nothing is written then).
  public func append(
    _ measurements: [StoredMeasurement], corrected: [StoredTrial.Candidate] = []
  ) throws(Failure) {
    try checkPlace()
    let told = StoredJSON.text(Date())
    let isCorrected =
      "(candidate, kind) IN (VALUES \(corrected.map { _ in "(?, ?)" }.joined(separator: ", ")))"
    let columns = corrected.map { StoredJSON.columns($0) }
    let values = columns.flatMap { [SQLValue.text($0.candidate), .text($0.kind)] }
    if !corrected.isEmpty { try keepBatches(of: isCorrected, values) }
    try use { connection throws(Failure) in
      try connection.transaction { () throws(Failure) in
        for table in corrected.isEmpty ? [] : ["trial", "ahead"] {
          let delete = try Statement("DELETE FROM \(table) WHERE \(isCorrected)", connection)
          try delete.bind(values)
          _ = try delete.step()
        }
        for measurement in measurements {
          let (kind, candidate) = StoredJSON.columns(measurement.candidate)
          let insert = try Statement(
            "INSERT INTO measurement (kind, candidate, measured, failure, told) VALUES (?, ?, ?, ?, ?)",
            connection)
          try insert.bind(
            .text(kind), .text(candidate), .text(try StoredJSON.text(measurement.values)),
            measurement.failure.map { .text($0) } ?? .null, .text(told))
          _ = try insert.step()
        }
      }
    }
  }

  /// All that was told, in order.
  /// - Throws: `.badFile` for a row that cannot be read.
  public func measurements() throws(Failure) -> [StoredMeasurement] {
    try use { connection throws(Failure) in
      let select = try Statement(
        "SELECT kind, candidate, measured, failure FROM measurement ORDER BY id", connection)
      var rows: [StoredMeasurement] = []
      while try select.step() {
        rows.append(
          StoredMeasurement(
            candidate: try candidate(kind: select.text(0), select.text(1)),
            values: try StoredJSON.value(select.text(2), path), failure: select.optionalText(3)))
      }
      return rows
    }
  }
}
