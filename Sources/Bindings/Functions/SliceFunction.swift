import Core
import Foundation
import Language
import Optimization
import Reporting

/// A function seen in a plane through a box.
enum SliceFunction {
  static let parameters: [Parameter] = [
    .required("f", "a problem, or a function of a vector", "what to look at"),
    .optional("space", "a box", "where (default: the problem's own box)"),
    .named(
      "along", "a list of two whole numbers, or of two settings' names", default: "[0, 1]",
      "the coordinates that vary"),
    .named(
      "at", "a vector, or a record of the settings",
      "the other coordinates (default: the middle of the box)"),
    .named("n", "a whole number from 2 to 1000", default: "60", "cells along each side"),
    .named(
      "feasible", "true or false", default: "false",
      "cells where a constraint fails in grey, colours for the others alone"),
    .named(
      "log", "true, false or \"gap\"", default: "false",
      "colours by the logarithm of the values, or of their distances from the best one shown"),
    .named(
      "points", "a study, a list of vectors, or a table that has them",
      "drawn over the plane by the two coordinates"),
  ]

  /// The plane, and where it lies in the box.
  struct Plane {
    var space: BoxSpace
    /// The two coordinates that vary.
    var along: [Int]
    /// What a point is called.
    var columns: CandidateColumns

    /// Ends of the box along one of the two coordinates.
    func range(_ i: Int) -> ClosedRange<Double> { space.low[along[i]]...space.high[along[i]] }

    /// The middles of `n` cells along one of the two coordinates.
    fileprivate func centres(_ i: Int, _ n: Int) -> [Double] {
      let (low, high) = (range(i).lowerBound, range(i).upperBound)
      return (0..<n).map { low + (high - low) * (Double($0) + 0.5) / Double(n) }
    }
  }

  /// The heat map of `slice`'s arguments.
  static func plot(_ arguments: Arguments, _ context: CallContext) throws -> Plot {
    let space = try box(arguments)
    let plane = Plane(
      space: space, along: try along(arguments, space), columns: columns(arguments))
    // Before the cells, which may take long.
    let points = try SlicePoints.series(arguments, plane)
    let scale = try Scale(arguments)
    let cells = try Cells(arguments, plane, context)
    let grid = try grid(cells, scale, arguments)
    let (x, y) = (plane.range(0), plane.range(1))
    let ratio = (x.upperBound - x.lowerBound) / (y.upperBound - y.lowerBound)
    var plot = try Plot.heatmap(
      grid, xLabel: plane.columns.coordinate(plane.along[0]),
      yLabel: plane.columns.coordinate(plane.along[1]))
    // The whole box, so that planes with other colours or constraints can be compared.
    plot.x.range = x
    plot.y.range = y
    plot.hasEqualUnits = (0.5...2).contains(ratio)
    plot.series += points
    plot.legend = .below
    if !points.isEmpty, space.dimension > 2 {
      plot.legendTitle = "points projected from \(space.dimension) coordinates"
    }
    return plot
  }

  // MARK: Colours

  /// How values become colours.
  private enum Scale {
    case linear, log, gap

    init(_ arguments: Arguments) throws(Failure) {
      switch arguments.given("log") {
      case nil, Value.none?, .bool(false)?: self = .linear
      case .bool(true)?: self = .log
      case .string("gap")?: self = .gap
      default: throw arguments.mismatch("log", "true, false or \"gap\"")
      }
    }
  }

  private static func grid(_ cells: Cells, _ scale: Scale, _ arguments: Arguments) throws(Failure)
    -> Plot.Grid
  {
    let shown = cells.values.filter(\.isFinite)
    guard let least = shown.min(), let greatest = shown.max() else { throw nothing(cells) }
    var (goal, isMinimized) = ("", true)
    if case .problem(let problem)? = arguments.given("f") {
      (goal, isMinimized) = (problem.goal.name, problem.goal.sense == .minimize)
    }
    var (values, label) = (cells.values, goal)
    switch scale {
    case .linear: break
    case .log:
      guard least >= 0, greatest > 0 else {
        let worst = least < 0 ? "down to \(Format.short(least))" : "all 0"
        throw Failure(
          .badArgument, "`log: true` needs values above 0, but those in this plane are \(worst)",
          advice: "`log: \"gap\"` takes the logarithm of their distances from "
            + "\(isMinimized ? "the least" : "the greatest") of them")
      }
    case .gap:
      guard least < greatest else {
        throw Failure(
          .badArgument,
          "all values in this plane are \(Format.short(least)), so `log: \"gap\"` has no distances",
          advice: "leave out `log`")
      }
      let best = isMinimized ? least : greatest
      values = values.map { abs($0 - best) }
      let side = isMinimized ? "above" : "below"
      label = [goal, side, Format.short(best)].filter { !$0.isEmpty }.joined(separator: " ")
    }
    return try Plot.Grid(
      x: cells.x, y: cells.y, values: values, label: label,
      scale: scale == .linear ? .linear : .log,
      mask: cells.infeasible.map { Plot.Grid.Mask("infeasible", cells: $0) })
  }

  private static func nothing(_ cells: Cells) -> Failure {
    if cells.infeasible?.contains(true) == true {
      return Failure(
        .badData, "no cell of this plane is feasible, so none has a colour",
        advice: "put the plane through a feasible point, as in `at: study.best.x`, or leave out "
          + "`feasible`")
    }
    return Failure(.badData, "`f` has no finite value in this plane, so there is nothing to draw")
  }

  // MARK: Values

  /// What `f` is in the cells, row by row.
  private struct Cells {
    var x: [Double]
    var y: [Double]
    /// NaN where the evaluation failed or the cell is infeasible.
    var values: [Double] = []
    /// Where a constraint fails; nil where nobody asked.
    var infeasible: [Bool]?

    init(_ arguments: Arguments, _ plane: Plane, _ context: CallContext) throws {
      let space = plane.space
      let middle = space.point(unit: [Double](repeating: 0.5, count: space.dimension))
      let at = try Self.point(arguments, plane) ?? middle
      guard at.count == space.dimension else {
        throw Failure(
          .badArgument, "`at` has \(at.count) entries, but the box has \(space.dimension)")
      }
      let n = try arguments.integer("n", in: 2...1000, default: 60)
      (x, y) = (plane.centres(0, n), plane.centres(1, n))
      values.reserveCapacity(n * n)
      let f = try arguments.value("f")
      if try arguments.bool("feasible", default: false) {
        guard case .problem = f else {
          throw Failure(
            .badArgument, "`feasible` is about a problem's constraints, and `f` is a function",
            advice: "give `slice` the problem itself")
        }
        infeasible = []
      }
      for up in y {
        try context.checkCancellation()
        for across in x {
          var point = at
          point[plane.along[0]] = across
          point[plane.along[1]] = up
          try add(f, point, context)
        }
      }
    }

    /// `at:`, a vector, or a record or row that has the settings.
    private static func point(_ arguments: Arguments, _ plane: Plane) throws -> [Double]? {
      guard arguments.has("at") else { return nil }
      return try plane.columns.point(arguments.value("at")).point ?? arguments.numbers("at")
    }

    private mutating func add(_ f: Value, _ point: [Double], _ context: CallContext) throws {
      if case .problem(let problem) = f {
        let record = try problem.evaluate(.vector(point), random: RandomStream(seed: 0))
        let isMasked = infeasible != nil && record.failure == nil && !record.isFeasible
        infeasible?.append(isMasked)
        values.append(isMasked ? .nan : record.goal ?? .nan)
        return
      }
      guard case .number(let value) = try context.call(f, [.vector(point)]) else {
        throw Failure(.badArgument, "`f` gives a number for each vector")
      }
      values.append(value)
    }
  }

  // MARK: Arguments

  /// What `f` calls its vector, or its settings.
  private static func columns(_ arguments: Arguments) -> CandidateColumns {
    switch arguments.given("f") {
    case .problem(let problem): CandidateColumns(problem)
    case .function(let function):
      CandidateColumns(function.signature.parameters.first?.name ?? "x")
    default: CandidateColumns("x")
    }
  }

  private static func box(_ arguments: Arguments) throws -> BoxSpace {
    if arguments.has("space") {
      return try arguments.host("space", as: BoxHandle.self, "a box, as box(…) makes").space
    }
    guard case .problem(let problem) = try arguments.value("f"), let box = try problem.box() else {
      throw Failure(
        .badArgument, "`space` is missing: the box to look at",
        advice: "write `slice(f, box(-5, 5, dim: 2))`")
    }
    return box
  }

  private static func along(_ arguments: Arguments, _ space: BoxSpace) throws(Failure) -> [Int] {
    let numbers: [Double]
    if let names = space.names, case .list(let items)? = arguments.given("along"),
      items.contains(where: { if case .string = $0 { true } else { false } })
    {
      numbers = items.compactMap { item in
        guard case .string(let name) = item else { return nil }
        return names.firstIndex(of: name).map(Double.init)
      }
    } else {
      numbers = try arguments.numbers("along", default: [0, 1])
    }
    let along = numbers.compactMap { Int(exactly: $0) }
    guard numbers.count == 2, along.count == 2, along[0] != along[1],
      along.allSatisfy({ (0..<space.dimension).contains($0) })
    else {
      throw Failure(
        .badArgument,
        "`along` names two different coordinates of the box, from 0 to \(space.dimension - 1)",
        advice: space.dimension < 2 ? "a box of one coordinate has no such plane" : nil)
    }
    return along
  }
}
