import Core
import Foundation

/// Looks at a study's history for the ways a constrained search fails, and says what to change.
///
/// The three signatures are those that CiBO's paper names (arXiv 2507.00480): an infeasibility loop,
/// mode collapse, and a prior that does not match what is feasible. Each is told once an episode:
/// it has to end before it is told again.
package struct SearchWarnings: Sendable {
  /// Iterations that make an episode; one bad batch is no signature.
  static let patience = 3
  /// Candidates that these iterations have at least: single points just beyond an active border are none.
  static let enough = 15
  /// Iterations without any feasible point before that is told.
  static let barren = 5
  /// Spread of a batch, relative to the first ones or to the start set, below which it has collapsed.
  static let collapse = 1e-3
  /// Share of the prior's own samples that are feasible, below which the prior does not match.
  static let mismatch = 0.02
  private static let raise = "raise what a violation costs (`lambda`, or `penalty` of megs)"

  private enum Signature: Hashable {
    case infeasibilityLoop
    case nothingFeasible
    case collapse
    case priorMismatch
  }

  private var told: Set<Signature> = []

  /// Nothing told yet.
  package init() {}

  /// What to tell after the last iteration of a history.
  /// - Parameters:
  ///   - hasConstraints: whether the problem states any.
  ///   - gap: how far the study is from feasible; asked only where that is told.
  package mutating func after(
    _ history: [IterationReport], hasConstraints: Bool, gap: () -> FeasibilityGap?
  ) -> [String] {
    // The start set is no choice of the method.
    let chosen = history.filter { $0.iteration > 0 && $0.added > $0.failed }
    guard let last = chosen.last, last.iteration == history.last?.iteration else { return [] }
    var texts: [String] = []
    if hasConstraints {
      let barren = chosen.reversed().prefix { $0.feasibleShare == 0 }
      let missed = barren.reduce(0) { $0 + $1.added }
      note(
        .infeasibilityLoop,
        barren.count >= Self.patience && missed >= Self.enough && last.best != nil, &texts,
        "no feasible candidate in \(barren.count) iterations although feasible points are known: "
          + "\(Self.raise), or give more feasible points in `initial`")
      note(
        .nothingFeasible,
        chosen.count >= Self.barren && missed >= Self.enough && last.best == nil, &texts,
        "nothing feasible after \(last.evaluations) evaluations"
          + (gap().map { ": \($0.phrase)" } ?? "")
          + "; give feasible points in `initial`, or \(Self.raise)")
      let shares = chosen.suffix(Self.patience).compactMap { $0.measure("prior_feasible") }
      note(
        .priorMismatch,
        shares.count == Self.patience && shares.allSatisfy { $0 <= Self.mismatch }
          && last.best != nil, &texts,
        "the prior's own samples are infeasible although feasible points are known: it follows "
          + "the objective too closely; raise `sharpness`, which weighs more points, or raise `lambda`"
      )
    }
    note(
      .collapse, Self.hasCollapsed(chosen, from: history.first { $0.iteration == 0 }), &texts,
      "the batch has collapsed to nearly one point: raise `alpha` or `reach`, or lower `beta`, "
        + "where the method has them; or stop here if the result is good enough")
    return texts
  }

  private mutating func note(
    _ signature: Signature, _ holds: Bool, _ texts: inout [String],
    _ text: @autoclosure () -> String
  ) {
    if !holds {
      told.remove(signature)
    } else if told.insert(signature).inserted {
      texts.append(text())
    }
  }

  private static func hasCollapsed(_ chosen: [IterationReport], from start: IterationReport?)
    -> Bool
  {
    let spreads = chosen.compactMap { $0.measure("batch_spread") }
    let first = spreads.prefix(patience).sorted()
    guard let last = spreads.last else { return false }
    // A search may collapse with its very first batch.
    let usual = spreads.count > patience ? first[first.count / 2] : 0
    return last < collapse * max(usual, start?.measure("batch_spread") ?? 0)
  }
}

extension IterationReport {
  /// A measure by its name.
  func measure(_ name: String) -> Double? { measures.first { $0.name == name }?.value }
}

extension BoxDraws {
  /// Draws learn nothing.
  public var learns: Bool { false }
}

extension RandomDraws {
  /// Draws learn nothing.
  public var learns: Bool { false }
}
