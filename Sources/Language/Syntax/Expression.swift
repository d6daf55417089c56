/// A parsed expression.
struct Expression: Sendable {
  indirect enum Kind: Sendable {
    /// Something the parser has already complained about.
    case invalid
    case number(Double)
    case duration(seconds: Double)
    case string(String)
    case interpolation([Part])
    case bool(Bool)
    case none
    case name(String)
    case list([Expression])
    case record([(name: String, value: Expression)])
    case lambda(Lambda)
    case choice(Expression, Expression, Expression)
    case pipe(Expression, Expression)
    case logic(isAnd: Bool, Expression, Expression)
    case not(Expression)
    case comparison(Operators.Comparison, Expression, Expression)
    case membership(Expression, in: Expression, isNegated: Bool)
    case range(Expression, Expression, includesUpper: Bool)
    case arithmetic(Operators.Arithmetic, Expression, Expression)
    case negate(Expression)
    case member(Expression, String, Span)
    case index(Expression, Expression)
    case call(Expression, [Argument])
    case group(Expression)
  }

  enum Part: Sendable {
    case text(String)
    case value(Expression)
  }

  struct Argument: Sendable {
    var name: String?
    var nameSpan: Span?
    var value: Expression
  }

  struct Lambda: Sendable {
    var parameters: [ParameterSyntax]
    var body: Expression
  }

  var kind: Kind
  var span: Span
  /// How deep the tree below is.
  var depth: Int

  /// Without its parentheses.
  var ungrouped: Expression {
    var result = self
    while case .group(let inner) = result.kind { result = inner }
    return result
  }
}

/// A parameter of a function or lambda, as written.
struct ParameterSyntax: Sendable {
  var name: String
  var span: Span
  var standard: Expression?
}
