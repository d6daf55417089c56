import Core
import Language
import Optimization

/// Boxes of coordinates and points in them.
enum BoxFunctions {
  static let family = FunctionCatalog.Family(
    "boxes", doc: "boxes of real coordinates to search in", [box, points, feasiblePoints])

  private static let box = NativeFunction(
    "box",
    FunctionSignature(
      [
        .required("low", "a number or a vector", "the lower bound, or one for each coordinate"),
        .required("high", "a number or a vector", "the upper bound, or one for each coordinate"),
        .named(
          "dim", "a whole number of at least 1",
          "how many coordinates (default: as many as the vectors have)"),
      ], result: "a box"),
    doc: "A box of real coordinates, the space of a problem.",
    example: "problem ball(x in box(-5, 5, dim: 20)) { minimize sum(x^2) }"
  ) { arguments, _ in
    let (low, high) = (try bound("low", arguments), try bound("high", arguments))
    let given = arguments.has("dim") ? try arguments.integer("dim", in: 1...1_000_000) : nil
    let dimension = given ?? max(low.count, high.count)
    func spread(_ bound: [Double], _ name: String) throws(Failure) -> [Double] {
      if bound.count == dimension { return bound }
      if bound.count == 1 { return [Double](repeating: bound[0], count: dimension) }
      throw Failure(
        .badArgument, "`\(name)` has \(bound.count) entries, but the box has \(dimension)",
        advice: "give one number for all coordinates, or one entry for each")
    }
    return .host(
      BoxHandle(try BoxSpace(low: try spread(low, "low"), high: try spread(high, "high"))))
  }

  private static func bound(_ name: String, _ arguments: Arguments) throws(Failure) -> [Double] {
    if case .number(let x) = try arguments.value(name) { return [x] }
    return try arguments.numbers(name)
  }

  static let points = NativeFunction(
    "points",
    FunctionSignature(
      [
        .required("space", "a box", "where"),
        .required("n", "a whole number of at least 1", "how many"),
        .named(
          "kind", "\"sobol\" or \"random\"", default: "\"sobol\"",
          "a scrambled Sobol sequence, or independent and uniform"),
        .named(
          "seed", "a whole number of at least 0",
          "gives the same points in every script (default: the script's next)"),
      ], result: "a list of vectors"),
    doc: "Points that fill a box, as a start set or a test set.",
    example: "start = points(box(-5, 5, dim: 20), 200)", effect: .ordered
  ) { arguments, context in
    let space = try arguments.host("space", as: BoxHandle.self, "a box, as box(…) makes").space
    let n = try arguments.integer("n", in: 1...10_000_000)
    let kind = try arguments.choice("kind", of: ["sobol", "random"], default: "sobol")
    var random =
      arguments.has("seed")
      ? RandomStream(seed: UInt64(try arguments.integer("seed", in: 0...(1 << 53))))
        .stream("points") : context.nextRun("points").random
    if kind == "sobol" {
      return .list(try space.sobolPoints(0..<n, scrambledBy: random).map { .vector($0) })
    }
    return .list(
      (0..<n).map { _ in
        .vector(space.point(unit: (0..<space.dimension).map { _ in random.uniform() }))
      })
  }
}
