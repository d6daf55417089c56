import Core

/// All that help knows beside a session's variables: functions, those of modules that load by
/// themselves, constants and words of the language.
struct HelpIndex: Sendable {
  let catalog: FunctionCatalog
  let library: ModuleLibrary

  /// Names that have a page.
  var names: [String] {
    catalog.names + library.automatic.keys.sorted() + catalog.constants.keys.sorted()
      + KeywordHelp.pages.map(\.name)
  }

  /// The page of a name; nil if it means nothing.
  func page(_ name: String) -> HelpPage? {
    if let function = catalog[name] {
      return HelpPage(.native(function), family: catalog.family(of: name)?.name ?? "")
    }
    if let page = automaticPage(name) { return page }
    if let constant = catalog.constants[name] {
      return HelpPage(
        name: name, signature: "\(name) = \(ValueFormatter().inline(constant.value))",
        doc: constant.doc, family: "constant")
    }
    return KeywordHelp.pages.first { $0.name == name }
  }

  /// All pages.
  var pages: [HelpPage] { names.compactMap(page) }

  /// The page of a function that loads its module by itself, from the module's text: asking for help
  /// runs nothing.
  private func automaticPage(_ name: String) -> HelpPage? {
    guard let module = library.automatic[name], let source = library.source(module) else {
      return nil
    }
    for statement in Parser.parse(source).program.statements {
      guard case .function(let function) = statement.kind, function.name == name else { continue }
      return HelpPage(
        name: name, signature: Resolver.signature(function.parameters).text(name: name),
        doc: function.doc ?? "", family: module)
    }
    return nil
  }

  // MARK: Searching

  /// What mentions a word: names first, then texts, names of arguments, and what these say.
  static func search(_ word: String, _ pages: [HelpPage]) -> [HelpMatch] {
    let word = word.lowercased()
    if word.isEmpty { return [] }
    func mentions(_ text: String) -> Bool { text.lowercased().contains(word) }
    var groups: [[HelpMatch]] = [[], [], [], []]
    for page in pages {
      let isFound = mentions(page.name) || mentions(page.doc)
      if isFound { groups[mentions(page.name) ? 0 : 1].append(HelpMatch(page)) }
      for argument in page.documented {
        let match = HelpMatch(page, argument)
        if mentions(argument.name) {
          groups[2].append(match)
        } else if !isFound, mentions(argument.doc) {
          groups[3].append(match)
        }
      }
    }
    return groups.flatMap { $0 }
  }
}

/// One place of help that mentions a word: a page, or one argument on it.
public struct HelpMatch: Sendable {
  /// What help is asked for by: `megs`, or `megs.penalty` for an argument.
  public var name: String
  /// How it is written, e.g. `quantile(x, q)` or `megs(…, penalty: …)`.
  public var signature: String
  /// What it is, in a line.
  public var summary: String

  init(_ page: HelpPage) {
    name = page.name
    signature = page.signature
    summary = HelpMatch.firstLine(page.doc)
  }

  init(_ page: HelpPage, _ argument: Parameter) {
    name = "\(page.name).\(argument.name)"
    signature = page.signature(of: argument)
    summary = HelpMatch.firstLine(argument.doc)
  }

  private static func firstLine(_ text: String) -> String {
    text.split(separator: "\n").first.map(String.init) ?? ""
  }
}
