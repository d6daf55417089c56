import Core
import Language
import Reporting

/// A problem, a function or what a study expects, seen in a plane or along a line through a box.
struct SliceFunction {
  static let parameters: [Parameter] = [
    .required("f", "a problem, a study, or a function of a vector", "what to look at"),
    .optional("space", "a box", "where (default: the box of the problem or study)"),
    .named(
      "along", "one or two whole numbers, or settings' names", default: "[0, 1]",
      "the coordinates that vary: two of a plane, one of a curve"),
    .named(
      "at", "a vector, or a record of the settings",
      "the other coordinates (default: those of a study's best, else the middle of the box)"),
    .named(
      "n", "a whole number from 2 to 1000",
      "cells along each side (default: 60), or points of a curve (200)"),
    .named(
      "feasible", "true or false", default: "false",
      "grey where a constraint fails, or is expected to; colours for the others alone"),
    .named(
      "log", "true, false or \"gap\"", default: "false",
      "by the logarithm of the values, or of their distances from the best one shown"),
    .named(
      "points", "a study, a list of vectors, or a table that has them",
      "drawn by the coordinates that vary (default: a study's own trials)"),
  ]

  let subject: SliceSubject
  let view: SliceView
  let scale: SliceScale
  let points: SlicePoints
  let count: Int
  let asksFeasible: Bool
  let context: CallContext

  /// Reads and checks `slice`'s arguments, before the values, which may take long.
  init(_ arguments: Arguments, _ context: CallContext) throws {
    subject = try SliceSubject(arguments)
    view = try SliceView(arguments, of: subject)
    scale = try SliceScale(arguments)
    points = try SlicePoints(arguments, view, of: subject)
    count = try arguments.integer("n", in: 2...1000, default: view.isLine ? 200 : 60)
    asksFeasible = try arguments.bool("feasible", default: false)
    self.context = context
  }

  /// The figure.
  func plot() throws -> Plot {
    var plot = view.isLine ? try line() : try plane()
    plot.legend = view.isLine ? .automatic : .below
    if !points.isEmpty, view.space.dimension > view.along.count {
      let projected = "points projected from \(view.space.dimension) coordinates"
      if view.isLine { plot.x.label += "  (\(projected))" } else { plot.legendTitle = projected }
    }
    return plot
  }

  // MARK: Two coordinates

  private func plane() throws -> Plot {
    let (across, up) = (view.centres(0, count), view.centres(1, count))
    let places = up.flatMap { y in across.map { view.point([$0, y]) } }
    var seen = try subject.values(at: places, asksFeasible: asksFeasible, context)
    if let infeasible = seen.infeasible {
      for i in seen.values.indices where infeasible[i] { seen.values[i] = .nan }
    }
    let scaled = try scale.of(seen, subject, view)
    var plot = try Plot.heatmap(
      try Plot.Grid(
        x: across, y: up, values: seen.values.map(scaled.value), label: scaled.label,
        scale: scale == .linear ? .linear : .log,
        mask: seen.infeasible.map { Plot.Grid.Mask("infeasible", cells: $0) }),
      xLabel: view.label(0), yLabel: view.label(1))
    // The whole box, so that planes with other colours or constraints can be compared.
    let (x, y) = (view.range(0), view.range(1))
    plot.x.range = x
    plot.y.range = y
    (plot.x.tics, plot.y.tics) = (view.tics(0), view.tics(1))
    let ratio = (x.upperBound - x.lowerBound) / (y.upperBound - y.lowerBound)
    plot.hasEqualUnits = (0.5...2).contains(ratio)
    plot.series += try points.series(in: view)
    return plot
  }

  // MARK: One coordinate

  private func line() throws -> Plot {
    let places = view.centres(0, count)
    let seen = try subject.values(
      at: places.map { view.point([$0]) }, asksFeasible: asksFeasible, context)
    let scaled = try scale.of(seen, subject, view)
    var plot = Plot(
      x: Plot.Axis(view.label(0), tics: view.tics(0)),
      y: Plot.Axis(scaled.label, scale: scale == .linear ? .linear : .log))
    let (x, of) = view.cells(places)
    if let bounds = seen.bounds {
      plot.series.append(
        Plot.Series(
          "90% of results",
          .band(x: x, low: of.map { bounds.low[$0] }, high: of.map { bounds.high[$0] }), color: 0))
    }
    let name = scaled.label.isEmpty || seen.bounds == nil && points.isEmpty ? nil : scaled.label
    plot.series += curves(
      x, of.map { scaled.value(seen.values[$0]) },
      seen.infeasible.map { all in of.map { all[$0] } },
      named: name)
    plot.series += try points.filled {
      try subject.values(at: $0, asksFeasible: false, context).values
    }.series(in: view, lowest: plot.lowest, height: scaled.value)
    try plot.validate()
    return plot
  }

  /// The curve, of which what is infeasible is another one.
  private func curves(_ x: [Double], _ y: [Double], _ infeasible: [Bool]?, named name: String?)
    -> [Plot.Series]
  {
    guard let infeasible, infeasible.contains(true) else {
      return [Plot.Series(name, .line(x: x, y: y), color: 0)]
    }
    func part(_ isInfeasible: Bool) -> Plot.Series.Mark {
      .line(x: x, y: y.indices.map { infeasible[$0] == isInfeasible ? y[$0] : .nan })
    }
    return [
      Plot.Series(name ?? "feasible", part(false), color: 0),
      Plot.Series("infeasible", part(true), color: Palette.grey),
    ]
  }
}

extension Plot {
  /// The least height that is drawn so far.
  fileprivate var lowest: Double {
    series.flatMap(\.points.y).filter { $0.isFinite && (y.scale == .linear || $0 > 0) }.min() ?? 0
  }
}
