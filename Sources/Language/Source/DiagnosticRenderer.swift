import Core

/// Diagnostics as text for a terminal, a log or a page.
public struct DiagnosticRenderer: Sendable {
  /// Whether to use the terminal's colours.
  public var isColored: Bool
  /// Columns of the terminal, at which lines are broken between words; nil where there is none.
  public var columns: Int?
  /// Longest part of a source line that is shown where there is no terminal.
  private static let widest = 120
  /// Calls of a trace that are shown at its inner and outer end.
  private static let innerCalls = 8
  private static let outerCalls = 3

  /// A renderer, with or without colours, for a terminal of so many columns or for any width.
  public init(isColored: Bool = false, columns: Int? = nil) {
    self.isColored = isColored
    self.columns = columns
  }

  /// The diagnostic as lines, without a line end after the last.
  public func text(_ diagnostic: Diagnostic) -> String {
    let color = diagnostic.severity == .error ? Color.red : Color.yellow
    var lines = headline(diagnostic, color)
    var margin = ""
    if let span = diagnostic.span {
      let number = "\(span.start.line)"
      margin = String(repeating: " ", count: number.count)
      // Not broken: places are copied.
      lines.append(paint(" \(margin)--> ", .blue) + span.place)
      lines += excerpt(span, number, margin, diagnostic.advice, color)
    } else if let advice = diagnostic.advice {
      lines += broken("  \(advice)", indent: 2)
    }
    for note in diagnostic.notes + trace(diagnostic.trace) {
      let shown = broken(note, within: (columns ?? .max) - margin.count - 4)
      lines.append(paint(" \(margin) = ", .blue) + shown[0])
      lines += shown.dropFirst().map { "\(margin)    \($0)" }
    }
    return lines.joined(separator: "\n")
  }

  /// Several diagnostics with an empty line between them.
  public func text(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map(text).joined(separator: "\n\n")
  }

  private func headline(_ diagnostic: Diagnostic, _ color: Color) -> [String] {
    let head = "\(diagnostic.severity.rawValue) \(diagnostic.code.rawValue)"
    let lines = broken("\(head): \(diagnostic.message)", indent: 2)
    return lines.enumerated().map { i, line in
      guard i == 0, line.hasPrefix(head) else { return paint(line, nil, bold: true) }
      return paint(head, color, bold: true)
        + paint(String(line.dropFirst(head.count)), nil, bold: true)
    }
  }

  private func excerpt(
    _ span: Span, _ number: String, _ margin: String, _ advice: String?, _ color: Color
  ) -> [String] {
    let room = columns.map { max(16, $0 - margin.count - 4) }
    let excerpt = SourceExcerpt(span, to: room ?? DiagnosticRenderer.widest)
    let bar = paint(" \(margin) |", .blue)
    let indent = String(repeating: " ", count: excerpt.offset)
    let marks = String(repeating: "^", count: excerpt.length)
    var lines = [bar, paint(" \(number) | ", .blue) + excerpt.text]
    guard let advice else { return lines + [bar + " " + indent + paint(marks, color)] }
    let beside = excerpt.offset + excerpt.length + 1
    if beside + DisplayWidth.of(advice) <= room ?? .max {
      return lines + [bar + " " + indent + paint("\(marks) \(advice)", color)]
    }
    // Below the marks, as far to the right as it fits in one line.
    lines.append(bar + " " + indent + paint(marks, color))
    let width = room ?? .max
    let left = min(excerpt.offset, max(0, width - DisplayWidth.of(advice)))
    return lines
      + broken(advice, within: width - left).map {
        bar + " " + String(repeating: " ", count: left) + paint($0, color)
      }
  }

  /// The text's lines, broken between words where they are wider than the terminal.
  private func broken(_ text: String, indent: Int = 0) -> [String] {
    broken(text, indent: indent, within: columns ?? .max)
  }

  private func broken(_ text: String, indent: Int = 0, within width: Int) -> [String] {
    DisplayWidth.paragraphs(text, to: max(16, width), indent: indent)
  }

  private func trace(_ calls: [Diagnostic.Call]) -> [String] {
    let all = calls.map { "in `\($0.function)`, called at \($0.span.place)" }
    let most = DiagnosticRenderer.innerCalls + DiagnosticRenderer.outerCalls
    guard all.count > most + 1 else { return all }
    return all.prefix(DiagnosticRenderer.innerCalls)
      + ["… \(all.count - most) more calls"] + all.suffix(DiagnosticRenderer.outerCalls)
  }

  // MARK: Colours

  private enum Color: String {
    case red = "31"
    case yellow = "33"
    case blue = "34"
  }

  private func paint(_ text: String, _ color: Color?, bold: Bool = false) -> String {
    guard isColored else { return text }
    let codes = [bold ? "1" : nil, color?.rawValue].compactMap { $0 }.joined(separator: ";")
    return codes.isEmpty ? text : "\u{1B}[\(codes)m\(text)\u{1B}[0m"
  }
}
