/// A parsed statement.
struct Statement: Sendable {
  indirect enum Kind: Sendable {
    case expression(Expression, isHidden: Bool)
    case assign(Expression, Operators.Arithmetic?, Expression)
    case use(String, Span)
    case function(FunctionSyntax)
    case problem(ProblemSyntax)
    case choice(Expression, [Statement], [Statement])
    case forLoop(String, Span, Expression, [Statement])
    case whileLoop(Expression, [Statement])
    case returning(Expression?)
    case breaking
    case continuing
  }

  var kind: Kind
  var span: Span
}

/// `fn`.
struct FunctionSyntax: Sendable {
  enum Body: Sendable {
    case expression(Expression)
    case block([Statement])
  }

  var name: String
  var nameSpan: Span
  var parameters: [ParameterSyntax]
  var body: Body
  var doc: String?
}

/// `problem`.
struct ProblemSyntax: Sendable {
  enum Item: Sendable {
    case statement(Statement)
    case goal(ProblemValue.Goal.Sense, label: Label?, Expression, Span)
    /// - Parameter isRequired: whether it must hold before a candidate is evaluated (`require`).
    case subject(label: Label?, Expression, isRequired: Bool, Span)
  }

  struct Label: Sendable {
    var name: String
    var span: Span
  }

  /// What a body calls its candidate, or one setting of several, and where that is searched.
  struct Parameter: Sendable {
    var name: String
    var span: Span
    var space: Expression
  }

  var name: String
  var nameSpan: Span
  /// One for a candidate; several for settings of which each is a number.
  var parameters: [Parameter]
  var items: [Item]
  var doc: String?
}

/// A parsed source: its statements, and its comments for help, reports and formatting.
struct Program: Sendable {
  var source: SourceFile
  var statements: [Statement]
  var comments: [Comment]
}
