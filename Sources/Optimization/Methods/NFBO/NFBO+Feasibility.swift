import Core
import Foundation

extension NFBO {
  /// What the study was told about its constraints, so that it is told once.
  struct Told: Sendable {
    /// Evaluations known when it was said that none is feasible; 0 if it was not said.
    var infeasibleAt = 0
    /// Names of the constraints that were said to be constant.
    var constant: Set<String> = []
  }

  /// Fewer evaluations than this say nothing about a constraint being constant.
  private static let fewest = 10

  /// Tells of constraints that keep the search from its goal: nothing feasible (again whenever the
  /// evaluations have doubled), and values that never change.
  mutating func tellOfConstraints(_ context: RunContext) {
    guard !buffer.constraintNames.isEmpty, buffer.count > 0 else { return }
    tellOfConstants(context)
    if buffer.hasFeasible {
      if told.infeasibleAt > 0 {
        context.report(.notice("the first feasible sequence, after \(buffer.count) evaluations"))
        told.infeasibleAt = 0
      }
      return
    }
    guard told.infeasibleAt == 0 || buffer.count >= 2 * told.infeasibleAt else { return }
    told.infeasibleAt = buffer.count
    context.report(.notice(infeasibility))
  }

  /// Nothing is feasible: how often each constraint is violated, and by how much at the least.
  private var infeasibility: String {
    let entries = buffer.entries
    let least = entries[buffer.ranking[0]]
    let counts = buffer.constraintNames.enumerated().compactMap { k, name -> String? in
      let violated = entries.count { $0.violations[k] > 0 }
      guard violated > 0 else { return nil }
      let share = violated == entries.count ? "all" : "\(violated)"
      return "`\(name)` is violated by \(share)"
    }
    let missed = buffer.constraintNames.enumerated().compactMap { k, name -> String? in
      let amount = least.violations[k]
      guard amount > 0 else { return nil }
      return least.indicators[k]
        ? "`\(name)`" : "`\(name)` by \(String(format: "%.3g", amount))"
    }
    return "none of \(entries.count) evaluations is feasible: \(counts.joined(separator: ", ")); "
      + "the least violated misses \(missed.joined(separator: ", ")), and the search goes on from "
      + "there"
  }

  private mutating func tellOfConstants(_ context: RunContext) {
    let entries = buffer.entries
    guard entries.count >= Self.fewest else { return }
    for (k, name) in buffer.constraintNames.enumerated() where !told.constant.contains(name) {
      let value = entries[0].violations[k]
      guard !entries[0].indicators[k], entries.allSatisfy({ $0.violations[k] == value }) else {
        // It varies, which cannot change any more.
        told.constant.insert(name)
        continue
      }
      told.constant.insert(name)
      let violation = String(format: "%.3g", value)
      context.report(
        .warning(
          "the constraint `\(name)` has the same value in all \(entries.count) evaluations "
            + "(violation \(violation)): "
            + (value > 0
              ? "nothing can become feasible unless it depends on the sequence"
              : "it holds always, and could be left out")))
    }
  }
}
