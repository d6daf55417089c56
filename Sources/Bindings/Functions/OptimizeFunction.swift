import Core
import Language

extension MethodFunctions {
  /// `optimize`: the method for a user who does not want to choose one.
  static let optimize = NativeFunction(
    "optimize",
    FunctionSignature(
      StudySetting.parameters + [
        .named("batch", "a whole number of at least 1", "candidates of an iteration")
      ], result: "a study"),
    doc: "Makes a study by the method that suits the problem: NF-BO for sequences, multi-scale "
      + "ensemble gradient search in a box.",
    example: "study = optimize(goal, initial: 50, batch: 10, budget: 150)", effect: .ordered
  ) { arguments, context in
    let choice = try MethodChoice(arguments)
    guard let entry = entries.first(where: { $0.name == choice.method }) else {
      throw Failure(.unsupported, "there is no method `\(choice.method)`")
    }
    let handle = try StudySetting(arguments, context, entry: entry).handle()
    context.environment.events(.notice("optimize takes `\(choice.method)`: \(choice.reason)"))
    return .host(handle)
  }
}

/// The rule of `optimize`, by measurement: in boxes of 10, 50 and 200 coordinates, from 50 evaluations on, in
/// batches of 5 and of 100, with value and yes/no constraints, no other method here was better than `megs`
/// on the whole (docs/search-methods.md has the figures; `cibo` is ahead on Rover's 15 constraints).
struct MethodChoice {
  let method: String
  let reason: String

  init(_ arguments: Arguments) throws {
    let problem = try arguments.problem("problem")
    if let dimension = try problem.box()?.dimension {
      method = "megs"
      reason =
        "`\(problem.name)` is stated over \(dimension) coordinate\(dimension == 1 ? "" : "s")"
    } else {
      method = "nfbo"
      reason = "`\(problem.name)` is stated over sequences"
    }
  }
}
