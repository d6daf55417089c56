import Core

extension Session {
  /// Help on a variable, function, constant or word of the language; nil if the name means nothing.
  public func help(_ name: String) -> HelpPage? {
    if let value = self[name] { return HelpPage(value, named: name) }
    return HelpFunctions.page(name, catalog)
  }

  /// The name probably meant by one that help does not know, as "did you mean …?".
  public func suggestion(for name: String) -> String? {
    Suggestion.phrase(for: name, among: variables.map(\.name) + HelpFunctions.names(catalog))
  }

  /// Pages whose name or text mentions a word, best first.
  public func apropos(_ word: String) -> [HelpPage] {
    let own = variables.map { HelpPage($0.value, named: $0.name) }
    return HelpFunctions.search(word, own + HelpFunctions.pages(catalog))
  }
}
