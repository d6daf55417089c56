import Core

extension Plot {
  /// A number against its place in a row, of one or several runs of each method: the median, and a
  /// band from the first to the third quartile up to where the shortest run ends.
  /// - Parameter first: the place of the first number.
  /// - Throws: `.badData` when no run has a finite number.
  public static func medians(
    _ methods: [Runs], first: Int = 0, title: String = "", xLabel: String, yLabel: String
  ) throws(Failure) -> Plot {
    var plot = Plot(
      title: title, x: Axis(xLabel, isWhole: true), y: Axis(yLabel), legend: .automatic,
      legendTitle: legendTitle(methods))
    var bands: [Series] = []
    for (color, method) in methods.enumerated() {
      let curves = method.scores.filter { !$0.isEmpty }
      if curves.count <= 1 {
        let y = curves.first ?? []
        let x = y.indices.map { Double($0 + first) }
        plot.series.append(
          Series(legendName(method, methods), .line(x: x, y: y), color: color))
        continue
      }
      let spread = quartiles(of: curves)
      // Quartiles count places from 1.
      let x = spread.x.map { $0 - 1 + Double(first) }
      bands.append(Series(nil, .band(x: x, low: spread.low, high: spread.high), color: color))
      plot.series.append(
        Series(legendName(method, methods), .line(x: x, y: spread.middle), color: color))
    }
    guard plot.series.contains(where: { $0.points.y.contains(where: \.isFinite) }) else {
      throw Failure(.badData, "there is nothing to plot: \(yLabel) has no finite value")
    }
    plot.series = bands + plot.series
    return plot
  }

  /// What all curves of several runs show, said once above their names; empty where there is none that
  /// has a name.
  static func legendTitle(_ methods: [Runs]) -> String {
    let counts = Set(methods.filter { $0.name != nil }.map(\.count).filter { $0 > 1 })
    guard let count = counts.first else { return "" }
    return counts.count == 1
      ? "median of \(count) runs, quartiles" : "medians of several runs, quartiles"
  }

  /// A method's name in the legend; how many runs it has stands there only where the legend's title
  /// does not say it.
  static func legendName(_ method: Runs, _ methods: [Runs]) -> String? {
    guard let name = method.name else {
      return method.count > 1 ? "median of \(method.count) runs, quartiles" : nil
    }
    let several = Set(methods.map(\.count).filter { $0 > 1 })
    if method.count == 1 { return several.isEmpty ? name : "\(name) (1 run)" }
    return several.count > 1 && method.count > 1 ? "\(name) (\(method.count) runs)" : name
  }
}

extension Plot.Runs {
  /// How many runs have numbers.
  fileprivate var count: Int { scores.count { !$0.isEmpty } }
}
