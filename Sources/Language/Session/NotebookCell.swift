/// A part of a script between `#%%` lines: prose, then code.
public struct NotebookCell: Sendable {
  /// The text after `#%%`; empty for what stands before the first.
  public var title: String
  /// The `#|` lines, as Markdown.
  public var prose: String
  /// The lines of the source it covers, from 1.
  public var lines: ClosedRange<Int>

  /// The cells of a script, in order. Code before the first `#%%` line is a cell of its own.
  public static func cells(of source: SourceFile) -> [NotebookCell] {
    let comments = Parser.parse(source).program.comments
    let starts = comments.filter { $0.kind == .cell }
    var bounds = starts.map { ($0.line, $0.text) }
    if starts.first?.line != 1 { bounds.insert((1, ""), at: 0) }
    return bounds.enumerated().map { i, bound in
      let end = i + 1 < bounds.count ? bounds[i + 1].0 - 1 : source.lineCount
      let lines = bound.0...max(bound.0, end)
      let prose = comments.filter { $0.kind == .prose && lines.contains($0.line) }.map(\.text)
      return NotebookCell(
        title: bound.1, prose: prose.joined(separator: "\n"), lines: lines)
    }
  }
}
