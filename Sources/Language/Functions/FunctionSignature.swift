import Core

/// What a function takes and gives, as data.
public struct FunctionSignature: Sendable {
  /// What it takes, in order.
  public var parameters: [Parameter]
  /// What it gives back, in words, e.g. "a vector"; empty for nothing.
  public var result: String
  /// Whether named arguments beyond the parameters are let through (see `Arguments.extras`).
  public var acceptsAnyNamed: Bool

  /// A signature of these parameters.
  public init(_ parameters: [Parameter] = [], result: String = "", acceptsAnyNamed: Bool = false) {
    self.parameters = parameters
    self.result = result
    self.acceptsAnyNamed = acceptsAnyNamed
  }

  /// Parameters followed by the options of a method, each a named parameter.
  public init(_ parameters: [Parameter], options: [OptionSpec], result: String = "") {
    self.init(parameters + options.map { Parameter($0) }, result: result)
  }

  /// Position of a parameter by name.
  public func position(_ name: String) -> Int? {
    parameters.firstIndex { $0.name == name }
  }

  /// How many positional arguments can be given; nil when there is no limit.
  public var mostPositional: Int? {
    if parameters.contains(where: { $0.kind == .variadic }) { return nil }
    return parameters.count { !$0.isNamedOnly }
  }

  /// The signature as help prints it: `name(x, n: 10)`.
  public func text(name: String) -> String {
    let shown = parameters.map { parameter in
      switch parameter.kind {
      case .required: parameter.isNamedOnly ? "\(parameter.name): …" : parameter.name
      case .optional(let shown): "\(parameter.name): \(shown ?? "…")"
      case .variadic: "\(parameter.name)…"
      }
    }
    return "\(name)(\(shown.joined(separator: ", ")))" + (result.isEmpty ? "" : " -> \(result)")
  }
}
