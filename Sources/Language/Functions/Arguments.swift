import Core

/// The arguments of one call, bound to the parameters of the function's signature.
///
/// The typed accessors (`Arguments+Typed.swift`) throw failures that name the argument, what it
/// takes and what it got.
public struct Arguments: Sendable {
  /// The parameters the arguments are bound to.
  public let signature: FunctionSignature
  /// The value of each parameter; nil where none was given.
  var values: [Value?]
  /// What a variadic parameter took.
  public var rest: [Value] = []
  /// Named arguments beyond the parameters, where the signature lets them through.
  public var extras: [(name: String, value: Value)] = []

  /// Binds positional and named arguments to a signature.
  /// - Throws: `.badArgument` for too many, missing or repeated arguments, `.unknownName` (with a
  ///   suggestion) for a named argument the function does not have.
  public init(
    _ positional: [Value], named: [(String, Value)] = [], to signature: FunctionSignature,
    of function: String
  ) throws(Failure) {
    self.signature = signature
    values = [Value?](repeating: nil, count: signature.parameters.count)
    var position = 0
    for value in positional {
      while position < values.count, signature.parameters[position].isNamedOnly { position += 1 }
      guard position < values.count else {
        throw CallShape.tooMany(function, signature, given: positional.count).failure
      }
      if signature.parameters[position].kind == .variadic {
        rest.append(value)
      } else {
        values[position] = value
        position += 1
      }
    }
    for (name, value) in named {
      guard let i = signature.position(name), signature.parameters[i].kind != .variadic else {
        if signature.acceptsAnyNamed {
          extras.append((name, value))
          continue
        }
        throw CallShape.unknown(function, signature, argument: name).failure
      }
      if values[i] != nil { throw CallShape.twice(function, argument: name).failure }
      values[i] = value
    }
    for (i, parameter) in signature.parameters.enumerated()
    where parameter.kind == .required && values[i] == nil {
      throw CallShape.missing(function, signature, argument: parameter.name).failure
    }
  }

  /// Whether the argument was given (and is not `none`).
  public func has(_ name: String) -> Bool {
    if case .some(.none) = given(name) { return false }
    return given(name) != nil
  }

  /// The argument as it was given; nil if it was not.
  public func given(_ name: String) -> Value? {
    signature.position(name).flatMap { values[$0] }
  }

  /// A required argument.
  /// - Throws: `.badArgument` when it was not given.
  public func value(_ name: String) throws(Failure) -> Value {
    if let value = given(name) { return value }
    throw Failure(.badArgument, "`\(name)` is missing")
  }
}

/// The ways a call's shape can be wrong, in words; used before running and while running.
enum CallShape {
  case tooMany(String, FunctionSignature, given: Int)
  case unknown(String, FunctionSignature, argument: String)
  case twice(String, argument: String)
  case missing(String, FunctionSignature, argument: String)

  var code: DiagnosticCode {
    switch self {
    case .tooMany: .tooManyArguments
    case .unknown: .unknownArgument
    case .twice: .argumentTwice
    case .missing: .missingArgument
    }
  }

  var failure: Failure {
    switch self {
    case .tooMany(let function, let signature, let given):
      let most = signature.mostPositional ?? 0
      return Failure(
        .badArgument,
        most == 0
          ? "`\(function)` takes no positional arguments, not \(given)"
          : "`\(function)` takes at most \(Phrase.count(most, "positional argument")), not \(given)",
        advice: "it is called as `\(signature.text(name: function))`")
    case .unknown(let function, let signature, let argument):
      let names = signature.parameters.map(\.name)
      return Failure(
        .unknownName, "`\(function)` has no argument named `\(argument)`",
        advice: Suggestion.phrase(for: argument, among: names)
          ?? (names.isEmpty
            ? "it takes no arguments"
            : "its arguments are \(names.map { "`\($0)`" }.joined(separator: ", "))"))
    case .twice(let function, let argument):
      return Failure(.badArgument, "`\(function)` is given `\(argument)` twice")
    case .missing(let function, let signature, let argument):
      return Failure(
        .badArgument, "`\(function)` needs the argument `\(argument)`",
        advice: "it is called as `\(signature.text(name: function))`")
    }
  }
}
