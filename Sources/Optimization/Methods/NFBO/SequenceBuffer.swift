import Core
import Engine
import Flows
import Oracles

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
    var totalViolation: Double { violations.reduce(0) { $0 + max(0, $1) } }
  }

  private(set) var entries: [Entry] = []
  /// Every text that was ever asked for, failed ones too: none is asked for twice.
  private(set) var seen: Set<String> = []
  /// Latents of all entries, n x (T F); refreshed when the flow changes.
  var latents: Tensor<Float>?

  mutating func markSeen(_ text: String) { seen.insert(text) }

  mutating func append(_ entry: Entry) {
    entries.append(entry)
    latents = nil
  }

  var count: Int { entries.count }

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
    let feasible = entries.filter(\.isFeasible).map(\.objective)
    let floor = feasible.min() ?? 0
    let spread = max((feasible.max() ?? 1) - floor, 1e-9)
    let worst = max(entries.map(\.totalViolation).max() ?? 1, 1e-300)
    return entries.map {
      $0.isFeasible ? $0.objective : floor - spread * $0.totalViolation / worst
    }
  }

  /// Indices by merit, best first; ties in order of evaluation.
  var ranking: [Int] {
    let merits = merits
    return entries.indices.sorted { (merits[$0], $1) > (merits[$1], $0) }
  }

  /// Goals and constraint values by entry, n x (1 + C): what the surrogate learns.
  ///
  /// Violations are learned as they are; an indicator as -1/2 where it holds and 1/2 where not.
  func targets(_ indices: [Int]) -> Tensor<Double> {
    let width = 1 + (entries.first?.violations.count ?? 0)
    var values: [Double] = []
    values.reserveCapacity(indices.count * width)
    for i in indices {
      let entry = entries[i]
      values.append(entry.objective)
      for (violation, indicator) in zip(entry.violations, entry.indicators) {
        values.append(indicator ? violation - 0.5 : violation)
      }
    }
    return Tensor([indices.count, width], values)
  }
}
