import Core
import Language
import Optimization
import Oracles

/// Which candidate of a study a row of results is about.
///
/// Rows name candidates; a number in their column `trial` is held against that, since a spreadsheet that
/// was sorted by one column gives each result to another candidate.
struct AskedCandidates {
  private let box: BoxSpace?
  private let ledger: MeasurementLedger
  private let waiting: [Study.Waiting]
  /// Of each candidate of the study, evaluated or not, the numbers of its trials.
  private var trials: [Candidate: Set<Int>] = [:]
  /// The candidate of each trial.
  private var candidates: [Int: Candidate] = [:]

  /// How far from what was asked a setting may be and still be meant: a share of each side of the box.
  /// Instruments are set to a few digits.
  private static let slack = 0.01

  init(_ handle: StudyHandle, _ ledger: MeasurementLedger) throws {
    self.ledger = ledger
    box = handle.study.space
    waiting = try handle.study.waiting()
    let known =
      handle.study.trials.map { ($0.index, $0.candidate) }
      + waiting.map { ($0.index, $0.candidate) }
    for (index, candidate) in known {
      trials[ledger.spelled(candidate), default: []].insert(index)
      candidates[index] = candidate
    }
  }

  /// The candidate that a row means, and what the user should know of how it was understood.
  /// - Throws: `.badArgument` where the number of the trial contradicts the candidate.
  func meant(by told: Candidate, trial: Value, row: Int) throws(Failure)
    -> (candidate: Candidate, doubt: String?)
  {
    let number = Self.number(trial)
    if let own = trials[ledger.spelled(told)] {
      if let number, !own.contains(number), let other = candidates[number] {
        throw Self.mixed(
          row, number, "is trial \(own.min() ?? 0), \(told.phrase), and not \(other.phrase)")
      }
      return (told, nil)
    }
    let near = waiting.filter { distance(told, $0.candidate) <= Self.slack }
    // A number tells which of many alike is meant, evaluated ones too; without one only what is waited
    // for, or a new experiment would be taken for an old one.
    let named = number.flatMap { number in
      candidates[number].flatMap { distance(told, $0) <= Self.slack ? (number, $0) : nil }
    }
    let choice =
      named
      ?? (near.count == 1 && !isNearerToOld(told, than: near[0].candidate)
        ? (near[0].index, near[0].candidate) : nil)
    guard let (index, candidate) = choice else { return (told, nil) }
    if let number, number != index, candidates[number] != nil {
      throw Self.mixed(row, number, "is near that of trial \(index)")
    }
    return (
      candidate,
      "row \(row) is taken for trial \(index): it was run at \(told.phrase), not at "
        + candidate.phrase
    )
  }

  /// Whether a point lies nearer to an evaluated candidate than to one that is waited for: an old result with
  /// fewer digits, or a new experiment of the user's own.
  private func isNearerToOld(_ told: Candidate, than awaited: Candidate) -> Bool {
    let reach = distance(told, awaited)
    return candidates.contains { number, candidate in
      distance(told, candidate) < reach && !waiting.contains { $0.index == number }
    }
  }

  /// The candidate of a trial.
  func candidate(trial: Value) -> Candidate? { Self.number(trial).flatMap { candidates[$0] } }

  private static func mixed(_ row: Int, _ number: Int, _ what: String) -> Failure {
    Failure(
      .badArgument, "row \(row) says trial \(number), but its candidate \(what)",
      advice:
        "if a column was sorted without the others, start from `ask(study)` again; if the numbers "
        + "are of another study, leave out the column `trial`")
  }

  /// The largest distance of two points along a coordinate, as a share of the box; infinite for sequences and
  /// between levels.
  private func distance(_ a: Candidate, _ b: Candidate) -> Double {
    guard let box, case .vector(let x) = a, case .vector(let y) = b, x.count == y.count else {
      return .infinity
    }
    guard x.indices.allSatisfy({ box.isSameLevel(x[$0], y[$0], of: $0) }) else { return .infinity }
    return zip(box.unit(x), box.unit(y)).enumerated().reduce(0) { most, entry in
      box.levels[entry.offset] == nil ? max(most, abs(entry.element.0 - entry.element.1)) : most
    }
  }

  private static func number(_ value: Value) -> Int? {
    switch value {
    case .number(let x): Int(exactly: x)
    case .string(let text): Int(text.trimmed)
    default: nil
    }
  }
}
