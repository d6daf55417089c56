import Core

/// `help` and `apropos`, over everything in a catalog.
enum HelpFunctions {
  static func family(_ catalog: FunctionCatalog) -> FunctionCatalog.Family {
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
          context.print(try helpText(arguments, catalog))
          return .none
        },
        NativeFunction(
          "apropos",
          FunctionSignature([.required("word", "a string", "what to look for")]),
          doc: "Prints the functions whose name or help mentions a word.",
          example: "apropos(\"vector\")", effect: .ordered
        ) { arguments, context in
          let word = try arguments.string("word")
          let found = search(word, pages(catalog))
          if found.isEmpty { context.print("nothing mentions \"\(word)\"") }
          for page in found { context.print("\(page.signature)\n    \(page.doc.firstLine)") }
          return .none
        },
      ])
  }

  private static func helpText(_ arguments: Arguments, _ catalog: FunctionCatalog) throws -> String
  {
    switch arguments.given("name") {
    case nil:
      return overview(catalog)
    case .function(let function)?: return HelpPage(function, family: "").text
    case .string(let name)?:
      if let page = page(name, catalog) { return page.text }
      throw Failure(
        .unknownName, "there is no help on \"\(name)\"",
        advice: Suggestion.phrase(for: name, among: names(catalog))
          ?? "apropos(\"word\") looks for a word")
    case let value?: return HelpPage(value, named: value.typeName).text
    }
  }

  /// The families with their functions.
  static func overview(_ catalog: FunctionCatalog) -> String {
    catalog.families.map { family in
      "\(family.name): \(family.doc)\n  "
        + family.functions.map(\.name).sorted().joined(separator: ", ")
    }.joined(separator: "\n")
  }

  // MARK: Pages

  static func names(_ catalog: FunctionCatalog) -> [String] {
    catalog.names + catalog.constants.keys.sorted() + KeywordHelp.pages.map(\.name)
  }

  static func page(_ name: String, _ catalog: FunctionCatalog) -> HelpPage? {
    if let function = catalog[name] {
      return HelpPage(.native(function), family: catalog.family(of: name)?.name ?? "")
    }
    if let constant = catalog.constants[name] {
      return HelpPage(
        name: name, signature: "\(name) = \(ValueFormatter().inline(constant.value))",
        doc: constant.doc, family: "constant")
    }
    return KeywordHelp.pages.first { $0.name == name }
  }

  static func pages(_ catalog: FunctionCatalog) -> [HelpPage] {
    names(catalog).compactMap { page($0, catalog) }
  }

  /// Pages that mention a word: in the name first, then in the text.
  static func search(_ word: String, _ pages: [HelpPage]) -> [HelpPage] {
    let word = word.lowercased()
    if word.isEmpty { return [] }
    let byName = pages.filter { $0.name.lowercased().contains(word) }
    let byText = pages.filter {
      !$0.name.lowercased().contains(word) && $0.doc.lowercased().contains(word)
    }
    return byName + byText
  }
}

extension String {
  fileprivate var firstLine: String { split(separator: "\n").first.map(String.init) ?? "" }
}
