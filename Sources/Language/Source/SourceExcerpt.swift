import Core

/// The line of a source that an error points into, cut around the error where it is long.
struct SourceExcerpt {
  /// What is shown, with `…` where something was cut off.
  private(set) var text: String
  /// Columns before what is marked.
  private(set) var offset: Int
  /// Columns that are marked.
  private(set) var length: Int

  /// The part of the line around the start of `span` that takes at most `columns`.
  init(_ span: Span, to columns: Int) {
    let (line, column) = span.start
    let full = span.source.line(line).map(SourceExcerpt.visible)
    let end = span.source.location(span.range.upperBound)
    let last = min(end.line == line ? end.column : full.count + 1, full.count + 1)
    let first = column - 1
    let shown = SourceExcerpt.window(full, around: first, to: columns)
    let lead = shown.lowerBound > 0 ? "…" : ""
    let tail = shown.upperBound < full.count ? "…" : ""
    text = lead + String(full[shown]) + tail
    let marked = min(first, shown.upperBound)..<min(max(last - 1, first), shown.upperBound)
    offset = lead.count + DisplayWidth.of(String(full[shown.lowerBound..<marked.lowerBound]))
    // An error at the end of a text marks the place behind it.
    length = max(1, DisplayWidth.of(String(full[marked])))
  }

  /// Which characters are shown: all if they fit, else those around `first`, most of them behind it.
  private static func window(_ full: [Character], around first: Int, to columns: Int)
    -> Range<Int>
  {
    let widths = full.map { DisplayWidth.of(String($0)) }
    // An error behind the last character marks one column more.
    if widths.reduce(0, +) + (first >= full.count ? 1 : 0) <= columns { return 0..<full.count }
    var start = min(first, full.count)
    var end = start
    // A column for the `…` at either end.
    var room = max(1, columns - 2)
    func takeBefore(_ most: Int) {
      var left = min(most, room)
      while start > 0, widths[start - 1] <= left {
        start -= 1
        left -= widths[start]
        room -= widths[start]
      }
    }
    takeBefore(room / 3)
    while end < full.count, widths[end] <= room {
      room -= widths[end]
      end += 1
    }
    takeBefore(room)
    return start..<end
  }

  /// A character as it can be shown in a line: nothing that moves the cursor.
  private static func visible(_ character: Character) -> Character {
    if character == "\t" || character.isNewline { return " " }
    let isControl = character.unicodeScalars.contains {
      $0.properties.generalCategory == .control
    }
    return isControl ? "\u{FFFD}" : character
  }
}
