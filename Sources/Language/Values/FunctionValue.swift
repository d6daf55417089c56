/// A function as a value: a native one, or one written in the language with what it captured.
public enum FunctionValue: Sendable {
  case native(NativeFunction)
  case closure(Closure)

  /// Its name; "lambda" for one that has none.
  public var name: String {
    switch self {
    case .native(let function): function.name
    case .closure(let closure): closure.code.name
    }
  }

  /// What it takes.
  public var signature: FunctionSignature {
    switch self {
    case .native(let function): function.signature
    case .closure(let closure): closure.code.signature
    }
  }

  /// Its help text.
  public var doc: String {
    switch self {
    case .native(let function): function.doc
    case .closure(let closure): closure.code.doc ?? ""
    }
  }

  /// Whether both are the same function.
  public func isIdentical(to other: FunctionValue) -> Bool {
    switch (self, other) {
    case (.native(let a), .native(let b)): a === b
    case (.closure(let a), .closure(let b)): a === b
    default: false
    }
  }
}

/// A function of the language with the values its free variables had when it was made.
public final class Closure: Sendable {
  let code: FunctionCode
  /// Nil where a variable had no value yet.
  let captures: [Value?]

  init(code: FunctionCode, captures: [Value?]) {
    self.code = code
    self.captures = captures
  }
}
