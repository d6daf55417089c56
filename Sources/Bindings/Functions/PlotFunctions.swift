import Core
import Foundation
import Language
import Optimization
import Reporting

/// Figures through gnuplot.
enum PlotFunctions {
  static let family = FunctionCatalog.Family(
    "plots", doc: "figures: shown in a window or as text, or written as a picture",
    [plot, histogram, scatter, heatmap])

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
          "x", "a study, a list of studies, or a vector", "what to plot; studies side by side"),
        .optional(
          "kind", "\"convergence\", \"violations\" or a column of the history",
          default: "\"convergence\"", "what of a study"),
        .named("names", "a list of strings", "names in the legend"),
      ] + shared, result: "a plot"),
    doc: "A study's best value so far against evaluations, or numbers in order.",
    example: "plot(study, to: \"study.png\")", effect: .ordered
  ) { arguments, context in
    let kind = try arguments.string("kind", default: "convergence")
    switch try arguments.value("x") {
    case .host(let study as StudyHandle):
      return try finish(try studies([study], kind, arguments), arguments, context)
    case .list(let items) where !items.isEmpty && items.allSatisfy(\.isStudy):
      let handles = items.compactMap { item in
        if case .host(let object) = item { object as? StudyHandle } else { nil }
      }
      return try finish(try studies(handles, kind, arguments), arguments, context)
    default:
      let numbers = try arguments.numbers("x")
      var figure = Plot(x: Plot.Axis("index"), y: Plot.Axis(""))
      figure.series = [
        Plot.Series(nil, .line(x: numbers.indices.map(Double.init), y: numbers))
      ]
      return try finish(figure, arguments, context)
    }
  }

  private static func studies(_ handles: [StudyHandle], _ kind: String, _ arguments: Arguments)
    throws -> Plot
  {
    let names = try arguments.strings("names", default: [])
    func name(_ i: Int) -> String? {
      i < names.count ? names[i] : handles.count > 1 ? handles[i].study.method.name : nil
    }
    let statement = handles[0].study.oracle.statement
    switch kind {
    case "convergence":
      let runs = handles.enumerated().map { i, handle in
        Plot.Runs(
          name(i),
          scores: [handle.study.trials.map { $0.feasibleObjective.map(statement.shown) ?? .nan }])
      }
      return try Plot.convergence(
        runs, goal: statement.isMinimized ? .minimize : .maximize,
        initial: handles.map(\.study.startCount).max(), title: statement.name,
        score: statement.goal)
    case "violations":
      guard !statement.constraints.isEmpty else {
        throw Failure(.badArgument, "the problem `\(statement.name)` has no constraints")
      }
      return violations(handles[0])
    default:
      let table = try StudyTables.history(handles[0])
      guard case .numbers(let values) = try table.column(kind) else {
        throw Failure(.badArgument, "the column `\(kind)` holds no numbers")
      }
      var figure = Plot(
        title: statement.name, x: Plot.Axis("iteration"), y: Plot.Axis(kind))
      figure.series = [
        Plot.Series(nil, .line(x: values.indices.map(Double.init), y: values))
      ]
      return figure
    }
  }

  private static func violations(_ handle: StudyHandle) -> Plot {
    let trials = handle.study.trials
    var figure = Plot(
      title: handle.study.oracle.statement.name, x: Plot.Axis("evaluations"),
      y: Plot.Axis("violation (0 and below is feasible)"), legend: .automatic)
    var names: [String] = []
    for trial in trials {
      for entry in trial.evaluation.constraints where !names.contains(entry.name) {
        names.append(entry.name)
      }
    }
    for (color, name) in names.enumerated() {
      let points = trials.compactMap { trial in
        trial.evaluation.constraints.first { $0.name == name }
          .map { (Double(trial.index + 1), $0.violation) }
      }
      figure.series.append(
        Plot.Series(name, .points(x: points.map(\.0), y: points.map(\.1)), color: color))
    }
    figure.rules.append(Plot.Rule(.y(0)))
    return figure
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
      x: (0..<width).map(Double.init), y: rows.indices.map(Double.init), values: rows.flatMap { $0 })
    return try finish(try Plot.heatmap(grid), arguments, context)
  }
}

extension Value {
  fileprivate var isStudy: Bool {
    if case .host(let object) = self { object is StudyHandle } else { false }
  }
}
