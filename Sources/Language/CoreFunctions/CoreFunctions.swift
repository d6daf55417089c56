import Core

/// The functions that need nothing but the language.
public enum CoreFunctions {
  /// All families, in the order help lists them.
  public static let families: [FunctionCatalog.Family] = [
    MathFunctions.family, StatisticsFunctions.family, VectorFunctions.family,
    ListFunctions.family, SelectionFunctions.family, StringFunctions.family,
    TableFunctions.family, RandomFunctions.family, ScriptFunctions.family,
  ]

  /// Names with a fixed value.
  public static let constants: [FunctionCatalog.Constant] = [
    .init("pi", .number(.pi), doc: "The ratio of a circle's circumference to its diameter."),
    .init("inf", .number(.infinity), doc: "Infinity, larger than every number."),
    .init("nan", .number(.nan), doc: "Not a number: the result of an undefined operation."),
  ]
}

/// Readings of values that several families share.
enum Read {
  /// The elements of anything that has elements, for functions over collections.
  static func items(_ arguments: Arguments, _ name: String) throws -> [Value] {
    let value = try arguments.value(name)
    switch value {
    case .list(let items): return items
    case .vector(let numbers): return numbers.map { .number($0) }
    case .string(let text): return text.map { .string(String($0)) }
    default: break
    }
    guard let count = Access.count(value), count <= Value.longestList else {
      throw arguments.mismatch(name, "a list, vector, range, table or the like")
    }
    return try (0..<count).map { try Access.element(value, $0) }
  }

  /// A value that is a number or numbers, kept apart.
  enum Numeric {
    case number(Double)
    case vector([Double])

    var value: Value {
      switch self {
      case .number(let x): .number(x)
      case .vector(let xs): .vector(xs)
      }
    }
  }

  static func numeric(_ arguments: Arguments, _ name: String) throws -> Numeric {
    let value = try arguments.value(name)
    switch value {
    case .number(let x): return .number(x)
    case .vector(let xs): return .vector(xs)
    default: throw arguments.mismatch(name, "a number or a vector")
    }
  }

  /// Calls a function that must answer true or false.
  static func answer(_ function: Value, _ item: Value, _ context: CallContext) throws -> Bool {
    let value = try context.call(function, [item])
    if case .bool(let flag) = value { return flag }
    throw Operators.notACondition(value, context.span)
  }

  /// Numbers, at least one of them.
  static func someNumbers(_ arguments: Arguments, _ name: String) throws -> [Double] {
    let numbers = try arguments.numbers(name)
    if numbers.isEmpty { throw Failure(.badArgument, "`\(name)` is empty") }
    return numbers
  }
}
