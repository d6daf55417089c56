import Core

/// Help as text.
extension HelpPage {
  /// The page as plain text.
  public var text: String { text(columns: .max, rows: .max) }

  /// The page as a terminal of this size shows it: lines broken at words, and of a function that takes
  /// more than there are rows for the first arguments, with the names of the others.
  public func text(columns: Int, rows: Int) -> String {
    let whole = head(columns, signature) + list(documented, columns) + foot
    guard whole.count >= rows else { return whole.joined(separator: "\n") }
    var page = whole
    for count in (1..<max(1, documented.count)).reversed() {
      page = shortened(to: count, columns)
      if page.count < rows { break }
    }
    return page.joined(separator: "\n")
  }

  /// What one argument is; nil for one that the page does not tell of.
  public func text(argument: String, columns: Int) -> String? {
    documented.first { $0.name == argument }.map { parameter in
      ([signature(of: parameter)] + list([parameter], columns)).joined(separator: "\n")
    }
  }

  /// How one argument is given.
  func signature(of parameter: Parameter) -> String { "\(name)(…, \(parameter.name): …)" }

  /// Names of the arguments that the page tells of.
  public var arguments: [String] { documented.map(\.name) }

  /// The arguments that the page tells of.
  var documented: [Parameter] { parameters.filter { !$0.type.isEmpty } }

  /// The page with the first arguments alone.
  private func shortened(to count: Int, _ columns: Int) -> [String] {
    let (first, others) = (Array(documented.prefix(count)), documented.dropFirst(count))
    let result = signature.range(of: ") -> ").map { signature[$0.lowerBound...] } ?? ")"
    let short = FunctionSignature(first).text(name: name).dropLast() + ", …" + result
    let more = "  also \(others.map(\.name).joined(separator: ", "))"
    let way =
      "  ?\(name).\(others.first?.name ?? "") tells of one of them, help(\(name)) of all"
    return head(columns, String(short)) + list(first, columns) + [""]
      + lines(more, columns, indent: 4) + lines(way, columns, indent: 4) + foot
  }

  /// How it is called and what it does.
  private func head(_ columns: Int, _ signature: String) -> [String] {
    let told = paragraphs(columns).flatMap {
      $0.isEmpty ? [""] : lines("  \($0)", columns, indent: 2)
    }
    return lines(signature, columns, indent: 4) + [""] + (doc.isEmpty ? [] : told)
  }

  /// Lines of the text, or, where lines are broken anew, paragraphs as one.
  private func paragraphs(_ columns: Int) -> [String] {
    let rows = doc.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    // What a value says of itself are lines.
    guard columns < .max, !documented.isEmpty else { return rows }
    return rows.reduce(into: []) { result, row in
      // Rows that are set in stand for themselves: lists, examples.
      if let last = result.last, !last.isEmpty, !row.isEmpty, row.first != " ", last.first != " " {
        result[result.count - 1] += " " + row
      } else {
        result.append(row)
      }
    }
  }

  private var foot: [String] {
    example.isEmpty ? [] : [""] + example.split(separator: "\n").map { "  \($0)" }
  }

  /// Parameters, each with what it takes and what it is for; nothing before the first.
  private func list(_ parameters: [Parameter], _ columns: Int) -> [String] {
    if parameters.isEmpty { return [] }
    let width = parameters.map(\.name.count).max() ?? 0
    let margin = 4 + width
    return [""]
      + parameters.flatMap { parameter in
        var line = "  \(DisplayWidth.pad(parameter.name, to: width))  \(parameter.type)"
        if case .optional(let shown?) = parameter.kind { line += " (default \(shown))" }
        let doc = String(repeating: " ", count: margin) + parameter.doc
        return lines(line, columns, indent: margin)
          + (parameter.doc.isEmpty ? [] : lines(doc, columns, indent: margin))
      }
  }

  private func lines(_ text: String, _ columns: Int, indent: Int) -> [String] {
    DisplayWidth.lines(text, to: columns, indent: indent)
  }
}
