extension Operators {
  /// `==` and `!=` give one answer for any two values. Order exists between numbers, strings and
  /// durations; between a vector and a number or vector it gives a list of answers, one per entry.
  static func compare(_ op: Comparison, _ a: Value, _ b: Value, _ span: Span) throws -> Value {
    switch op {
    case .equal: return .bool(a.isEqual(to: b))
    case .unequal: return .bool(!a.isEqual(to: b))
    default: break
    }
    switch (a, b) {
    case (.number(let x), .number(let y)): return .bool(op.holds(x, y))
    case (.string(let x), .string(let y)): return .bool(op.holds(x, y))
    case (.duration(let x), .duration(let y)): return .bool(op.holds(x, y))
    case (.vector(let xs), .number(let y)): return .list(xs.map { .bool(op.holds($0, y)) })
    case (.number(let x), .vector(let ys)): return .list(ys.map { .bool(op.holds(x, $0)) })
    case (.vector(let xs), .vector(let ys)):
      guard xs.count == ys.count else {
        throw Diagnostic(
          .lengthMismatch,
          "`\(op.rawValue)` needs vectors of one length, not of \(xs.count) and \(ys.count)",
          at: span)
      }
      return .list(zip(xs, ys).map { .bool(op.holds($0, $1)) })
    default: throw wrongOperands(op.rawValue, a, b, span)
    }
  }

  /// Whether `container` holds `item`: a number in a range, an item in a list, a key in a record,
  /// a piece in a string, a column in a table.
  static func contains(_ container: Value, _ item: Value, _ span: Span) throws -> Bool {
    switch (container, item) {
    case (.range(let range), .number(let x)): return range.contains(x)
    case (.range(let range), .vector(let xs)): return xs.allSatisfy { range.contains($0) }
    case (.list(let items), _): return items.contains { $0.isEqual(to: item) }
    case (.vector(let xs), .number(let x)): return xs.contains(x)
    case (.record(let record), .string(let key)): return record[key] != nil
    case (.table(let table), .string(let name)): return table[name] != nil
    case (.string(let text), .string(let piece)): return piece.isEmpty || text.contains(piece)
    case (.host(let object), _):
      guard let count = object.count else { break }
      for i in 0..<count where try object.element(i).isEqual(to: item) { return true }
      return false
    default: break
    }
    throw Diagnostic(
      .wrongOperands, "`in` cannot look for \(item.phrase) in \(container.phrase)", at: span,
      advice: "a number is looked for in a range or list, a string in a string, list or record")
  }

  // MARK: Errors

  static func wrongOperands(_ op: String, _ a: Value, _ b: Value, _ span: Span) -> Diagnostic {
    Diagnostic(
      .wrongOperands, "`\(op)` cannot combine \(a.phrase) with \(b.phrase)", at: span,
      advice: operandAdvice(op, a, b))
  }

  private static func operandAdvice(_ op: String, _ a: Value, _ b: Value) -> String? {
    switch (a, b) {
    case (.string, .number) where op == "+", (.number, .string) where op == "+":
      return "to join text write \"{a}{b}\"; to add numbers write number(text)"
    case (.string, .number), (.number, .string):
      return "number(text) reads a number from a string"
    case (.none, _), (_, .none):
      return "`none` means there is no value; a function without `return` gives none"
    case (.string, _) where op == "+", (_, .string) where op == "+":
      return "to join text write \"{a}{b}\""
    default: return listAdvice(a) ?? listAdvice(b)
    }
  }

  static func listAdvice(_ value: Value) -> String? {
    switch value {
    case .list: "for numbers use a vector: vector([1, 2, 3])"
    case .table: "take a column first, as in t.score"
    case .range: "for its numbers use vector(1...5)"
    default: nil
    }
  }

  static func notACondition(_ value: Value, _ span: Span) -> Diagnostic {
    let advice: String? =
      switch value {
      case .list(let items) where items.allSatisfy(\.isBool):
        "a vector comparison has one answer per entry: use all(…) or any(…)"
      case .number: "compare it, as in x != 0"
      case .string: "compare it, as in text != \"\""
      case .none: "compare it, as in x != none"
      default: nil
      }
    return Diagnostic(
      .notACondition, "a condition is true or false, not \(value.phrase)", at: span, advice: advice)
  }

  static func noValueYet(_ name: String, _ span: Span) -> Diagnostic {
    Diagnostic(
      .noValueYet, "`\(name)` has no value yet", at: span,
      advice: "give it a value before this line is run")
  }
}

extension Value {
  var isBool: Bool { if case .bool = self { true } else { false } }
}
