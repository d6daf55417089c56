import Core
import Engine
import Flows
import Oracles
import Surrogates

/// What has been evaluated, once each: tokens, latents, goals and constraints.
struct SequenceBuffer: Sendable {
  struct Entry: Sendable {
    var text: String
    var tokens: [Int32]
    /// Maximised.
    var objective: Double
    var violations: [Double]
    var indicators: [Bool]

    var isFeasible: Bool { violations.allSatisfy { $0 <= 0 } }
  }

  private(set) var entries: [Entry] = []
  /// Every text that was ever asked for, failed ones too: none is asked for twice.
  private(set) var seen: Set<String> = []
  /// Names of the constraint entries.
  private(set) var constraintNames: [String] = []
  /// The scale that constraints are learned in, once it is settled.
  private var settledScale: ConstraintScale?
  /// Latents of all entries, n x (T F); refreshed when the flow changes.
  var latents: Tensor<Float>?
  /// What a surrogate sees of the entries, as far as that was asked for.
  private var points = SequencePoints(counts: [])

  mutating func markSeen(_ text: String) { seen.insert(text) }

  /// - Throws: `.badData` if the entry's constraints are not those of the entries before.
  mutating func append(_ entry: Entry, constraints names: [String]) throws(Failure) {
    if let first = entries.first {
      let advice = "let the problem's constraints have the same entries always"
      guard first.violations.count == entry.violations.count else {
        throw Failure(
          .badData,
          "an evaluation gave \(entry.violations.count) constraint values, the others "
            + "\(first.violations.count)", advice: advice)
      }
      if let k = entry.indicators.indices.first(where: {
        entry.indicators[$0] != first.indicators[$0]
      }) {
        throw Failure(
          .badData,
          "the constraint `\(names[k])` is a yes or no in one evaluation and a number in another",
          advice: advice)
      }
    } else {
      constraintNames = names
    }
    entries.append(entry)
    latents = nil
  }

  var count: Int { entries.count }
  var hasFeasible: Bool { entries.contains(where: \.isFeasible) }
  var indicators: [Bool] { entries.first?.indicators ?? [] }

  /// What a surrogate sees of all entries; only new ones are looked at.
  mutating func points(_ reader: FeatureReader) throws -> SequencePoints {
    let new = entries[points.count...].map { CodedCandidate(text: $0.text, tokens: $0.tokens) }
    if !new.isEmpty { points.append(try reader.points(new)) }
    return points
  }

  /// The scale of the constraints: that of all entries, until it is settled.
  var scale: ConstraintScale {
    settledScale ?? ConstraintScale(entries.map(\.violations), indicators: indicators)
  }

  /// Keeps the scale as it is now, so that what the surrogate has learned stays true.
  mutating func settleScale() { settledScale = scale }

  /// How good the best entry is: its goal if it is feasible, else minus its violation.
  var standing: (isFeasible: Bool, value: Double)? {
    guard let best = ranking.first.map({ entries[$0] }) else { return nil }
    return best.isFeasible ? (true, best.objective) : (false, -scale.total(best.violations))
  }

  /// Tokens of these entries as a batch.
  func batch(_ indices: some Sequence<Int>, length: Int) -> TokenBatch {
    let rows = Array(indices)
    return TokenBatch(
      count: rows.count, length: length, tokens: rows.flatMap { entries[$0].tokens })
  }

  /// One number by which entries compare: the goal where feasible; below all of those, by total
  /// violation, where not (feasible first, as Eriksson and Poloczek 2021 choose centres).
  var merits: [Double] {
    let goals = entries.map(\.objective)
    guard entries.contains(where: { !$0.isFeasible }) else { return goals }
    let scale = scale
    let violations = entries.map { scale.total($0.violations) }
    let feasible = entries.filter(\.isFeasible).map(\.objective)
    let floor = feasible.min() ?? 0
    let spread = max((feasible.max() ?? 1) - floor, 1e-9)
    let worst = max(violations.max() ?? 1, 1e-300)
    return zip(entries, violations).map { entry, violation in
      entry.isFeasible ? entry.objective : floor - spread * violation / worst
    }
  }

  /// Indices by merit, best first; ties in order of evaluation.
  var ranking: [Int] {
    let merits = merits
    return entries.indices.sorted { (merits[$0], $1) > (merits[$1], $0) }
  }

  /// Goals and constraints in their scale by entry, n x (1 + C): what the surrogate learns.
  func targets(_ indices: [Int]) -> Tensor<Double> {
    let scale = scale
    let width = 1 + scale.units.count
    var values: [Double] = []
    values.reserveCapacity(indices.count * width)
    for i in indices {
      let entry = entries[i]
      values.append(entry.objective)
      for (k, violation) in entry.violations.enumerated() {
        values.append(scale.learned(violation, entry: k))
      }
    }
    return Tensor([indices.count, width], values)
  }
}
