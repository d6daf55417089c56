import CZlib
import Core

/// Tables from and to CSV files.
public enum CSV {
  /// How numbers are written.
  public enum Decimal: String, Sendable {
    /// `0.5`; commas separate fields.
    case point = "."
    /// `0,5`; semicolons separate fields, as spreadsheets of many countries have it.
    case comma = ","

    fileprivate var separator: String { self == .point ? "," : ";" }

    fileprivate func spelled(_ number: String) -> String {
      self == .point ? number : number.replacing(".", with: ",")
    }
  }

  /// Reads a CSV file, plain or gzip; the type of each column is inferred from all its fields.
  ///
  /// A column is numbers if each field is a number or missing (empty, `nan`, `NA`) and at least one
  /// is a number; flags if each is `true` or `false`; else texts. Where no commas separate fields, numbers
  /// may have decimal commas, which is told of.
  /// - Throws: `.badFile` with file and line.
  public static func read(_ path: String, context: RunContext? = nil) throws(Failure) -> Table {
    let source = try CSVSource(path: path)
    var columns = [[String]](repeating: [], count: source.header.count)
    var rows = 0
    while let fields = try source.next() {
      for (i, field) in fields.enumerated() { columns[i].append(field) }
      rows += 1
      if rows % 4096 == 0 { try context?.checkCancellation("stopped reading \(path)") }
    }
    var table = Table()
    var respelled: [String] = []
    for (name, fields) in zip(source.header, columns) {
      var column = column(fields)
      if case .texts = column, !source.isSeparatedByCommas,
        let numbers = withDecimalCommas(fields)
      {
        column = numbers
        respelled.append("`\(name)`")
      }
      try table.set(name, column)
    }
    if !respelled.isEmpty {
      context?.report(
        .notice("\(path): \(respelled.joined(separator: ", ")) read with decimal commas"))
    }
    return table
  }

  /// Writes the table to a file, whole or not at all; compressed if its name ends in `.gz`.
  /// - Throws: `.cannotWrite` with the reason.
  public static func write(_ table: Table, to path: String, decimal: Decimal = .point)
    throws(Failure)
  {
    let isPacked = path.lowercased().hasSuffix(".gz")
    try AtomicFile.write(to: path) { file throws(Failure) in
      let packer = isPacked ? try GzipEncoder() : nil
      try lines(of: table, decimal) { line throws(Failure) in
        if let packer {
          try file.write(try packer.encode(Array(line.utf8)))
        } else {
          try file.write(line)
        }
      }
      if let packer { try file.write(try packer.finish()) }
    }
  }

  /// The table as CSV text, lines ended by LF.
  public static func text(_ table: Table) -> String {
    var text = ""
    lines(of: table, .point) { text += $0 }
    return text
  }

  // MARK: Writing

  /// Calls `body` with the header and with blocks of rows.
  private static func lines<E: Error>(
    of table: Table, _ decimal: Decimal, _ body: (String) throws(E) -> Void
  ) throws(E) {
    try body(table.names.map(quoted).joined(separator: decimal.separator) + "\n")
    let columns = table.names.compactMap { table[$0] }
    for block in Parallel.ranges(table.rowCount, by: 1024) {
      var text = ""
      for row in block {
        text +=
          columns.map { field($0.cell(row), decimal) }
          .joined(separator: decimal.separator) + "\n"
      }
      try body(text)
    }
  }

  private static func field(_ cell: Table.Cell, _ decimal: Decimal) -> String {
    switch cell {
    case .number(let x):
      if x.isNaN {
        ""
      } else if x == x.rounded(), abs(x) < 1e15, !(x == 0 && x.sign == .minus) {
        "\(Int(x))"
      } else {
        decimal.spelled("\(x)")
      }
    case .flag(let flag): "\(flag)"
    case .text(let text): quoted(text)
    case .vector(let numbers): decimal.spelled(Table.Cell.text(numbers))
    }
  }

  private static func quoted(_ text: String) -> String {
    let special = text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D, 0x09, 0x3B].contains($0) }
    guard special || text.first == " " || text.last == " " else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
