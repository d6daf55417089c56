import Core

/// Text.
enum StringFunctions {
  static let family = FunctionCatalog.Family(
    "strings", doc: "reading, changing and formatting text",
    [
      change("upper", "The text in capital letters.", "upper(\"abc\")") { $0.uppercased() },
      change("lower", "The text in small letters.", "lower(\"ABC\")") { $0.lowercased() },
      change("trim", "The text without white space at both ends.", "trim(\"  a \")") {
        trimmed($0)
      },
      replace, edge("starts_with", "begins") { $0.hasPrefix($1) },
      edge("ends_with", "ends") { $0.hasSuffix($1) }, join, repeated, number, format, nearest,
    ])

  private static func change(
    _ name: String, _ doc: String, _ example: String,
    _ function: @escaping @Sendable (String) -> String
  ) -> NativeFunction {
    NativeFunction(
      name, FunctionSignature([.required("text", "a string", "the text")], result: "a string"),
      doc: doc, example: example
    ) { arguments, _ in .string(function(try arguments.string("text"))) }
  }

  private static func trimmed(_ text: String) -> String {
    let start = text.drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }

  private static func edge(
    _ name: String, _ verb: String, _ test: @escaping @Sendable (String, String) -> Bool
  ) -> NativeFunction {
    NativeFunction(
      name,
      FunctionSignature(
        [
          .required("text", "a string", "where to look"),
          .required("piece", "a string", "what to look for"),
        ], result: "true or false"),
      doc: "Whether a text \(verb) with a piece.", example: "\(name)(\"abc\", \"a\")"
    ) { arguments, _ in
      .bool(test(try arguments.string("text"), try arguments.string("piece")))
    }
  }

  private static let replace = NativeFunction(
    "replace",
    FunctionSignature(
      [
        .required("text", "a string", "the text"),
        .required("old", "a string that is not empty", "what to replace"),
        .required("new", "a string", "what stands there instead"),
      ], result: "a string"),
    doc: "The text with every occurrence of a piece replaced.",
    example: "replace(\"a-b\", \"-\", \"+\")"
  ) { arguments, _ in
    let old = try arguments.string("old")
    if old.isEmpty { throw arguments.mismatch("old", "a string that is not empty") }
    let pieces = separated(try arguments.string("text"), old)
    return .string(pieces.joined(separator: try arguments.string("new")))
  }

  private static let join = NativeFunction(
    "join",
    FunctionSignature(
      [
        .required("x", "a list", "the pieces; what is not text is written as print would"),
        .optional("separator", "a string", default: "\"\"", "what stands between them"),
      ], result: "a string"),
    doc: "Joins pieces to one text.", example: "join([\"a\", \"b\"], \", \")"
  ) { arguments, _ in
    let pieces = try Read.items(arguments, "x").map { ValueFormatter.text($0) }
    return .string(pieces.joined(separator: try arguments.string("separator", default: "")))
  }

  private static let repeated = NativeFunction(
    "repeat",
    FunctionSignature(
      [
        .required("text", "a string", "the text"),
        .required("n", "a whole number of at least 0", "how often"),
      ], result: "a string"),
    doc: "The text several times over.", example: "repeat(\"C\", 3)"
  ) { arguments, _ in
    let text = try arguments.string("text")
    let n = try arguments.integer("n", in: 0...Int.max)
    let (size, overflow) = n.multipliedReportingOverflow(by: max(1, text.utf8.count))
    if overflow || size > Value.longestList {
      throw Failure(.badArgument, "`n` makes the text longer than \(Value.longestList) bytes")
    }
    return .string(String(repeating: text, count: n))
  }

  private static let number = NativeFunction(
    "number",
    FunctionSignature(
      [
        .required("text", "a string", "the text"),
        .optional("otherwise", "any value", "what to give when the text is not a number"),
      ], result: "a number"),
    doc: "Reads a number from text; white space around it does not matter.",
    example: "number(\"2.5\") + 1"
  ) { arguments, _ in
    if case .number = try arguments.value("text") { return try arguments.value("text") }
    let text = try arguments.string("text")
    if let x = Double(trimmed(text)) { return .number(x) }
    if let otherwise = arguments.given("otherwise") { return otherwise }
    throw Failure(
      .badArgument, "`text` does not hold a number: \(Value.string(text).phrase)",
      advice: "number(text, otherwise: none) gives none instead")
  }

  private static let format = NativeFunction(
    "format",
    FunctionSignature(
      [
        .required("x", "a number", "the number"),
        .optional(
          "decimals", "a whole number from 0 to 17", "digits after the point, always shown"),
        .named(
          "digits", "a whole number from 1 to 17", default: "6", "significant digits otherwise"),
        .named(
          "width", "a whole number from 0 to 1000", default: "0", "padded on the left to this"),
      ], result: "a string"),
    doc: "A number as text, with a fixed number of decimals or of significant digits.",
    example: "format(pi, 2)"
  ) { arguments, _ in
    let x = try arguments.number("x")
    let text =
      arguments.has("decimals")
      ? NumberText.fixed(x, decimals: try arguments.integer("decimals", in: 0...17))
      : NumberText.short(x, digits: try arguments.integer("digits", in: 1...17, default: 6))
    let width = try arguments.integer("width", in: 0...1000, default: 0)
    return .string(String(repeating: " ", count: max(0, width - text.count)) + text)
  }

  private static let nearest = NativeFunction(
    "nearest_name",
    FunctionSignature(
      [
        .required("name", "a string", "the name that is not known"),
        .required("names", "a list of strings", "the names there are"),
      ], result: "a string or none"),
    doc:
      "The name that was probably meant, for a helpful error: the one with the fewest letters to "
      + "change, or the only one that begins so; none if there is no such name.",
    example: "nearest_name(\"rastrign\", [\"ackley\", \"rastrigin\"])"
  ) { arguments, _ in
    let name = try arguments.string("name")
    let names = try arguments.strings("names")
    var found = Suggestion.nearest(to: name, among: names)
    if found == nil {
      let longer = names.filter { !name.isEmpty && $0.hasPrefix(name) }
      found = longer.count == 1 ? longer[0] : nil
    }
    return found.map { .string($0) } ?? .none
  }

  /// The pieces of a text for `split`.
  static func split(_ text: String, _ arguments: Arguments) throws -> [String] {
    guard arguments.has("at") else {
      return text.split(whereSeparator: \.isWhitespace).map(String.init)
    }
    let separator = try arguments.string("at")
    if separator.isEmpty {
      throw Failure(
        .badArgument, "`at` is a separator, not an empty string",
        advice: "list(text) gives the characters")
    }
    return separated(text, separator)
  }

  /// The text between occurrences of a piece, compared as characters.
  private static func separated(_ text: String, _ separator: String) -> [String] {
    text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}
