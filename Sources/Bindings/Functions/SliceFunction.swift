import Core
import Language
import Optimization
import Reporting

/// A function seen in a plane through a box.
enum SliceFunction {
  static let parameters: [Parameter] = [
    .required("f", "a problem, or a function of a vector", "what to look at"),
    .optional("space", "a box", "where (default: the problem's own box)"),
    .named("along", "a list of two whole numbers", default: "[0, 1]", "the coordinates that vary"),
    .named("at", "a vector", "the other coordinates (default: the middle of the box)"),
    .named("n", "a whole number from 2 to 1000", default: "60", "cells along each side"),
    .named(
      "feasible", "true or false", default: "false", "leave cells empty where a constraint fails"),
  ]

  /// The heat map of `slice`'s arguments.
  static func plot(_ arguments: Arguments, _ context: CallContext) throws -> Plot {
    let space = try box(arguments)
    let along = try along(arguments, space)
    let middle = space.point(unit: [Double](repeating: 0.5, count: space.dimension))
    let at = try arguments.numbers("at", default: middle)
    guard at.count == space.dimension else {
      throw Failure(
        .badArgument, "`at` has \(at.count) entries, but the box has \(space.dimension)")
    }
    let n = try arguments.integer("n", in: 2...1000, default: 60)
    let axes = along.map { c in
      (0..<n).map { space.low[c] + (space.high[c] - space.low[c]) * (Double($0) + 0.5) / Double(n) }
    }
    let hidesInfeasible = try arguments.bool("feasible", default: false)
    var values: [Double] = []
    values.reserveCapacity(n * n)
    for y in axes[1] {
      try context.checkCancellation()
      for x in axes[0] {
        var point = at
        point[along[0]] = x
        point[along[1]] = y
        values.append(try value(arguments, point, hidesInfeasible, context))
      }
    }
    let grid = try Plot.Grid(x: axes[0], y: axes[1], values: values, label: label(arguments))
    let name = coordinate(arguments)
    return try Plot.heatmap(
      grid, xLabel: "\(name)[\(along[0])]", yLabel: "\(name)[\(along[1])]")
  }

  /// What `f` calls its vector.
  private static func coordinate(_ arguments: Arguments) -> String {
    switch arguments.given("f") {
    case .problem(let problem): problem.parameterName
    case .function(let function): function.signature.parameters.first?.name ?? "x"
    default: "x"
    }
  }

  private static func value(
    _ arguments: Arguments, _ point: [Double], _ hidesInfeasible: Bool, _ context: CallContext
  ) throws -> Double {
    let f = try arguments.value("f")
    if case .problem(let problem) = f {
      let record = try problem.evaluate(.vector(point), random: RandomStream(seed: 0))
      if hidesInfeasible, !record.isFeasible { return .nan }
      return record.goal ?? .nan
    }
    guard case .number(let value) = try context.call(f, [.vector(point)]) else {
      throw Failure(.badArgument, "`f` gives a number for each vector")
    }
    return value
  }

  private static func label(_ arguments: Arguments) -> String {
    if case .problem(let problem)? = arguments.given("f") { problem.goal.name } else { "" }
  }

  private static func box(_ arguments: Arguments) throws -> BoxSpace {
    if arguments.has("space") {
      return try arguments.host("space", as: BoxHandle.self, "a box, as box(…) makes").space
    }
    guard case .problem(let problem) = try arguments.value("f"),
      case .host(let object) = problem.space, let box = object as? BoxHandle
    else {
      throw Failure(
        .badArgument, "`space` is missing: the box to look at",
        advice: "write `slice(f, box(-5, 5, dim: 2))`")
    }
    return box.space
  }

  private static func along(_ arguments: Arguments, _ space: BoxSpace) throws(Failure) -> [Int] {
    let numbers = try arguments.numbers("along", default: [0, 1])
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
