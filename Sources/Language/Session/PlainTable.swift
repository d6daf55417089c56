import Core

/// A table as plain aligned text, where nothing finer was given to the formatter.
public enum PlainTable {
  /// At most 10 rows; cells are cut at 30 characters and columns left out at the right.
  @Sendable
  public static func text(_ table: Table, width: Int) -> String {
    let shown = table.head(10)
    var lines = [String](repeating: "", count: shown.rowCount + 1)
    var left = 0
    for name in table.names {
      guard let column = shown[name] else { continue }
      let cells = [name] + (0..<shown.rowCount).map { cell(column.cell($0)) }
      let size = cells.map(\.count).max() ?? 0
      if !lines[0].isEmpty, (lines[0].count + 2 + size) > width {
        left += 1
        continue
      }
      var isNumeric = false
      if case .numbers = column { isNumeric = true }
      for (i, cell) in cells.enumerated() {
        let padding = String(repeating: " ", count: size - cell.count)
        lines[i] += (lines[i].isEmpty ? "" : "  ") + (isNumeric ? padding + cell : cell + padding)
      }
    }
    if table.rowCount > shown.rowCount { lines.append("… \(table.rowCount) rows in all") }
    if left > 0 { lines.append("… \(left) more columns") }
    return lines.map { $0.trimmedRight }.joined(separator: "\n")
  }

  private static func cell(_ cell: Table.Cell) -> String {
    switch cell {
    case .number(let x): NumberText.short(x)
    case .flag(let flag): "\(flag)"
    case .text(let text): cut(text)
    case .vector(let numbers): cut(numbers.map { NumberText.short($0) }.joined(separator: " "))
    }
  }
}

private func cut(_ text: String) -> String { text.count > 30 ? text.prefix(29) + "…" : text }

extension String {
  fileprivate var trimmedRight: String {
    var end = endIndex
    while end > startIndex, self[index(before: end)] == " " { end = index(before: end) }
    return String(self[..<end])
  }
}
