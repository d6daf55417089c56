import Core

/// Talking to the user, checking, giving up.
enum ScriptFunctions {
  static let family = FunctionCatalog.Family(
    "scripts", doc: "printing, checking and giving up",
    [print, assert, fail, indicator, measured, renamed, typeOf, arguments])

  private static let print = NativeFunction(
    "print",
    FunctionSignature(
      [
        .variadic("values", "values", "what to print"),
        .named("separator", "a string", default: "\" \"", "what stands between them"),
      ]),
    doc: "Prints values on a line: text as it is, tables as the prompt shows them.",
    example: "print(\"two and two is\", 2 + 2)", effect: .ordered
  ) { arguments, context in
    if arguments.rest.count == 1 {
      switch arguments.rest[0] {
      case .table, .host:
        context.print(context.environment.shown(arguments.rest[0]))
        return .none
      default: break
      }
    }
    let separator = try arguments.string("separator", default: " ")
    context.print(arguments.rest.map { ValueFormatter.text($0) }.joined(separator: separator))
    return .none
  }

  private static let assert = NativeFunction(
    "assert",
    FunctionSignature([
      .required("condition", "true or false", "what must hold"),
      .optional("message", "a string", "what to say when it does not"),
    ]),
    doc: "Stops with an error unless a condition holds.", example: "assert(1 + 1 == 2)"
  ) { arguments, context in
    if try arguments.bool("condition") { return .none }
    let message = try arguments.string("message", default: "")
    throw Diagnostic(
      .assertionFailed, message.isEmpty ? "the assertion does not hold" : message, at: context.span)
  }

  private static let fail = NativeFunction(
    "fail",
    FunctionSignature([
      .optional("why", "a string", default: "\"failed\"", "the reason")
    ]),
    doc: "Gives up with a reason. In a problem's body the candidate's trial is marked failed and "
      + "the study goes on; elsewhere the script stops.",
    example: "fail(\"the program found no pose\")"
  ) { arguments, context in
    throw Diagnostic(
      .failedOnPurpose, try arguments.string("why", default: "failed"), at: context.span)
  }

  private static let indicator = NativeFunction(
    "indicator",
    FunctionSignature(
      [.required("holds", "true or false", "the condition")], result: "true or false"),
    doc: "In `subject to`, reveals only whether a condition holds, not how far it is violated.",
    example: "indicator(2 < 3)"
  ) { arguments, _ in .bool(try arguments.bool("holds")) }

  /// The resolver keeps the names it is called with; see `ProblemValue.measuredNames`.
  static let measured = NativeFunction(
    "measured",
    FunctionSignature(
      [.required("name", "a name in quotes", "what is measured: a column of `ask` and `tell`")],
      result: "a number, or true or false"),
    doc: "In a problem's body, what was measured of the candidate outside: in a laboratory, by a "
      + "colleague, on another machine. `ask(study)` lists the candidates to measure, "
      + "`tell(study, table)` brings what was found, and the body runs once all its measurements are "
      + "there.",
    example: "problem assay(x in box(0, 1, dim: 2)) { maximize measured(\"yield\") - sum(x) }"
  ) { arguments, context in
    let name = try arguments.string("name")
    if let value = context.measurements[name] { return value }
    throw Diagnostic(
      .waiting, "`\(name)` is measured, and nobody has told it yet", at: context.span,
      advice: "search the problem, and `tell(study, table)` brings measurements")
  }

  private static let renamed = NativeFunction(
    "renamed",
    FunctionSignature(
      [
        .required("problem", "a problem", "the problem"),
        .required("name", "a string that is not empty", "what messages and stored studies call it"),
      ], result: "a problem"),
    doc:
      "The same problem under another name, for functions that make several problems of one text.",
    example: "problem p(x in box(0, 1, dim: 2)) { minimize sum(x) }\nrenamed(p, \"line\").name"
  ) { arguments, _ in
    let name = try arguments.string("name")
    if name.isEmpty { throw arguments.mismatch("name", "a string that is not empty") }
    return .problem(ProblemValue(try arguments.problem("problem"), name: name))
  }

  private static let typeOf = NativeFunction(
    "type_of",
    FunctionSignature([.required("x", "a value", "the value")], result: "a string"),
    doc: "The name of a value's type.", example: "type_of(3)"
  ) { arguments, _ in .string(try arguments.value("x").typeName) }

  private static let arguments = NativeFunction(
    "arguments", FunctionSignature(result: "a list of strings"),
    doc: "The words after the script's name on the command line.", example: "len(arguments())"
  ) { _, context in .list(context.environment.arguments.map { .string($0) }) }
}
