import CZlib
import Core

/// Tables from and to CSV files.
public enum CSV {
  /// Reads a CSV file, plain or gzip; the type of each column is inferred from all its fields.
  ///
  /// A column is numbers if each field is a number or missing (empty, `nan`, `NA`) and at least one
  /// is a number; flags if each is `true` or `false`; else texts.
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
    for (name, fields) in zip(source.header, columns) { try table.set(name, column(fields)) }
    return table
  }

  /// Writes the table to a file, whole or not at all; compressed if its name ends in `.gz`.
  /// - Throws: `.cannotWrite` with the reason.
  public static func write(_ table: Table, to path: String) throws(Failure) {
    let isPacked = path.lowercased().hasSuffix(".gz")
    try AtomicFile.write(to: path) { file throws(Failure) in
      let packer = isPacked ? try GzipEncoder() : nil
      try lines(of: table) { line throws(Failure) in
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
    lines(of: table) { text += $0 }
    return text
  }

  // MARK: Writing

  /// Calls `body` with the header and with blocks of rows.
  private static func lines<E: Error>(
    of table: Table, _ body: (String) throws(E) -> Void
  ) throws(E) {
    try body(table.names.map(quoted).joined(separator: ",") + "\n")
    let columns = table.names.compactMap { table[$0] }
    for block in Parallel.ranges(table.rowCount, by: 1024) {
      var text = ""
      for row in block {
        text += columns.map { field($0.cell(row)) }.joined(separator: ",") + "\n"
      }
      try body(text)
    }
  }

  private static func field(_ cell: Table.Cell) -> String {
    switch cell {
    case .number(let x):
      if x.isNaN {
        ""
      } else if x == x.rounded(), abs(x) < 1e15, !(x == 0 && x.sign == .minus) {
        "\(Int(x))"
      } else {
        "\(x)"
      }
    case .flag(let flag): "\(flag)"
    case .text(let text): quoted(text)
    case .vector(let numbers): Table.Cell.text(numbers)
    }
  }

  private static func quoted(_ text: String) -> String {
    let special = text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D, 0x09, 0x3B].contains($0) }
    guard special || text.first == " " || text.last == " " else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }

  // MARK: Types

  /// The fields as the narrowest type that holds them all.
  static func column(_ fields: [String]) -> Table.Column {
    if let numbers = numbers(fields) { return .numbers(numbers) }
    if let flags = flags(fields) { return .flags(flags) }
    if let vectors = vectors(fields) { return .vectors(vectors) }
    return .texts(fields)
  }

  private static func numbers(_ fields: [String]) -> [Double]? {
    var values: [Double] = []
    values.reserveCapacity(fields.count)
    var found = false
    for field in fields {
      guard let value = number(field.trimmed) else { return nil }
      if !value.isNaN { found = true }
      values.append(value)
    }
    return found ? values : nil
  }

  private static func number(_ field: String) -> Double? {
    if field.isEmpty || field == "NA" { return .nan }
    return Double(decimal: field)
  }

  /// Cells of as many numbers each, at least two, with blanks between them: how points are written.
  private static func vectors(_ fields: [String]) -> [[Double]]? {
    var vectors: [[Double]] = []
    vectors.reserveCapacity(fields.count)
    for field in fields {
      let words = field.split(separator: " ")
      guard words.count > 1, words.count == vectors.first?.count ?? words.count else { return nil }
      let numbers = words.compactMap { Double(decimal: $0) }
      guard numbers.count == words.count else { return nil }
      vectors.append(numbers)
    }
    return vectors.isEmpty ? nil : vectors
  }

  private static func flags(_ fields: [String]) -> [Bool]? {
    guard !fields.isEmpty else { return nil }
    var values: [Bool] = []
    for field in fields {
      switch field.trimmed.lowercased() {
      case "true": values.append(true)
      case "false": values.append(false)
      default: return nil
      }
    }
    return values
  }
}
