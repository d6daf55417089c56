import Core
import Foundation

/// What a method's user may change where its search fails, in words that go on a sentence; nil where the method has
/// no such option.
public struct Remedies: Sendable {
  /// Where candidates stay infeasible.
  public var infeasibility: String?
  /// Where the flow's own samples are infeasible.
  public var priorMismatch: String?
  /// Where a batch is nearly one point.
  public var collapse: String?

  /// None, unless some are given.
  public init(
    infeasibility: String? = nil, priorMismatch: String? = nil, collapse: String? = nil
  ) {
    self.infeasibility = infeasibility
    self.priorMismatch = priorMismatch
    self.collapse = collapse
  }
}

/// Looks at a study's history for the ways a constrained search fails, and says what to change.
///
/// The three signatures are those that CiBO's paper names (arXiv 2507.00480): an infeasibility loop,
/// mode collapse, and a prior that does not match what is feasible; and evaluations that mostly fail. Each is told
/// once an episode: it has to end before it is told again.
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
  /// Share of failed evaluations that is told.
  static let failing = 0.5

  private enum Signature: Hashable {
    case infeasibilityLoop
    case nothingFeasible
    case collapse
    case priorMismatch
    case failing
  }

  private var told: Set<Signature> = []

  /// Nothing told yet.
  package init() {}

  /// What to tell after the last iteration of a history.
  /// - Parameters:
  ///   - hasConstraints: whether the problem states any.
  ///   - remedies: what the method's user may change.
  ///   - gap: how far the study is from feasible; asked only where that is told.
  ///   - failure: why the last evaluation that failed did; asked only where that is told.
  package mutating func after(
    _ history: [IterationReport], hasConstraints: Bool, remedies: Remedies,
    gap: () -> FeasibilityGap?, failure: () -> String?
  ) -> [String] {
    var texts: [String] = []
    // The start set is no choice of the method.
    let asked = history.filter { $0.iteration > 0 }
    noteFailures(asked, &texts, failure)
    let chosen = asked.filter { $0.added > $0.failed }
    guard let last = chosen.last, last.iteration == history.last?.iteration else { return texts }
    if hasConstraints {
      let barren = chosen.reversed().prefix { $0.feasibleShare == 0 }
      let missed = barren.reduce(0) { $0 + $1.added }
      let raise = remedies.infeasibility.map { "\($0), or " } ?? ""
      note(
        .infeasibilityLoop,
        barren.count >= Self.patience && missed >= Self.enough && last.best != nil, &texts,
        "no feasible candidate in \(barren.count) iterations although feasible points are known: "
          + "\(raise)give more feasible points in `initial`")
      note(
        .nothingFeasible,
        chosen.count >= Self.barren && missed >= Self.enough && last.best == nil, &texts,
        "nothing feasible after \(last.evaluations) evaluations"
          + (gap().map { ": \($0.phrase)" } ?? "") + "; \(raise)give feasible points in `initial`")
      let shares = chosen.suffix(Self.patience).compactMap { $0.measure("prior_feasible") }
      note(
        .priorMismatch,
        shares.count == Self.patience && shares.allSatisfy { $0 <= Self.mismatch }
          && last.best != nil, &texts,
        "the prior's own samples are infeasible although feasible points are known: it follows "
          + "the objective too closely" + (remedies.priorMismatch.map { "; \($0)" } ?? ""))
    }
    note(
      .collapse, Self.hasCollapsed(chosen, from: history.first { $0.iteration == 0 }), &texts,
      "the batch has collapsed to nearly one point: "
        + (remedies.collapse.map { "\($0), or " } ?? "") + "stop here if the result is good enough")
    return texts
  }

  private mutating func noteFailures(
    _ asked: [IterationReport], _ texts: inout [String], _ failure: () -> String?
  ) {
    var (added, failed) = (0, 0)
    for report in asked.reversed() {
      if added >= Self.enough { break }
      added += report.added
      failed += report.failed
    }
    note(
      .failing, added >= Self.enough && Double(failed) >= Self.failing * Double(added), &texts,
      "\(failed) of the last \(added) evaluations failed"
        + (failure().map { ", the last of them: \($0)" } ?? "")
        + "; what can be told of a candidate beforehand is for `require`, what an evaluation tells for "
        + "`subject to`")
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
