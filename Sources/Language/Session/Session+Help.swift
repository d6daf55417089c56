import Core

extension Session {
  /// Help on a variable, function, constant or word of the language; nil if the name means nothing.
  public func help(_ name: String) -> HelpPage? {
    if let value = self[name] { return HelpPage(value, named: name) }
    return helpIndex.page(name)
  }

  /// The name probably meant by one that help does not know, as "did you mean …?".
  public func suggestion(for name: String) -> String? {
    Suggestion.phrase(for: name, among: variables.map(\.name) + helpIndex.names)
  }

  /// What mentions a word in its name, its text or its arguments, best first.
  public func apropos(_ word: String) -> [HelpMatch] {
    let own = variables.map { HelpPage($0.value, named: $0.name) }
    return HelpIndex.search(word, own + helpIndex.pages)
  }

  private var helpIndex: HelpIndex { HelpIndex(catalog: catalog, library: library) }
}
