import Core
import Language
import Oracles

/// What problems are built of: rotations of coordinates, paths among obstacles.
enum GeometryFunctions {
  static let family = FunctionCatalog.Family(
    "geometry", doc: "rotations of coordinates, and paths among obstacles",
    [rotation, rotate, cubicPath, pathCost, pathDepths])

  private static let rotation = NativeFunction(
    "rotation",
    FunctionSignature(
      [
        .required("dim", "a whole number of at least 1", "how many coordinates"),
        .named("seed", "a whole number of at least 0", default: "0", "which rotation"),
      ], result: "a rotation"),
    doc: "A random orthogonal matrix: the same for the same seed, whatever the script's seed is.",
    example: "rotation(3, seed: 1)"
  ) { arguments, _ in
    .host(
      RotationHandle(
        try RandomRotation(
          dimension: try arguments.integer("dim", in: 1...10_000),
          seed: UInt64(try arguments.integer("seed", in: 0...(1 << 53), default: 0)))))
  }

  private static let rotate = NativeFunction(
    "rotate",
    FunctionSignature(
      [
        .required("x", "a vector", "what to turn"),
        .required("rotation", "a rotation", "as rotation(…) makes"),
      ], result: "a vector"),
    doc: "A vector turned by a rotation; its length stays.",
    example: "rotate([3, 4], rotation(2))"
  ) { arguments, _ in
    let handle = try arguments.host(
      "rotation", as: RotationHandle.self, "a rotation, as rotation(…) makes")
    return .vector(try handle.rotation(try arguments.numbers("x")))
  }

  // MARK: Paths

  private static let cubicPath = NativeFunction(
    "cubic_path",
    FunctionSignature(
      [
        .required("points", "a vector", "the points, as x1, y1, x2, y2, …; at least four"),
        .named("n", "a whole number of at least 2", default: "1000", "samples of the path"),
      ], result: "a table"),
    doc: """
      The cubic curve that fits points in their order best, sampled evenly in its parameter.

      Least squares at parameters proportional to the length of the polygon through the points: a
      smoothing B-spline of degree 3 without inner knots. The table has columns x and y.
      """,
    example: "cubic_path([0, 0, 1, 0, 1, 1, 2, 1], n: 5)"
  ) { arguments, _ in
    let path = try PlanarPath(
      cubicThrough: try arguments.numbers("points"),
      samples: try arguments.integer("n", in: 2...1_000_000, default: 1000))
    return .table(try Table([("x", .numbers(path.x)), ("y", .numbers(path.y))]))
  }

  private static let path = Parameter.required(
    "path", "a table with columns x and y", "the path, as cubic_path(…) gives")
  private static let squares = Parameter.required(
    "squares", "a table with columns x and y", "the centres of the squares")
  private static let size = Parameter.named(
    "size", "a number above 0", "the side of each square")

  private static func points(_ name: String, _ arguments: Arguments) throws(Failure) -> PlanarPath {
    let table = try arguments.table(name)
    guard case .numbers(let x)? = table["x"], case .numbers(let y)? = table["y"] else {
      throw Failure(.badArgument, "`\(name)` is a table with columns x and y of numbers")
    }
    return PlanarPath(x: x, y: y)
  }

  private static func obstacles(_ arguments: Arguments) throws(Failure) -> SquareObstacles {
    let centres = try points("squares", arguments)
    let size = try arguments.number("size", in: 0...Double.infinity)
    return SquareObstacles(centres: centres, side: size)
  }

  private static let pathCost = NativeFunction(
    "path_cost",
    FunctionSignature(
      [
        path, squares, size,
        .named("inside", "a number", "added cost of a unit of length in a square or off the map"),
        .named("outside", "a number", "cost of a unit of length everywhere"),
      ], result: "a number"),
    doc: "The cost of a path over the unit square, by the trapezoidal rule over its samples.",
    example: """
      path_cost(cubic_path([0, 0, 1, 0, 1, 1, 2, 1]), table({x: [0.5], y: [0.1]}), size: 0.1, \
      inside: 20, outside: 1)
      """
  ) { arguments, _ in
    let (inside, outside) = (try arguments.number("inside"), try arguments.number("outside"))
    return .number(
      try obstacles(arguments).cost(
        of: try points("path", arguments), inside: inside, outside: outside))
  }

  private static let pathDepths = NativeFunction(
    "path_depths",
    FunctionSignature([path, squares, size], result: "a vector"),
    doc: """
      How deep a path enters each square: at most 0 where it stays outside.

      The largest distance from a sample inside to the square's border, or, where no sample is
      inside, the negative distance from the square's centre to the nearest sample.
      """,
    example: """
      path_depths(cubic_path([0, 0, 1, 0, 1, 1, 2, 1]), table({x: [0.5], y: [0.1]}), size: 0.1)
      """
  ) { arguments, _ in
    .vector(try obstacles(arguments).depths(of: try points("path", arguments)))
  }
}
