import Core
import Language
import Oracles

/// Outside programs: what a script's problem asks of docking, simulations and other models.
enum ShellFunctions {
  static let family = FunctionCatalog.Family(
    "shell", doc: "outside programs that score candidates", [shell, quote])

  private static let shell = NativeFunction(
    "shell",
    FunctionSignature(
      [
        .required("command", "a string", "what you would type in a terminal"),
        .named("timeout", "a duration such as 30s", default: "10min", "stop an attempt after this"),
        .named("retries", "a whole number of at least 0", default: "0", "further attempts"),
      ], result: "a number or a record"),
    doc: """
      Runs a shell command and gives the number, or the JSON object as a record, that it prints.

      The result is the last line of its standard output (a JSON object may take several
      lines); fields of a record are in alphabetical order. Another exit code than 0, a signal,
      the timeout (which stops the program with all it started) or any other text is a
      failure, after `retries` further attempts; in a problem the candidate then counts as
      failed. The shell reads the command after `{…}` was filled in, and a SMILES holds
      characters that mean something to it, such as ( # and \\: write {quote(m.smiles)}.
      """,
    example: "shell(\"echo {quote(\"C#N\")} | wc -c\", timeout: 10s, retries: 2)", effect: .outside
  ) { arguments, context in
    guard context.environment.allowsShell else {
      throw Failure(
        .unsupported, "shell commands are refused (--no-shell)",
        advice: "start lbo without --no-shell if you trust the script")
    }
    let seconds = try arguments.seconds("timeout", default: 600)
    // The upper bound, 30 years, keeps sums with clock times far from overflow.
    guard seconds > 0, seconds <= 1e9 else { throw arguments.mismatch("timeout", "above 0s") }
    let program = try ShellProgram(
      try arguments.string("command"), timeout: .seconds(seconds),
      retries: try arguments.integer("retries", in: 0...1_000, default: 0))
    return value(try program.run(cancellation: context.environment.cancellation))
  }

  private static let quotable = "a string, a number, true or false, a molecule, or a list of them"

  private static let quote = NativeFunction(
    "quote",
    FunctionSignature([.required("x", quotable, "what to pass to a program")], result: "a string"),
    doc: """
      Writes a value so that a shell passes it on unchanged, as one argument of a program.

      Of a list or a vector each entry becomes an argument.
      """,
    example: "quote(\"C(#N)C\")"
  ) { arguments, _ in
    switch try arguments.value("x") {
    case .list(let items):
      return .string(
        try items.map { item in
          guard let text = try text(item) else { throw arguments.mismatch("x", quotable) }
          return try ShellProgram.quoted(text)
        }.joined(separator: " "))
    case .vector(let numbers):
      return .string(numbers.map(NumberText.exact).joined(separator: " "))
    case let single:
      guard let text = try text(single) else { throw arguments.mismatch("x", quotable) }
      return .string(try ShellProgram.quoted(text))
    }
  }

  private static func text(_ value: Value) throws -> String? {
    switch value {
    case .string(let text): text
    case .number(let x): NumberText.exact(x)
    case .bool(let flag): "\(flag)"
    case .host(let object as MoleculeHandle): try object.molecule().source
    default: nil
    }
  }

  /// A program's answer as a value.
  private static func value(_ result: ProgramResult) -> Value {
    switch result {
    case .null: .none
    case .flag(let flag): .bool(flag)
    case .number(let x): .number(x)
    case .text(let text): .string(text)
    case .list(let items): .list(items.map(value))
    case .object(let fields):
      // JSON gives fields no order; the same answer is to be the same record each time.
      .record(Record(fields.sorted { $0.key < $1.key }.map { ($0.key, value($0.value)) }))
    }
  }
}
