import Core

/// A value of the language.
///
/// Values are copied on assignment (lists, records, vectors and tables share storage until one
/// copy changes), except host objects, which are handles to something that lives elsewhere.
public enum Value: Sendable {
  case none
  case bool(Bool)
  case number(Double)
  case string(String)
  case list([Value])
  case record(Record)
  indirect case range(NumberRange)
  /// A length of time, in seconds.
  case duration(seconds: Double)
  case function(FunctionValue)
  /// Dense numbers; arithmetic acts on each entry.
  case vector([Double])
  indirect case table(Table)
  case problem(ProblemValue)
  /// Something another room made: a molecule, a flow, a study, a plot.
  case host(any HostObject)
}

extension Value {
  /// The type's name, as `type_of` gives it.
  public var typeName: String {
    switch self {
    case .none: "none"
    case .bool: "bool"
    case .number: "number"
    case .string: "string"
    case .list: "list"
    case .record: "record"
    case .range: "range"
    case .duration: "duration"
    case .function: "function"
    case .vector: "vector"
    case .table: "table"
    case .problem: "problem"
    case .host(let object): object.typeName
    }
  }

  /// The value in a few words, as error messages name it: `"ten"`, `3`, `a list of 4`.
  public var phrase: String {
    switch self {
    case .none: "none"
    case .bool(let flag): "\(flag)"
    case .number(let x): NumberText.exact(x)
    case .string(let text): text.count > 40 ? "\"\(text.prefix(37))…\"" : "\"\(text)\""
    case .list(let items): "a list of \(items.count)"
    case .record: "a record"
    case .range(let range): range.text
    case .duration(let seconds): DurationText.text(seconds)
    case .function(let function): "the function `\(function.name)`"
    case .vector(let numbers): "a vector of \(numbers.count)"
    case .table(let table): "a table of \(table.rowCount) rows"
    case .problem(let problem): "the problem `\(problem.name)`"
    case .host(let object): Phrase.withArticle(object.typeName)
    }
  }

  /// The type with its article, e.g. "a number", for messages about operands.
  public var kindPhrase: String {
    if case .none = self { return "none" }
    return Phrase.withArticle(typeName)
  }
}

extension Value {
  /// Equality as `==` means it: same type and same content; handles by their own rule; functions
  /// by identity. Values of different types are never equal, and NaN equals nothing.
  public func isEqual(to other: Value) -> Bool {
    switch (self, other) {
    case (.none, .none): return true
    case (.bool(let a), .bool(let b)): return a == b
    case (.number(let a), .number(let b)): return a == b
    case (.string(let a), .string(let b)): return a == b
    case (.list(let a), .list(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { $0.isEqual(to: $1) }
    case (.record(let a), .record(let b)):
      return a.count == b.count
        && a.allSatisfy { key, value in b[key].map { value.isEqual(to: $0) } ?? false }
    case (.range(let a), .range(let b)): return a == b
    case (.duration(let a), .duration(let b)): return a == b
    case (.function(let a), .function(let b)): return a.isIdentical(to: b)
    case (.vector(let a), .vector(let b)): return a == b
    case (.table(let a), .table(let b)): return a == b
    case (.problem(let a), .problem(let b)): return a === b
    case (.host(let a), .host(let b)): return a.isEqual(to: b)
    default: return false
    }
  }
}

/// Small phrases for messages.
enum Phrase {
  /// "a flow", "an index".
  static func withArticle(_ noun: String) -> String {
    guard let first = noun.first else { return noun }
    return ("aeiou".contains(first.lowercased()) ? "an " : "a ") + noun
  }

  /// "1 value", "3 values".
  static func count(_ n: Int, _ noun: String) -> String { "\(n) \(noun)\(n == 1 ? "" : "s")" }
}
