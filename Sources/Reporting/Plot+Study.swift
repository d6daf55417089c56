import Core
import Foundation

extension Plot {
  /// The scores of one method, in order of evaluation, of one or several runs.
  public struct Runs: Sendable, Equatable {
    /// The method's name in the legend.
    public var name: String?
    /// One list per run: the score of each evaluation; NaN for one that failed or is infeasible.
    public var scores: [[Double]]

    /// Runs of one method.
    public init(_ name: String? = nil, scores: [[Double]]) {
      self.name = name
      self.scores = scores
    }
  }

  /// Which scores are better.
  public enum Goal: Sendable, Equatable {
    case maximize
    case minimize
  }

  /// The best score so far against the number of evaluations.
  ///
  /// Several runs of one method are shown by their median and a band from the first to the third
  /// quartile, from where more than half of them have a score to where the shortest ends. A run
  /// without a score counts as worse than any other: left out, it would make the median worse when it
  /// finds its first.
  /// - Parameters:
  ///   - initial: evaluations of the initial design, marked by a vertical rule; nil for none.
  /// - Throws: `.badData` when no run has a score.
  public static func convergence(
    _ methods: [Runs], goal: Goal = .maximize, initial: Int? = nil, title: String = "",
    score label: String = "score"
  ) throws(Failure) -> Plot {
    var plot = Plot(
      title: title, x: Axis("evaluations", isWhole: true), y: Axis("best \(label) so far"),
      legend: .automatic, legendTitle: legendTitle(methods))
    var bands: [Series] = []
    for (color, method) in methods.enumerated() {
      let curves = method.scores.filter { !$0.isEmpty }.map { bestSoFar($0, goal: goal) }
      if curves.count <= 1 {
        let curve = curves.first ?? []
        let shown = curve.indices.filter { curve[$0].isFinite }
        let x = shown.map { Double($0 + 1) }
        plot.series.append(
          Series(
            legendName(method, methods), .steps(x: x, y: shown.map { curve[$0] }), color: color))
        continue
      }
      let spread = quartiles(of: curves, missing: goal == .maximize ? -.infinity : .infinity)
      let band = Series.Mark.band(
        x: stepped(spread.x, from: 1), low: stepped(spread.low), high: stepped(spread.high))
      bands.append(Series(nil, band, color: color))
      plot.series.append(
        Series(legendName(method, methods), .steps(x: spread.x, y: spread.middle), color: color))
    }
    guard plot.series.contains(where: { !$0.points.x.isEmpty }) else {
      throw Failure(
        .badData, "there is no score to plot: every evaluation failed or is infeasible",
        advice: "look at the trials' reasons, or at the violations")
    }
    plot.series = bands + plot.series
    if let initial, initial > 0 {
      plot.rules.append(Rule(.x(Double(initial)), label: "initial"))
    }
    return plot
  }

  /// The best of each list's beginnings; NaN until there is a score.
  public static func bestSoFar(_ scores: [Double], goal: Goal = .maximize) -> [Double] {
    var best = Double.nan
    return scores.map { score in
      if !score.isNaN, best.isNaN || (goal == .maximize ? score > best : score < best) {
        best = score
      }
      return best
    }
  }

  /// Median and quartiles over runs at each place up to the shortest run's end, where there is a median.
  /// - Parameter missing: what a run without a finite number counts as; nil leaves it out. A quartile
  ///   that falls on it is drawn at the nearest number.
  static func quartiles(of curves: [[Double]], missing: Double? = nil)
    -> (x: [Double], low: [Double], middle: [Double], high: [Double])
  {
    var result: (x: [Double], low: [Double], middle: [Double], high: [Double]) = ([], [], [], [])
    for i in 0..<(curves.map(\.count).min() ?? 0) {
      let finite = curves.map { $0[i] }.filter(\.isFinite).sorted()
      guard 2 * finite.count >= curves.count, let least = finite.first, let most = finite.last
      else { continue }
      let values =
        missing.map { missing in
          curves.map { $0[i].isFinite ? $0[i] : missing }.sorted()
        } ?? finite
      let middle = quantile(values, 0.5)
      guard middle.isFinite else { continue }
      result.x.append(Double(i + 1))
      result.low.append(max(least, quantile(values, 0.25)))
      result.middle.append(middle)
      result.high.append(min(most, quantile(values, 0.75)))
    }
    return result
  }

  /// Each value twice, so that an area has the corners of the steps it surrounds: heights stay until
  /// the next place (`from` 0 drops the last copy, `from` 1 the first).
  private static func stepped(_ values: [Double], from first: Int = 0) -> [Double] {
    let doubled = values.flatMap { [$0, $0] }
    return first == 0 ? Array(doubled.dropLast()) : Array(doubled.dropFirst())
  }

  /// Linear between order statistics (type 7 of Hyndman and Fan 1996) of sorted, non-empty values.
  static func quantile(_ sorted: [Double], _ p: Double) -> Double {
    let place = p * Double(sorted.count - 1)
    let below = Int(place.rounded(.down))
    let above = min(below + 1, sorted.count - 1)
    // On a number, or between equal ones, which may be infinite.
    if place == Double(below) || sorted[below] == sorted[above] { return sorted[below] }
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }
}
