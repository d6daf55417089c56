import Core
import Language
import Optimization
import Reporting

/// A plane or a line through a box: the coordinates that vary, and where the others stay.
struct SliceView {
  let space: BoxSpace
  /// The coordinates that vary: two of a plane, one of a line.
  let along: [Int]
  /// A point that it goes through.
  let at: [Double]
  /// What points are called, and how they stand in tables.
  let columns: CandidateColumns

  var isLine: Bool { along.count == 1 }

  /// What messages call it.
  var phrase: String { isLine ? "line" : "plane" }

  /// - Throws: `.badArgument` for a missing box, coordinates it does not have, or a point that is not of it.
  init(_ arguments: Arguments, of subject: SliceSubject) throws {
    space = try Self.box(arguments, subject)
    columns = subject.columns
    along = try Self.along(arguments, space)
    let middle = space.point(unit: [Double](repeating: 0.5, count: space.dimension))
    var place =
      arguments.has("at")
      ? try Self.place(arguments, columns, space, along, middle) : subject.best ?? middle
    guard place.count == space.dimension else {
      throw Failure(
        .badArgument, "`at` has \(place.count) entries, but the box has \(space.dimension)")
    }
    // Of coordinates that vary any value is as good.
    for coordinate in along { place[coordinate] = middle[coordinate] }
    at = place
    if !arguments.has("at") { return }
    try space.check(place, named: "`at`", slack: 1e-9)
    if let c = space.coordinateOffLevels(place) {
      throw Failure(
        .badArgument,
        "`at` is \(Format.short(place[c])) in \(columns.coordinate(c)), which is none of its values",
        advice:
          "they are \((space.levels[c] ?? []).prefix(20).map(Format.short).joined(separator: ", "))"
      )
    }
  }

  /// What the place'th of the coordinates that vary is called.
  func label(_ place: Int) -> String { columns.coordinate(along[place]) }

  /// What is shown of the place'th of the coordinates that vary: its side of the box, and of levels half a step more.
  func range(_ place: Int) -> ClosedRange<Double> {
    space.levels[along[place]].map(Plot.Grid.extent)
      ?? space.low[along[place]]...space.high[along[place]]
  }

  /// Where cells lie along the place'th of the coordinates that vary: at its levels, else the middles of equal parts.
  func centres(_ place: Int, _ count: Int) -> [Double] {
    let coordinate = along[place]
    let (low, high) = (space.low[coordinate], space.high[coordinate])
    if let levels = space.levels[coordinate] {
      if levels.count <= count { return levels }
      return (0..<count).map { levels[$0 * (levels.count - 1) / (count - 1)] }
    }
    // A line goes from end to end.
    if isLine {
      return (0..<count).map { low + (high - low) * Double($0) / Double(count - 1) }
    }
    return (0..<count).map { low + (high - low) * (Double($0) + 0.5) / Double(count) }
  }

  /// The point of the box that has these coordinates.
  func point(_ varied: [Double]) -> [Double] {
    var point = at
    for (coordinate, x) in zip(along, varied) { point[coordinate] = x }
    return point
  }

  /// Where the place'th of the coordinates that vary has its levels, few enough to be named; nil elsewhere.
  func tics(_ place: Int) -> [Double]? {
    space.levels[along[place]].flatMap { $0.count <= 20 ? $0 : nil }
  }

  /// Both ends of the cell around each of some places along the only coordinate that varies, where it has levels:
  /// what holds at a level says nothing of what lies between. The places themselves elsewhere.
  func cells(_ x: [Double]) -> (x: [Double], of: [Int]) {
    guard space.levels[along[0]] != nil else { return (x, Array(x.indices)) }
    return (
      Plot.Grid.edges(x).flatMap { [$0.low, $0.high] }, x.indices.flatMap { [$0, $0] }
    )
  }

  // MARK: Arguments

  /// `at:`, a vector, or a record or a table of one row that has the coordinates; those that vary may be missing.
  private static func place(
    _ arguments: Arguments, _ columns: CandidateColumns, _ space: BoxSpace, _ along: [Int],
    _ middle: [Double]
  ) throws -> [Double] {
    var value = try arguments.value("at")
    if case .table(let table) = value, table.rowCount == 1 { value = .record(table.record(0)) }
    if columns.isSplit, case .record(var record) = value {
      for place in along where record[columns.names[place]] == nil {
        record[columns.names[place]] = .number(middle[place])
      }
      value = .record(record)
    }
    return try columns.point(value).point ?? arguments.numbers("at")
  }

  private static func box(_ arguments: Arguments, _ subject: SliceSubject) throws -> BoxSpace {
    if arguments.has("space") {
      let given = try arguments.host("space", as: BoxHandle.self, "a box, as box(…) makes").space
      if let own = try subject.box(), own.dimension != given.dimension {
        throw Failure(
          .badArgument,
          "`space` has \(given.dimension) coordinates, but `f` has \(own.dimension)")
      }
      return given
    }
    guard let box = try subject.box() else {
      throw Failure(
        .badArgument, "`space` is missing: the box to look at",
        advice: "write `slice(f, box(-5, 5, dim: 2))`")
    }
    return box
  }

  private static func along(_ arguments: Arguments, _ space: BoxSpace) throws(Failure) -> [Int] {
    let items: [Value]
    switch arguments.given("along") {
    case nil, Value.none?: return space.dimension == 1 ? [0] : [0, 1]
    case .list(let list)?: items = list
    case let one?: items = one.numbers?.map { .number($0) } ?? [one]
    }
    let along = items.compactMap { item -> Int? in
      switch item {
      case .number(let x): Int(exactly: x)
      case .string(let name): space.names?.firstIndex(of: name)
      default: nil
      }
    }
    guard along.count == items.count, (1...2).contains(along.count),
      along.count == Set(along).count,
      along.allSatisfy((0..<space.dimension).contains)
    else {
      let names = space.names.map { ", or of " + $0.map { "\"\($0)\"" }.joined(separator: ", ") }
      throw Failure(
        .badArgument,
        "`along` names one or two different coordinates of the box, from 0 to \(space.dimension - 1)"
          + (names ?? ""))
    }
    return along
  }
}
