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
    if arguments.has("at") {
      // A row of `best(study)` has more than the settings.
      at = try columns.point(arguments.value("at")).point ?? arguments.numbers("at")
    } else {
      at =
        subject.best(in: space)
        ?? space.point(unit: [Double](repeating: 0.5, count: space.dimension))
    }
    guard at.count == space.dimension else {
      throw Failure(
        .badArgument, "`at` has \(at.count) entries, but the box has \(space.dimension)")
    }
  }

  /// What the place'th of the coordinates that vary is called.
  func label(_ place: Int) -> String { columns.coordinate(along[place]) }

  /// What is shown of the place'th of the coordinates that vary: its side of the box, and of levels half a step more.
  func range(_ place: Int) -> ClosedRange<Double> {
    let (low, high) = (space.low[along[place]], space.high[along[place]])
    guard let levels = space.levels[along[place]] else { return low...high }
    return (low - (levels[1] - low) / 2)...(high + (high - levels[levels.count - 2]) / 2)
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

  // MARK: Arguments

  private static func box(_ arguments: Arguments, _ subject: SliceSubject) throws -> BoxSpace {
    if arguments.has("space") {
      return try arguments.host("space", as: BoxHandle.self, "a box, as box(…) makes").space
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
