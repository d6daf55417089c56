import Core
import Foundation
import Language
import Optimization
import Reporting

/// Figures through gnuplot.
enum PlotFunctions {
  static let family = FunctionCatalog.Family(
    "plots", doc: "figures: shown in a window or as text, or written as a picture",
    [plot, histogram, scatter, heatmap, slice])

  private static let shared = [
    Parameter.named("title", "a string", "the figure's title"),
    .named("to", "a file's path", "write a .png, .svg or .pdf instead of showing it"),
  ]

  /// Writes the figure if `to` is given (and gives none); else gives it back to be shown.
  private static func finish(_ plot: Plot, _ arguments: Arguments, _ context: CallContext) throws
    -> Value
  {
    var plot = plot
    if arguments.has("title") { plot.title = try arguments.string("title") }
    guard arguments.has("to") else { return .host(PlotHandle(plot)) }
    let path = try WritablePath.check(try arguments.string("to"), context)
    try GnuplotRenderer().write(plot, to: path)
    context.environment.events(.notice("wrote \(path)"))
    return .none
  }

  private static let plot = NativeFunction(
    "plot",
    FunctionSignature(
      [
        .required(
          "x",
          "a study, a list of studies, a comparison, a flow, a vector, a record of vectors or a plot",
          "what to plot; studies side by side; a plot is shown or written as it is"),
        .optional(
          "kind", "\"convergence\", \"violations\" or a column of the history",
          default: "\"convergence\"", "what of a study or a flow"),
        .named("names", "a list of strings", "names in the legend"),
        .named("log", "true or false", default: "false", "powers of ten up the axis"),
      ] + shared, result: "a plot"),
    doc: """
      A study's best value so far against evaluations, a flow's -log p by epoch, or numbers in order.

      Columns of the history, such as "feasible_share", are drawn by iteration. A comparison shows
      the median of each method's runs and a band from the first to the third quartile.
      """,
    example: "plot(study, to: \"study.png\")", effect: .ordered
  ) { arguments, context in
    let kind = try arguments.string("kind", default: "convergence")
    var figure = Plot(x: Plot.Axis("index", isWhole: true), y: Plot.Axis(""))
    if case .host(let made as PlotHandle) = try arguments.value("x") {
      figure = made.plot
    } else if let groups = try groups(arguments) {
      figure = try StudyPlots(groups: groups).plot(kind)
    } else if case .host(let flow as FlowHandle) = try arguments.value("x") {
      figure = try FlowHistory.plot(flow.pretraining.reports, kind)
    } else if case .record(let record) = try arguments.value("x") {
      figure.series = try record.map { name, value in
        guard let numbers = value.numbers else {
          throw arguments.mismatch("x", "a vector or a record of vectors")
        }
        return Plot.Series(name, .line(x: numbers.indices.map(Double.init), y: numbers))
      }
    } else {
      let numbers = try arguments.numbers("x")
      figure.series = [
        Plot.Series(nil, .line(x: numbers.indices.map(Double.init), y: numbers))
      ]
    }
    if try arguments.bool("log", default: false) {
      figure.y.scale = .log
      figure.rules.removeAll { if case .y(let y) = $0.position { y <= 0 } else { false } }
      try figure.validate()
    }
    return try finish(figure, arguments, context)
  }

  /// The studies that `x` holds, in groups that are drawn as one; nil where it holds none.
  private static func groups(_ arguments: Arguments) throws -> [StudyPlots.Group]? {
    let names = try arguments.strings("names", default: [])
    var groups: [StudyPlots.Group]
    switch try arguments.value("x") {
    case .host(let study as StudyHandle): groups = [(nil, [study])]
    case .host(let comparison as ComparisonHandle):
      groups = comparison.names.map { ($0, comparison.complete($0)) }.filter { !$0.1.isEmpty }
    case .list(let items) where !items.isEmpty && items.allSatisfy(\.isStudy):
      let handles = items.compactMap { item in
        if case .host(let object) = item { object as? StudyHandle } else { nil }
      }
      let plain = StudyNames.of(handles, as: .curves)
      groups = zip(plain, handles).map { (handles.count > 1 ? $0 : nil, [$1]) }
    default: return nil
    }
    guard names.isEmpty || names.count == groups.count else {
      throw Failure(
        .badArgument, "`names` has \(names.count) entries, but \(groups.count) are drawn")
    }
    for (i, name) in names.enumerated() { groups[i].name = name }
    return groups
  }

  private static let histogram = NativeFunction(
    "histogram",
    FunctionSignature(
      [
        .required("x", "numbers, or a record of numbers", "what to count; a record gives several"),
        .named("bins", "a whole number from 1 to 10000", "how many intervals"),
        .named("label", "a string", "the axis' label"),
      ] + shared, result: "a plot"),
    doc: "How often values fall in equal intervals.", example: "histogram(qed(library.smiles))",
    effect: .ordered
  ) { arguments, context in
    let bins = arguments.has("bins") ? try arguments.integer("bins", in: 1...10_000) : nil
    let sets: [Plot.NamedNumbers]
    if case .record(let record) = try arguments.value("x") {
      sets = try record.map { name, value in
        guard let numbers = value.numbers else {
          throw arguments.mismatch("x", "numbers, or a record of numbers")
        }
        return (name, numbers)
      }
    } else {
      sets = [(nil, try arguments.numbers("x"))]
    }
    let label = try arguments.string("label", default: "")
    return try finish(
      try Plot.histogram(sets, bins: bins, label: label), arguments, context)
  }

  private static let scatter = NativeFunction(
    "scatter",
    FunctionSignature(
      [
        .required("x", "numbers", "values across"), .required("y", "numbers", "values up"),
        .named("xlabel", "a string", "label across"), .named("ylabel", "a string", "label up"),
      ] + shared, result: "a plot"),
    doc: "Points, one for each pair of numbers.", example: "scatter(t.qed, t.logp)",
    effect: .ordered
  ) { arguments, context in
    let (x, y) = (try arguments.numbers("x"), try arguments.numbers("y"))
    guard x.count == y.count else {
      throw Failure(.badArgument, "`x` has \(x.count) numbers and `y` \(y.count)")
    }
    var figure = Plot(
      x: Plot.Axis(try arguments.string("xlabel", default: "")),
      y: Plot.Axis(try arguments.string("ylabel", default: "")))
    figure.series = [Plot.Series(nil, .points(x: x, y: y))]
    return try finish(figure, arguments, context)
  }

  private static let heatmap = NativeFunction(
    "heatmap",
    FunctionSignature(
      [.required("rows", "a list of vectors", "the values, row by row")] + shared,
      result: "a plot"),
    doc: "A grid of numbers as colours.", example: "heatmap([vector([1, 2]), vector([3, 4])])",
    effect: .ordered
  ) { arguments, context in
    let rows = try arguments.list("rows").map { row in
      guard let numbers = row.numbers else { throw arguments.mismatch("rows", "a list of vectors") }
      return numbers
    }
    guard let width = rows.first?.count, rows.allSatisfy({ $0.count == width }) else {
      throw Failure(.badArgument, "the rows of a heatmap have one length")
    }
    let grid = try Plot.Grid(
      x: (0..<width).map(Double.init), y: rows.indices.map(Double.init), values: rows.flatMap { $0 }
    )
    var figure = try Plot.heatmap(grid)
    (figure.x.isWhole, figure.y.isWhole) = (true, true)
    return try finish(figure, arguments, context)
  }
}

extension PlotFunctions {
  fileprivate static let slice = NativeFunction(
    "slice",
    FunctionSignature(SliceFunction.parameters + shared, result: "a plot"),
    doc: """
      A problem's goal, a function, or what a study expects of the goal: over two coordinates of a box as \
      colours, or over one as a curve, the others held.

      A problem is evaluated in every cell, which no study counts; cells that fail stay empty. The axes
      are the whole box, so that slices can be compared. Coordinates with levels are shown at these.

      A study is asked as `predict` asks it. It shows its trials too, and lies through its best point
      unless `at` says otherwise. In a picture its curve has the bounds of `predict` around it.

      `log: true` colours by the logarithm of the values, which have to be positive (0 takes the lowest
      colour). `log: "gap"` always works: it takes the logarithm of how far a value is above the least
      one shown, or below the greatest one of a problem that maximizes. Both leave out the lowest powers
      of ten where next to no cell has them.

      `points: study` draws its trials by the same coordinates: dots, crosses where they are infeasible,
      triangles where they failed (at the foot of a curve), and a diamond for the best. With more
      coordinates than are shown these are projections: the other coordinates of a trial are not those of
      the plane, so the colour under a dot is not its value. `at: study.best.x` puts the plane through the best point.
      """,
    example: "slice(x -> norm(x), box(-1, 1, dim: 5), along: [0, 3], n: 10)", effect: .ordered
  ) { arguments, context in
    try finish(try SliceFunction(arguments, context).plot(), arguments, context)
  }
}

extension Value {
  fileprivate var isStudy: Bool {
    if case .host(let object) = self { object is StudyHandle } else { false }
  }
}
