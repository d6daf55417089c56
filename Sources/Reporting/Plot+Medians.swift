import Core

extension Plot {
  /// A number against its place in a row, of one or several runs of each method: the median, and a
  /// band from the first to the third quartile up to where the shortest run ends.
  /// - Parameter first: the place of the first number.
  /// - Throws: `.badData` when no run has a finite number.
  public static func medians(
    _ methods: [Runs], first: Int = 0, title: String = "", xLabel: String, yLabel: String
  ) throws(Failure) -> Plot {
    var plot = Plot(title: title, x: Axis(xLabel), y: Axis(yLabel), legend: .automatic)
    var bands: [Series] = []
    for (color, method) in methods.enumerated() {
      let curves = method.scores.filter { !$0.isEmpty }
      if curves.count <= 1 {
        let y = curves.first ?? []
        let x = y.indices.map { Double($0 + first) }
        plot.series.append(Series(method.name, .line(x: x, y: y), color: color))
        continue
      }
      let spread = quartiles(of: curves)
      // Quartiles count places from 1.
      let x = spread.x.map { $0 - 1 + Double(first) }
      bands.append(Series(nil, .band(x: x, low: spread.low, high: spread.high), color: color))
      let name =
        method.name.map { "\($0) (median of \(curves.count), quartiles)" }
        ?? "median of \(curves.count), quartiles"
      plot.series.append(Series(name, .line(x: x, y: spread.middle), color: color))
    }
    guard plot.series.contains(where: { $0.points.y.contains(where: \.isFinite) }) else {
      throw Failure(.badData, "there is nothing to plot: \(yLabel) has no finite value")
    }
    plot.series = bands + plot.series
    return plot
  }
}
