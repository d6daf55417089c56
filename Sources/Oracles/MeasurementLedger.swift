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
  private let keep: @Sendable (News) throws(Failure) -> Void
  private let state: Mutex<State>

  private struct State {
    var known: [Candidate: Measurement]
    var corrections = 0
  }

  /// - Parameters:
  ///   - names: what has to be measured of each candidate.
  ///   - known: what was told before.
  ///   - spelling: the same for candidates that are alike, as two SMILES of a molecule are.
  ///   - keep: writes what is told where it survives, all of it or nothing.
  public init(
    names: [String], known: [(Candidate, Measurement)] = [],
    spelling: @escaping @Sendable (Candidate) -> Candidate = { $0 },
    keep: @escaping @Sendable (News) throws(Failure) -> Void = { _ in }
  ) {
    self.names = names
    spelled = spelling
    self.keep = keep
    state = Mutex(
      State(
        known: Dictionary(known.map { (spelling($0), $1) }) { before, after in
          // A later row is what was known after it.
          Measurement(values: before.values.merging(after.values) { $1 }, failure: after.failure)
        }))
  }

  /// What is known of a candidate.
  public func measurement(of candidate: Candidate) -> Measurement {
    let key = spelled(candidate)
    return state.withLock { $0.known[key] } ?? Measurement()
  }

  /// How often something was corrected that had been evaluated: what was learned before is out of date.
  public var corrections: Int { state.withLock { $0.corrections } }

  /// Names of what is still to be measured of a candidate; empty once it can be evaluated.
  public func missing(for candidate: Candidate) -> [String] {
    measurement(of: candidate).missing(names)
  }

  /// What is new of what was told.
  public struct News: Sendable {
    /// By candidate, in order.
    public var told: [(Candidate, Measurement)] = []
    /// Candidates, as they are spelled here, whose evaluation has to be made anew.
    public var corrected: Set<Candidate> = []
  }

  /// How far a study is with a candidate.
  public enum Standing: Sendable {
    /// It is not evaluated.
    case open
    /// It is evaluated, and can be evaluated anew.
    case evaluated
    /// It is evaluated for good.
    case fixed
  }

  /// What is told of one candidate.
  public struct Told: Sendable {
    /// Of whom.
    public var candidate: Candidate
    /// What was found out.
    public var measurement: Measurement
    /// Whether what was told before gives way.
    public var isCorrection: Bool
    /// How far the study is with it.
    public var standing: Standing

    /// A row of these values.
    public init(
      _ measurement: Measurement, of candidate: Candidate, isCorrection: Bool = false,
      standing: Standing = .open
    ) {
      self.candidate = candidate
      self.measurement = measurement
      self.isCorrection = isCorrection
      self.standing = standing
    }

    /// Takes in another row of the same candidate.
    fileprivate mutating func join(_ other: Told) throws(Failure) {
      for (name, value) in other.measurement.values.sorted(by: { $0.key < $1.key }) {
        if let own = measurement.values[name], own != value {
          throw differ("`\(name)` is \(own.phrase) in one and \(value.phrase) in the other")
        }
        measurement.values[name] = value
      }
      if let own = measurement.failure, let reason = other.measurement.failure, own != reason {
        throw differ("one says \"\(own)\" and the other \"\(reason)\"")
      }
      measurement.failure = measurement.failure ?? other.measurement.failure
      isCorrection = isCorrection || other.isCorrection
    }

    private func differ(_ how: String) -> Failure {
      Failure(
        .badArgument, "two rows are of \(candidate.phrase) and differ: \(how)",
        advice: "leave out the one that is wrong")
    }
  }

  /// Takes in what was found out about candidates: all of it or nothing.
  /// - Returns: of which candidates something new was told.
  /// - Throws: `.badArgument` where a row contradicts what is known or another row, `.cannotWrite`
  ///   (nothing is taken in then).
  @discardableResult
  public func tell(_ rows: [Told]) throws(Failure) -> News {
    let rows = try joined(rows)
    return try state.withLock { state throws(Failure) in
      var changed: [Candidate: Measurement] = [:]
      var news = News()
      for (key, row) in rows {
        var measurement = state.known[key] ?? Measurement()
        let isNew = try measurement.merge(
          row.measurement, of: row.candidate, names: names,
          correcting: row.isCorrection && row.standing != .fixed, isFixed: row.standing == .fixed)
        guard isNew else { continue }
        let missing = measurement.missing(names)
        if row.standing == .evaluated, !missing.isEmpty {
          throw Failure(
            .badArgument,
            "\(row.candidate.phrase) is evaluated, and nothing tells its "
              + missing.map { "`\($0)`" }.joined(separator: ", "),
            advice: "a correction brings all of its measurements, or a `failure`")
        }
        changed[key] = measurement
        if row.standing == .evaluated { news.corrected.insert(key) }
        // As it is now: a failure that measurements have overtaken is not written.
        news.told.append(
          (
            row.candidate,
            Measurement(values: row.measurement.values, failure: measurement.failure)
          ))
      }
      if !news.told.isEmpty { try keep(news) }
      state.known.merge(changed) { $1 }
      if !news.corrected.isEmpty { state.corrections += 1 }
      return news
    }
  }

  /// Rows of one candidate as one, in order of appearance.
  private func joined(_ rows: [Told]) throws(Failure) -> [(key: Candidate, row: Told)] {
    var places: [Candidate: Int] = [:]
    var result: [(key: Candidate, row: Told)] = []
    for row in rows {
      let key = spelled(row.candidate)
      if let place = places[key] {
        try result[place].row.join(row)
      } else {
        places[key] = result.count
        result.append((key, row))
      }
    }
    return result
  }
}
