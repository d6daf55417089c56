import Core
import Language
import Optimization

extension BoxFunctions {
  static let feasiblePoints = NativeFunction(
    "feasible_points",
    FunctionSignature(
      [
        .required("problem", "a problem in a box", "whose constraints are to hold"),
        .required("n", "a whole number of at least 1", "how many points"),
        .named("from", "a vector, or a record of the settings", "a feasible point to start from"),
        .named(
          "where", "a function such as x -> sum(x) <= 0",
          "answers whether a point is feasible, in place of evaluating the problem"),
        .named(
          "burn_in", "a whole number of at least 0", default: "500", "moves before the first point"),
        .named(
          "thin", "a whole number of at least 1", default: "10", "moves from one point to the next"),
        .named(
          "seed", "a whole number of at least 0",
          "gives the same points in every script (default: the script's next)"),
      ], result: "a list of vectors"),
    doc: """
      Feasible points spread over all that is feasible around a known one, by hit-and-run.

      Every move evaluates the problem once or a few times, so points of a costly problem cost
      evaluations, which no study counts: lower `burn_in` and `thin`, or give what is known of the
      constraints as `where`. The number of evaluations is told at the end.
      """,
    example: """
      problem ball(x in box(-5, 5, dim: 3)) { minimize x[0]; subject to norm(x) <= 1 }
      feasible_points(ball, 4, from: zeros(3))
      """, effect: .ordered
  ) { arguments, context in
    let problem = try arguments.problem("problem")
    guard let box = try problem.box() else {
      throw Failure(
        .badArgument,
        "`feasible_points` draws from a box, but `\(problem.name)` is stated in "
          + problem.space.phrase)
    }
    let n = try arguments.integer("n", in: 1...1_000_000)
    let from = try CandidateColumns(problem).point(try arguments.value("from"))
    let start = try from.point ?? arguments.numbers("from")
    _ = try BoxHandle(box).candidate(.vector(start))
    let walk = HitAndRun(
      space: box, burnIn: try arguments.integer("burn_in", in: 0...10_000_000, default: 500),
      thin: try arguments.integer("thin", in: 1...1_000_000, default: 10))
    var random =
      arguments.has("seed")
      ? RandomStream(seed: UInt64(try arguments.integer("seed", in: 0...(1 << 53))))
        .stream("feasible_points") : context.nextRun("feasible_points").random
    let trials = random
    let rule = arguments.has("where") ? try arguments.function("where") : nil
    var asked = 0
    let points = try walk.points(n, from: start, random: &random) { x in
      try context.checkCancellation()
      if asked % 1_000 == 999 {
        context.environment.events(.progress(Progress("feasible points", done: asked + 1)))
      }
      defer { asked += 1 }
      guard let rule else {
        return try problem.evaluate(.vector(x), random: trials.stream("trial", asked)).isFeasible
      }
      guard case .bool(let holds) = try context.call(rule, [.vector(x)]) else {
        throw Failure(.badArgument, "`where` is a function that answers true or false")
      }
      return holds
    }
    let what = rule == nil ? "evaluations of `\(problem.name)`" : "questions to `where`"
    context.environment.events(
      .finished(task: "feasible points", summary: "feasible_points took \(asked) \(what)"))
    return .list(points.map { .vector($0) })
  }
}
