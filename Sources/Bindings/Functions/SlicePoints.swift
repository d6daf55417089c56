import Core
import Language
import Optimization
import Reporting

/// `points:` of a slice: trials or vectors, seen by two of their coordinates.
enum SlicePoints {
  /// Points by what is known of them; drawn in this order, so that the best lies on top.
  private struct Kinds {
    var infeasible: [[Double]] = []
    var failed: [[Double]] = []
    var feasible: [[Double]] = []
    /// Those of which no more is known.
    var plain: [[Double]] = []
    var best: (point: [Double], name: String)?
  }

  /// The marks over the plane; none where no points are given.
  /// - Throws: `.badArgument` for what holds no points of the box, `.badData` where none lies within it.
  static func series(_ arguments: Arguments, _ plane: SliceFunction.Plane) throws -> [Plot.Series] {
    guard let value = arguments.given("points"), arguments.has("points") else { return [] }
    let kinds: Kinds
    switch value {
    case .host(let study as StudyHandle): kinds = try trials(study, plane)
    case .table(let table): kinds = try rows(table, plane)
    case .list(let items) where value.numbers == nil && !items.isEmpty:
      kinds = Kinds(plain: try items.enumerated().map { try point($1, "point \($0)", plane) })
    case .list(let items) where items.isEmpty:
      throw Failure(.badArgument, "`points` is an empty list")
    case .vector, .list: kinds = Kinds(plain: [try point(value, "`points`", plane)])
    default:
      throw arguments.mismatch("points", "a study, a list of vectors, or a table that has them")
    }
    return try drawn(kinds, plane)
  }

  // MARK: What points are

  private static func trials(_ handle: StudyHandle, _ plane: SliceFunction.Plane) throws(Failure)
    -> Kinds
  {
    let study = handle.study
    guard !study.trials.isEmpty else {
      throw Failure(
        .badData, "nothing was evaluated yet, so the study has no points",
        advice: "run it first, as in `run(study, iterations: 5)`")
    }
    var kinds = Kinds()
    let isConstrained = !study.oracle.statement.constraints.isEmpty
    for trial in study.trials {
      let x = try check(trial.candidate.vector, "trial \(trial.index)", plane)
      if trial.evaluation.objective == nil {
        kinds.failed.append(x)
      } else if !isConstrained {
        kinds.plain.append(x)
      } else if trial.evaluation.isFeasible {
        kinds.feasible.append(x)
      } else {
        kinds.infeasible.append(x)
      }
    }
    if let best = study.best, let x = best.candidate.vector {
      kinds.best = (x, best.evaluation.isFeasible ? "best" : "least violated")
    }
    return kinds
  }

  /// Rows of a table, as `trials(study)` has them.
  private static func rows(_ table: Table, _ plane: SliceFunction.Plane) throws -> Kinds {
    guard table.rowCount > 0 else {
      throw Failure(.badArgument, "`points` is a table without rows")
    }
    let columns = plane.columns
    guard columns.names.allSatisfy({ table[$0] != nil }) else {
      throw Failure(
        .badArgument,
        columns.isSplit
          ? "the table lacks some of the columns \(columns.phrase)"
          : "the table has no column \(columns.phrase) of points",
        advice: "give the vectors themselves, as in `points: t.column`; it has "
          + table.names.map { "`\($0)`" }.joined(separator: ", "))
    }
    let points = try columns.values(table).enumerated().map {
      try point($1, "row \($0) of \(columns.phrase)", plane)
    }
    guard case .flags(let feasible)? = table["feasible"] else { return Kinds(plain: points) }
    var kinds = Kinds()
    for (x, isFeasible) in zip(points, feasible) {
      if isFeasible { kinds.feasible.append(x) } else { kinds.infeasible.append(x) }
    }
    return kinds
  }

  private static func point(_ value: Value, _ name: String, _ plane: SliceFunction.Plane)
    throws(Failure) -> [Double]
  {
    try check(value.point, name, plane)
  }

  private static func check(_ point: [Double]?, _ name: String, _ plane: SliceFunction.Plane)
    throws(Failure) -> [Double]
  {
    let dimension = plane.space.dimension
    guard let point else {
      throw Failure(
        .badArgument, "\(name) is no vector, so it has no place in a plane of the box",
        advice: "`points` takes a study in a box, or vectors of \(dimension) numbers")
    }
    guard point.count == dimension else {
      throw Failure(
        .badArgument, "\(name) has \(point.count) coordinates, but the box has \(dimension)")
    }
    return point
  }

  // MARK: Marks

  private static func drawn(_ kinds: Kinds, _ plane: SliceFunction.Plane) throws(Failure)
    -> [Plot.Series]
  {
    func marks(_ points: [[Double]], _ name: (Int) -> String, _ symbol: Plot.Series.Symbol)
      -> Plot.Series?
    {
      let inside = points.map { ($0[plane.along[0]], $0[plane.along[1]]) }
        .filter { plane.range(0).contains($0.0) && plane.range(1).contains($0.1) }
      if inside.isEmpty { return nil }
      return Plot.Series(
        name(inside.count), .points(x: inside.map(\.0), y: inside.map(\.1)), symbol: symbol)
    }
    var series = [
      marks(kinds.failed, { "\($0) failed" }, .cross),
      marks(kinds.infeasible, { "\($0) infeasible" }, .cross),
      marks(kinds.plain, { $0 == 1 ? "1 point" : "\($0) points" }, .dot),
      marks(kinds.feasible, { "\($0) feasible" }, .dot),
    ].compactMap { $0 }
    guard !series.isEmpty else {
      throw Failure(
        .badData, "none of `points` lies within the box along these two coordinates")
    }
    if let best = kinds.best, let mark = marks([best.point], { _ in best.name }, .diamond) {
      series.append(mark)
    }
    return series
  }
}
