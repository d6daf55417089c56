import Core
import Foundation

extension Plot {
  /// Named numbers to show as one histogram.
  public typealias NamedNumbers = (name: String?, values: [Double])

  /// How often values fall in each of several equal intervals.
  ///
  /// Several sets share the intervals and are shown as shares of their own size, since their sizes
  /// may differ; one set is shown as counts.
  /// - Parameters:
  ///   - bins: number of intervals; nil takes Freedman and Diaconis' width (1981), 5 to 100 of them.
  /// - Throws: `.badData` when there is no finite number, `.badArgument` for no intervals.
  public static func histogram(
    _ sets: [NamedNumbers], bins: Int? = nil, title: String = "", label: String = ""
  ) throws(Failure) -> Plot {
    if let bins, !(1...10_000).contains(bins) {
      throw Failure(.badArgument, "a histogram has 1 to 10000 bins, not \(bins)")
    }
    let finite = sets.map { ($0.name, $0.values.filter(\.isFinite)) }
    let all = finite.flatMap(\.1)
    guard let low = all.min(), let high = all.max() else {
      throw Failure(.badData, "there is nothing to plot: no finite numbers")
    }
    guard (high - low).isFinite else {
      throw Failure(
        .badData, "the numbers go from \(low) to \(high), too far apart for intervals",
        advice: "leave out the extreme ones, or take logarithms")
    }
    let edges = binEdges(all.sorted(), low, high, bins: bins)
    let several = finite.count > 1
    var plot = Plot(
      title: title, x: Axis(label, isWhole: bins == nil && areWhole(all)),
      y: Axis(several ? "share" : "count", isWhole: !several),
      legend: .automatic)
    for (name, values) in finite {
      var heights = [Double](repeating: 0, count: edges.count - 1)
      let width = edges[1] - edges[0]
      for value in values {
        let bin = Int(((value - edges[0]) / width).rounded(.down))
        heights[max(0, min(heights.count - 1, bin))] += 1
      }
      if several { heights = heights.map { $0 / Double(max(1, values.count)) } }
      plot.series.append(Series(name, .bars(edges: edges, heights: heights)))
    }
    return plot
  }

  /// Points of two columns.
  /// - Throws: `.badArgument` when they differ in length, `.badData` when no pair is finite.
  public static func scatter(
    x: [Double], y: [Double], name: String? = nil, title: String = "", xLabel: String = "",
    yLabel: String = ""
  ) throws(Failure) -> Plot {
    let plot = Plot(
      title: title, x: Axis(xLabel), y: Axis(yLabel),
      series: [Series(name, .points(x: x, y: y))])
    try plot.validate()
    return plot
  }

  /// Coloured cells.
  /// - Throws: `.badData` when no value is finite.
  public static func heatmap(
    _ grid: Grid, title: String = "", xLabel: String = "", yLabel: String = ""
  ) throws(Failure) -> Plot {
    let plot = Plot(
      title: title, x: Axis(xLabel), y: Axis(yLabel), series: [Series(nil, .grid(grid))],
      legend: .none)
    try plot.validate()
    return plot
  }

  private static func areWhole(_ values: [Double]) -> Bool {
    values.allSatisfy { $0 == $0.rounded() }
  }

  /// Edges of equal intervals from the smallest to the largest value.
  private static func binEdges(_ sorted: [Double], _ low: Double, _ high: Double, bins: Int?)
    -> [Double]
  {
    // Edges nearer than this could be one number.
    let finest = 4 * max(abs(low), abs(high)).ulp
    guard high - low >= finest else {
      let margin = max(0.5, finest)
      return [low - margin, high + margin]
    }
    let spread = quantile(sorted, 0.75) - quantile(sorted, 0.25)
    let width = 2 * spread / cbrt(Double(sorted.count))
    var count =
      bins ?? (width > 0 ? Int(min(100, max(5, ((high - low) / width).rounded(.up)))) : 20)
    count = min(count, Int(min(1e6, (high - low) / finest)))
    var first = low
    var step = (high - low) / Double(count)
    // Whole numbers: an interval per number (or per equally many), so that none looks empty.
    if bins == nil, areWhole(sorted), high - low < 1e9 {
      step = max(1, step.rounded(.up))
      first = low - 0.5
      count = Int(((high - low + 1) / step).rounded(.up))
    }
    return (0...count).map { first + step * Double($0) }
  }
}
