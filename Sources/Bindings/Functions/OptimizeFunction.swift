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
    doc: "Makes a study by the method that suits the problem: NF-BO for sequences; in a box SCBO "
      + "for up to \(MethodChoice.fewEvaluations) evaluations of up to "
      + "\(MethodChoice.fewDimensions) coordinates, else multi-scale ensemble gradient search.",
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

/// The rule of `optimize`, by measurement: with few evaluations in few dimensions Gaussian processes
/// use each evaluation best; beyond that their cost and their trust region hold them back.
struct MethodChoice {
  /// Evaluations in all up to which SCBO is chosen.
  static let fewEvaluations = 300
  /// Coordinates up to which SCBO is chosen.
  static let fewDimensions = 20

  let method: String
  let reason: String

  init(_ arguments: Arguments) throws {
    let problem = try arguments.problem("problem")
    guard case .host(let object) = problem.space, let box = object as? BoxHandle else {
      method = "nfbo"
      reason = "`\(problem.name)` is stated over sequences"
      return
    }
    let dimension = box.space.dimension
    let start =
      if case .list(let items)? = arguments.given("initial") {
        items.count
      } else if case .number? =
        arguments.given("initial")
      { try arguments.integer("initial", in: 1...10_000_000) } else {
        StudySetting.standardStart(dimension: dimension)
      }
    let total =
      arguments.has("budget") ? start + (try arguments.integer("budget", in: 1...Int.max / 2)) : nil
    let size = "\(dimension) coordinate\(dimension == 1 ? "" : "s")"
    if dimension <= Self.fewDimensions, let total, total <= Self.fewEvaluations {
      method = "scbo"
      reason = "\(size) and \(total) evaluations are few"
    } else {
      method = "megs"
      reason = "\(size) and " + (total.map { "\($0) evaluations" } ?? "no limit on evaluations")
    }
  }
}
