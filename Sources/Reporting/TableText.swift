import Core

/// A table as aligned text: numbers at the point, texts at the left, cut to a width and a height.
public struct TableText: Sendable {
  /// Columns of the terminal or page; columns of the table that do not fit are named below it.
  public var width: Int
  /// Rows of the table that are shown; the others are counted below it.
  public var maxRows: Int

  /// Text of at most `width` columns and `maxRows` rows of the table.
  public init(width: Int = 80, maxRows: Int = 20) {
    self.width = max(20, width)
    self.maxRows = max(0, maxRows)
  }

  /// The text, lines separated by newlines, without one at the end.
  public func callAsFunction(_ table: Table) -> String {
    if table.names.isEmpty { return "an empty table" }
    let shown = table.head(maxRows)
    var columns = table.names.map { name in
      TextColumn(name: name, column: shown[name] ?? .texts([]))
    }
    let fitting = fit(&columns)
    var lines = [line(columns.prefix(fitting)) { $0.header }]
    lines.append(line(columns.prefix(fitting)) { String(repeating: "─", count: $0.width) })
    for row in 0..<shown.rowCount {
      lines.append(line(columns.prefix(fitting)) { $0.cell(row) })
    }
    lines += footer(table, fitting: fitting)
    return lines.map { DisplayWidth.cut($0, to: width) }.joined(separator: "\n")
  }

  /// What was left out, in words.
  private func footer(_ table: Table, fitting: Int) -> [String] {
    var lines: [String] = []
    if table.rowCount == 0 { lines.append("no rows") }
    let rows = table.rowCount - min(table.rowCount, maxRows)
    if rows > 0 { lines.append("… \(rows) more \(rows == 1 ? "row" : "rows")") }
    let hidden = table.names.dropFirst(fitting)
    if !hidden.isEmpty {
      let noun = hidden.count == 1 ? "column" : "columns"
      lines.append("… \(hidden.count) more \(noun): \(hidden.joined(separator: ", "))")
    }
    return lines
  }

  /// Narrows texts, widest first, and tells how many columns fit then; always at least one.
  private func fit(_ columns: inout [TextColumn]) -> Int {
    let gap = 2
    let narrowest = 12
    func total(_ count: Int) -> Int {
      columns.prefix(count).reduce(-gap) { $0 + $1.width + gap }
    }
    func floor(_ column: TextColumn) -> Int {
      column.isText ? min(column.width, max(narrowest, min(column.headerWidth, 20))) : column.width
    }
    var count = columns.count
    while count > 1 {
      let least = columns.prefix(count).reduce(-gap) { $0 + floor($1) + gap }
      if least <= width { break }
      count -= 1
    }
    while total(count) > width {
      let widest = columns[..<count].indices.filter { columns[$0].width > floor(columns[$0]) }
        .max { columns[$0].width < columns[$1].width }
      guard let widest else { break }
      columns[widest].width -= 1
    }
    return count
  }

  private func line(_ columns: ArraySlice<TextColumn>, _ cell: (TextColumn) -> String) -> String {
    var text = columns.map { column in
      DisplayWidth.pad(
        DisplayWidth.cut(cell(column), to: column.width), to: column.width, leading: !column.isText)
    }.joined(separator: "  ")
    while text.last == " " { text.removeLast() }
    return text
  }
}

/// One column ready to print.
private struct TextColumn {
  let header: String
  let headerWidth: Int
  let isText: Bool
  private let cells: [String]
  /// Columns it takes, which `TableText` may reduce for texts.
  var width: Int

  init(name: String, column: Table.Column) {
    header = TextColumn.printable(name)
    headerWidth = DisplayWidth.of(header)
    switch column {
    case .numbers(let values):
      let text = NumberText(fitting: values)
      cells = values.map { text($0) }
      isText = false
    case .texts(let values):
      cells = values.map(TextColumn.printable)
      isText = true
    case .flags(let values):
      cells = values.map { $0 ? "true" : "false" }
      isText = true
    case .vectors(let values):
      cells = values.map { $0.map(NumberText.short).joined(separator: " ") }
      isText = true
    }
    width = cells.reduce(headerWidth) { max($0, DisplayWidth.of($1)) }
  }

  func cell(_ row: Int) -> String { cells[row] }

  /// Control characters (a newline, a terminal's escape) as visible signs.
  private static func printable(_ text: String) -> String {
    if text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "⏎"
      case "\t": result += " "
      default:
        if scalar.properties.generalCategory == .control {
          result += "·"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }
}
