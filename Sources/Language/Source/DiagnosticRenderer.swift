/// Diagnostics as text for a terminal, a log or a page.
public struct DiagnosticRenderer: Sendable {
  /// Whether to use the terminal's colours.
  public var isColored: Bool
  /// Longest part of a source line that is shown.
  private static let widest = 120
  /// Calls of a trace that are shown at its inner and outer end.
  private static let innerCalls = 8
  private static let outerCalls = 3

  /// A renderer, with or without colours.
  public init(isColored: Bool = false) { self.isColored = isColored }

  /// The diagnostic as lines, without a line end after the last.
  public func text(_ diagnostic: Diagnostic) -> String {
    let color = diagnostic.severity == .error ? Color.red : Color.yellow
    let head = paint(
      "\(diagnostic.severity.rawValue) \(diagnostic.code.rawValue)", color, bold: true)
    var lines = [head + paint(": \(diagnostic.message)", nil, bold: true)]
    var margin = ""
    if let span = diagnostic.span {
      let number = "\(span.start.line)"
      margin = String(repeating: " ", count: number.count)
      lines.append(paint(" \(margin)--> ", .blue) + span.place)
      lines += excerpt(span, number, margin, diagnostic.advice, color)
    } else if let advice = diagnostic.advice {
      lines.append("  \(advice)")
    }
    for note in diagnostic.notes { lines.append(paint(" \(margin) = ", .blue) + note) }
    for call in trace(diagnostic.trace) { lines.append(paint(" \(margin) = ", .blue) + call) }
    return lines.joined(separator: "\n")
  }

  /// Several diagnostics with an empty line between them.
  public func text(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map(text).joined(separator: "\n\n")
  }

  private func excerpt(
    _ span: Span, _ number: String, _ margin: String, _ advice: String?, _ color: Color
  ) -> [String] {
    let (line, column) = span.start
    let full = Array(span.source.line(line))
    let endLine = span.source.location(span.range.upperBound)
    let end = endLine.line == line ? endLine.column : full.count + 1
    var first = column - 1
    var length = max(1, min(end, full.count + 1) - column)
    // A long line is shown around the error.
    var shown = full[...]
    if full.count > DiagnosticRenderer.widest {
      let start = max(0, min(first - 40, full.count - DiagnosticRenderer.widest))
      shown = full[start..<min(full.count, start + DiagnosticRenderer.widest)]
      first -= start
      length = min(length, max(1, shown.count - first))
    }
    let text = String(shown.map { $0 == "\t" || $0.isNewline ? " " : visible($0) })
    let marks = String(repeating: "^", count: length) + (advice.map { " \($0)" } ?? "")
    let bar = paint(" \(margin) |", .blue)
    return [
      bar, paint(" \(number) | ", .blue) + text,
      bar + " " + String(repeating: " ", count: max(0, first)) + paint(marks, color),
    ]
  }

  private func visible(_ character: Character) -> Character {
    character.unicodeScalars.contains { $0.properties.generalCategory == .control }
      ? "\u{FFFD}" : character
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
