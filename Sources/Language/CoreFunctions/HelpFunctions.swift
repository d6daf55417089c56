import Core

/// `help` and `apropos`, over everything there is.
enum HelpFunctions {
  static func family(_ index: HelpIndex) -> FunctionCatalog.Family {
    FunctionCatalog.Family(
      "help", doc: "finding out what there is",
      [
        NativeFunction(
          "help",
          FunctionSignature([
            .optional("name", "a function, or a name as a string", "what to explain")
          ]),
          doc:
            "Prints what a function does and takes; without an argument, the families of functions.",
          example: "help(quantile)", effect: .ordered
        ) { arguments, context in
          context.print(try helpText(arguments, index, context.environment.columns))
          return .none
        },
        NativeFunction(
          "apropos",
          FunctionSignature([.required("word", "a string", "what to look for")]),
          doc: "Prints the functions whose name, help or arguments mention a word.",
          example: "apropos(\"vector\")", effect: .ordered
        ) { arguments, context in
          let word = try arguments.string("word")
          let found = HelpIndex.search(word, index.pages)
          if found.isEmpty { context.print("nothing mentions \"\(word)\"") }
          let columns = context.environment.columns
          for match in found {
            let lines =
              DisplayWidth.lines(match.signature, to: columns, indent: 4)
              + DisplayWidth.lines("    \(match.summary)", to: columns, indent: 4)
            context.print(lines.joined(separator: "\n"))
          }
          return .none
        },
      ])
  }

  private static func helpText(_ arguments: Arguments, _ index: HelpIndex, _ columns: Int) throws
    -> String
  {
    let page: HelpPage
    switch arguments.given("name") {
    case nil: return overview(index, columns)
    case .function(let function)?: page = HelpPage(function, family: "")
    case .string(let name)?:
      guard let known = index.page(name) else {
        throw Failure(
          .unknownName, "there is no help on \"\(name)\"",
          advice: Suggestion.phrase(for: name, among: index.names)
            ?? "apropos(\"word\") looks for a word")
      }
      page = known
    case let value?: page = HelpPage(value, named: value.typeName)
    }
    return page.text(columns: columns, rows: .max)
  }

  /// The families with their functions, and what modules add without being named.
  private static func overview(_ index: HelpIndex, _ columns: Int) -> String {
    var families = index.catalog.families.map { ($0.name, $0.doc, $0.functions.map(\.name)) }
    let automatic = index.library.automatic.keys
    if !automatic.isEmpty {
      families.append(
        (
          "standard library", "functions whose module is brought in when they are used",
          Array(automatic)
        ))
    }
    return families.flatMap { name, doc, functions in
      DisplayWidth.lines("\(name): \(doc)", to: columns, indent: 4)
        + DisplayWidth.lines(
          "  " + functions.sorted().joined(separator: ", "), to: columns, indent: 2)
    }.joined(separator: "\n")
  }
}
