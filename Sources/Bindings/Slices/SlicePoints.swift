import Core
import Language
import Optimization
import Reporting

/// `points:` of a slice: trials or vectors, seen by the coordinates that vary.
struct SlicePoints {
  private struct Point {
    var x: [Double]
    /// The goal, where it is known.
    var goal: Double?
  }

  // By what is known of them; drawn in this order, so that the best lies on top.
  private var infeasible: [Point] = []
  private var failed: [Point] = []
  private var feasible: [Point] = []
  /// Those of which no more is known.
  private var plain: [Point] = []
  private var best: (point: Point, name: String)?

  var isEmpty: Bool { [infeasible, failed, feasible, plain].allSatisfy(\.isEmpty) }

  /// - Throws: `.badArgument` for what holds no points of the box.
  init(_ arguments: Arguments, _ view: SliceView, of subject: SliceSubject) throws {
    switch arguments.given("points") {
    case nil:
      if case .study(let study) = subject, !study.study.trials.isEmpty { try add(study, view) }
    case Value.none?: break
    case .host(let study as StudyHandle)?: try add(study, view)
    case .table(let table)?:
      try add(table, view, goal: subject.goal, isMinimized: subject.isMinimized)
    case .list(let items)? where items.isEmpty:
      throw Failure(.badArgument, "`points` is an empty list")
    case let given?:
      plain = try Self.listed(given, view, arguments)
    }
  }

  // MARK: What points are

  /// A vector, or a list of them; of one coordinate numbers are as many points.
  private static func listed(_ given: Value, _ view: SliceView, _ arguments: Arguments) throws
    -> [Point]
  {
    if let numbers = given.numbers, view.space.dimension == 1 {
      return numbers.map { Point(x: [$0]) }
    }
    switch given {
    case .list(let items) where given.numbers == nil:
      return try items.enumerated().map { Point(x: try point($1, "point \($0)", view)) }
    case .vector, .list: return [Point(x: try point(given, "`points`", view))]
    default:
      throw arguments.mismatch("points", "a study, a list of vectors, or a table that has them")
    }
  }

  private mutating func add(_ handle: StudyHandle, _ view: SliceView) throws(Failure) {
    let study = handle.study
    guard !study.trials.isEmpty else {
      throw Failure(
        .badData, "nothing was evaluated yet, so the study has no points",
        advice: "run it first, as in `run(study, iterations: 5)`")
    }
    let statement = study.oracle.statement
    for trial in study.trials {
      let point = Point(
        x: try Self.check(trial.candidate.vector, "trial \(trial.index)", view),
        goal: trial.evaluation.objective.map(statement.shown))
      if trial.evaluation.objective == nil {
        failed.append(point)
      } else if statement.constraints.isEmpty {
        plain.append(point)
      } else if trial.evaluation.isFeasible {
        feasible.append(point)
      } else {
        infeasible.append(point)
      }
    }
    if let best = study.best, let x = best.candidate.vector {
      self.best = (
        Point(x: x, goal: best.evaluation.objective.map(statement.shown)),
        best.evaluation.isFeasible ? "best" : "least violated"
      )
    }
  }

  /// Rows of a table, as `trials(study)` has them.
  private mutating func add(
    _ table: Table, _ view: SliceView, goal: String, isMinimized: Bool
  ) throws {
    guard table.rowCount > 0 else {
      throw Failure(.badArgument, "`points` is a table without rows")
    }
    let columns = view.columns
    guard columns.names.allSatisfy({ table[$0] != nil }) else {
      throw Failure(
        .badArgument,
        columns.isSplit
          ? "the table lacks some of the columns \(columns.phrase)"
          : "the table has no column \(columns.phrase) of points",
        advice: "give the vectors themselves, as in `points: t.column`; it has "
          + table.names.map { "`\($0)`" }.joined(separator: ", "))
    }
    let goals: [Double?] =
      if case .numbers(let numbers)? = table[goal] { numbers.map { $0.isNaN ? nil : $0 } } else {
        [Double?](repeating: nil, count: table.rowCount)
      }
    let points = try columns.values(table).enumerated().map {
      Point(x: try Self.point($1, "row \($0) of \(columns.phrase)", view), goal: goals[$0])
    }
    let reasons: [String] =
      if case .texts(let texts)? = table[AskedTable.failure] { texts } else {
        [String](repeating: "", count: points.count)
      }
    let flags: [Bool]? = if case .flags(let flags)? = table["feasible"] { flags } else { nil }
    for (i, point) in points.enumerated() {
      if !reasons[i].isEmpty {
        failed.append(point)
      } else if let flags {
        if flags[i] { feasible.append(point) } else { infeasible.append(point) }
      } else {
        plain.append(point)
      }
    }
    // Trials tell which of them is the best.
    let known = (flags == nil ? plain : feasible).compactMap { point in
      point.goal.map { (point, isMinimized ? $0 : -$0) }
    }
    best = known.min { $0.1 < $1.1 }.map { ($0.0, "best") }
  }

  private static func point(_ value: Value, _ name: String, _ view: SliceView)
    throws(Failure) -> [Double]
  {
    try check(value.point, name, view)
  }

  private static func check(_ point: [Double]?, _ name: String, _ view: SliceView)
    throws(Failure) -> [Double]
  {
    let dimension = view.space.dimension
    guard let point else {
      throw Failure(
        .badArgument, "\(name) is no vector, so it has no place in the box",
        advice: "`points` takes a study in a box, or vectors of \(dimension) numbers")
    }
    guard point.count == dimension else {
      throw Failure(
        .badArgument, "\(name) has \(point.count) coordinates, but the box has \(dimension)")
    }
    return point
  }

  // MARK: Marks

  /// The same points, the goal of all of them known.
  /// - Parameter values: what it is at some points.
  func filled(by values: ([[Double]]) throws -> [Double]) rethrows -> SlicePoints {
    var result = self
    for kind in [\Self.infeasible, \.plain, \.feasible] {
      let missing = result[keyPath: kind].indices.filter { result[keyPath: kind][$0].goal == nil }
      if missing.isEmpty { continue }
      let found = try values(missing.map { result[keyPath: kind][$0].x })
      for (i, value) in zip(missing, found) { result[keyPath: kind][i].goal = value }
    }
    return result
  }

  /// The marks over a plane, or beside a curve at their goals; none where there are no points.
  /// - Parameters:
  ///   - lowest: the curve's foot, where what has no goal lies.
  ///   - height: how far up a goal lies.
  /// - Throws: `.badData` where none lies within the box.
  func series(
    in view: SliceView, lowest: Double = 0, height: (Double) -> Double = { $0 }
  ) throws(Failure) -> [Plot.Series] {
    if isEmpty { return [] }
    let heights = [infeasible, plain, feasible].joined().compactMap { $0.goal.map(height) }
    let foot = heights.reduce(lowest) { $1.isFinite ? min($0, $1) : $0 }
    func marks(_ points: [Point], _ name: (Int) -> String, _ symbol: Plot.Series.Symbol)
      -> Plot.Series?
    {
      let inside = points.filter { point in
        view.along.indices.allSatisfy { view.range($0).contains(point.x[view.along[$0]]) }
      }
      if inside.isEmpty { return nil }
      let up = inside.map { point in
        view.isLine ? point.goal.map(height) ?? foot : point.x[view.along[1]]
      }
      return Plot.Series(
        name(inside.count), .points(x: inside.map { $0.x[view.along[0]] }, y: up), symbol: symbol)
    }
    var series = [
      marks(failed, { "\($0) failed" }, .triangle),
      marks(infeasible, { "\($0) infeasible" }, .cross),
      marks(plain, { $0 == 1 ? "1 point" : "\($0) points" }, .dot),
      marks(feasible, { "\($0) feasible" }, .dot),
    ].compactMap { $0 }
    guard !series.isEmpty else {
      throw Failure(
        .badData,
        "none of `points` lies within the box along "
          + (view.isLine ? "this coordinate" : "these two coordinates"))
    }
    if let best, let mark = marks([best.point], { _ in best.name }, .diamond) {
      series.append(mark)
    }
    return series
  }
}
