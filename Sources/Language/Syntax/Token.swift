/// A piece of the text that the parser sees.
struct Token: Sendable {
  enum Kind: Sendable {
    case number(Double)
    case duration(seconds: Double)
    case string([StringPart])
    case name(String)
    case keyword(Keyword)
    case symbol(Symbol)
    /// Something the lexer has already complained about.
    case invalid
    case end
  }

  /// A string is text with expressions in between.
  enum StringPart: Sendable {
    case text(String)
    /// The tokens between `{` and `}`, closed by an `.end` token.
    case tokens([Token])
  }

  var kind: Kind
  var range: Range<Int>
  /// Whether it is the first token of its line.
  var startsLine: Bool
}

enum Keyword: String, Sendable, CaseIterable {
  case fn, `if`, then, `else`, `for`, `in`, `while`, `return`, `break`, `continue`
  case `true`, `false`, none, and, or, not
}

extension Keyword {
  /// Words that mean something only where a statement begins.
  static let contextual = ["use", "problem", "maximize", "minimize", "subject", "require"]
}

enum Symbol: String, Sendable, CaseIterable {
  case openRound = "("
  case closeRound = ")"
  case openSquare = "["
  case closeSquare = "]"
  case openCurly = "{"
  case closeCurly = "}"
  case comma = ","
  case colon = ":"
  case semicolon = ";"
  case dot = "."
  case arrow = "->"
  case pipe = "|>"
  case assign = "="
  case assignAdd = "+="
  case assignSubtract = "-="
  case assignMultiply = "*="
  case assignDivide = "/="
  case equal = "=="
  case unequal = "!="
  case less = "<"
  case atMost = "<="
  case greater = ">"
  case atLeast = ">="
  case closedRange = "..."
  case halfOpenRange = "..<"
  case plus = "+"
  case minus = "-"
  case times = "*"
  case divide = "/"
  case remainder = "%"
  case power = "^"

  /// Symbols by their first byte, longest first, so that the longest match is found first.
  static let byFirstByte: [UInt8: [Symbol]] = Dictionary(
    grouping: allCases.sorted { $0.rawValue.utf8.count > $1.rawValue.utf8.count },
    by: { $0.rawValue.utf8.first ?? 0 })
}

/// A comment: the parser skips it, help, reports and the formatter use it.
struct Comment: Sendable {
  enum Kind: Sendable {
    /// `# …`
    case plain
    /// `## …`: help text of what follows.
    case doc
    /// `#%% …`: the title of a notebook cell.
    case cell
    /// `#| …`: prose of a notebook.
    case prose
  }

  var kind: Kind
  /// The text after the mark and one space.
  var text: String
  var range: Range<Int>
  /// Line number from 1.
  var line: Int
}
