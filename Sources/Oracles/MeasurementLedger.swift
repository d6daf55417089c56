import Core
import Synchronization

/// What was told of candidates that are measured outside: in a laboratory, by a colleague.
///
/// Results may come in any order and a part at a time. May be used from several threads.
public final class MeasurementLedger: Sendable {
  /// What has to be measured of each candidate.
  public let names: [String]
  /// The same for candidates that are alike, as two SMILES of a molecule are.
  public let spelled: @Sendable (Candidate) -> Candidate
  private let keep: @Sendable (Candidate, Measurement) throws(Failure) -> Void
  private let known: Mutex<[Candidate: Measurement]>

  /// - Parameters:
  ///   - names: what has to be measured of each candidate.
  ///   - known: what was told before.
  ///   - spelling: the same for candidates that are alike, as two SMILES of a molecule are.
  ///   - keep: writes what is told where it survives.
  public init(
    names: [String], known: [(Candidate, Measurement)] = [],
    spelling: @escaping @Sendable (Candidate) -> Candidate = { $0 },
    keep: @escaping @Sendable (Candidate, Measurement) throws(Failure) -> Void = { _, _ in }
  ) {
    self.names = names
    spelled = spelling
    self.keep = keep
    self.known = Mutex(
      Dictionary(known.map { (spelling($0), $1) }) { before, after in
        // A later row is what was known after it.
        Measurement(values: before.values.merging(after.values) { $1 }, failure: after.failure)
      })
  }

  /// What is known of a candidate.
  public func measurement(of candidate: Candidate) -> Measurement {
    let key = spelled(candidate)
    return known.withLock { $0[key] } ?? Measurement()
  }

  /// Names of what is still to be measured of a candidate; empty once it can be evaluated.
  public func missing(for candidate: Candidate) -> [String] {
    measurement(of: candidate).missing(names)
  }

  /// Takes in what was found out about a candidate.
  /// - Parameter correcting: whether what was told before gives way.
  /// - Returns: whether anything of it is new.
  /// - Throws: `.badArgument` where it contradicts what is known, `.cannotWrite` (nothing is taken in
  ///   then).
  @discardableResult
  public func tell(
    _ told: Measurement, of candidate: Candidate, correcting: Bool = false
  ) throws(Failure) -> Bool {
    let key = spelled(candidate)
    return try known.withLock { known throws(Failure) in
      let before = known[key] ?? Measurement()
      var measurement = before
      let isNew = try measurement.merge(
        told, of: candidate, names: names, correcting: correcting)
      guard isNew else { return false }
      // As it is now: a failure that measurements have overtaken is not written.
      try keep(candidate, Measurement(values: told.values, failure: measurement.failure))
      known[key] = measurement
      return true
    }
  }

  /// Checks that what `tell` would take in contradicts nothing.
  /// - Throws: `.badArgument` where it does.
  public func check(_ told: Measurement, of candidate: Candidate) throws(Failure) {
    var measurement = measurement(of: candidate)
    _ = try measurement.merge(told, of: candidate, names: names, correcting: false)
  }
}
