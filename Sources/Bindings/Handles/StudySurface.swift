import Core
import Language
import Optimization

/// What a study by `cibo` searches, as functions of a script: the reward in data space and in latent
/// space, and the way between them.
///
/// A function keeps the models of the iteration after which it was read.
enum StudySurface {
  static let members = ["reward", "latent_reward", "decode", "encode"]

  /// The function of this name; nil when there is none.
  /// - Throws: `.badArgument` for another method, or before there are models.
  static func member(_ name: String, of study: Study) throws(Failure) -> Value? {
    guard members.contains(name) else { return nil }
    guard let method = study.method as? CiBO else {
      throw Failure(
        .badArgument, "a study by \(study.method.name) has no `\(name)`",
        advice: "studies by `cibo` have")
    }
    guard let surface = method.surface else {
      throw Failure(
        .badArgument, "the study has learned nothing yet, so it has no `\(name)`",
        advice: study.iterations == 0
          ? "run it first: its start set and one iteration more, as in `run(study, iterations: 2)`"
          : "run one iteration more, as in `step(study)`")
    }
    return .function(.native(function(name, surface)))
  }

  private static func function(_ name: String, _ surface: CiBO.Surface) -> NativeFunction {
    switch name {
    case "reward":
      numbers(
        name, "x",
        "the reward that the models of the study's last iteration predict at x: the "
          + "Lagrangian, maximised, in standardised units"
      ) { points, _ in try surface.rewards(at: points) }
    case "latent_reward":
      numbers(
        name, "z", "the reward of the point that z, a point of latent space, stands for"
      ) { try surface.latentRewards(at: $0, cancellation: $1) }
    case "decode":
      vectors(name, "z", "the point of the box that z, a point of latent space, stands for") {
        try surface.decode($0, cancellation: $1)
      }
    default:
      vectors(name, "x", "the point of latent space that stands for x") {
        try surface.encode($0, cancellation: $1)
      }
    }
  }

  private static func numbers(
    _ name: String, _ parameter: String, _ doc: String,
    _ f: @escaping @Sendable ([[Double]], Cancellation) throws -> [Double]
  ) -> NativeFunction {
    NativeFunction(
      name, signature(parameter, "a number, or a vector for a list"), doc: "\(doc)."
    ) { arguments, context in
      let (points, isOne) = try points(arguments, parameter)
      let values = try f(points, context.environment.cancellation)
      return isOne ? .number(values[0]) : .vector(values)
    }
  }

  private static func vectors(
    _ name: String, _ parameter: String, _ doc: String,
    _ f: @escaping @Sendable ([[Double]], Cancellation) throws -> [[Double]]
  ) -> NativeFunction {
    NativeFunction(
      name, signature(parameter, "a vector, or a list of vectors for a list"), doc: "\(doc)."
    ) { arguments, context in
      let (points, isOne) = try points(arguments, parameter)
      let values = try f(points, context.environment.cancellation)
      return isOne ? .vector(values[0]) : .list(values.map { .vector($0) })
    }
  }

  private static func signature(_ parameter: String, _ result: String) -> FunctionSignature {
    FunctionSignature(
      [.required(parameter, "a vector or a list of vectors", "one point or several")],
      result: result)
  }

  /// The points of an argument, and whether it was a single one.
  private static func points(_ arguments: Arguments, _ name: String) throws(Failure)
    -> (points: [[Double]], isOne: Bool)
  {
    let value = try arguments.value(name)
    if case .list(let items) = value, !items.isEmpty, items.allSatisfy({ $0.isPoint }) {
      return (items.compactMap(\.numbers), false)
    }
    guard let point = value.numbers else {
      throw arguments.mismatch(name, "a vector or a list of vectors")
    }
    return ([point], true)
  }
}

extension Value {
  fileprivate var isPoint: Bool {
    switch self {
    case .vector, .list: numbers != nil
    default: false
    }
  }
}
