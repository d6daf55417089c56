import Core

/// Tables: named columns of one length.
enum TableFunctions {
  static let family = FunctionCatalog.Family(
    "tables", doc: "making, looking through and summarising tables",
    [table, columns, rows, select, withColumn, stack, group, describe])

  private static let table = NativeFunction(
    "table",
    FunctionSignature(
      [.required("x", "a record of columns, or a list of records", "the contents")],
      result: "a table"),
    doc: "Makes a table of a record of columns, or of a list of records (the rows).",
    example: "table({n: [1, 2], name: [\"a\", \"b\"]})"
  ) { arguments, _ in
    switch try arguments.value("x") {
    case .record(let record): return .table(try fromColumns(record))
    case .list(let items): return .table(try fromRows(items, arguments))
    case .table(let table): return .table(table)
    default: throw arguments.mismatch("x", "a record of columns, or a list of records")
    }
  }

  private static func fromColumns(_ record: Record) throws -> Table {
    var table = Table()
    for (name, value) in record { try table.set(name, try column(name, value)) }
    return table
  }

  private static func column(_ name: String, _ value: Value) throws -> Table.Column {
    if let column = value.column { return column }
    throw Failure(
      .badArgument,
      "the column `\(name)` is a vector, or a list of numbers, strings or bools, not \(value.phrase)"
    )
  }

  /// A table of records; a field that a row lacks is missing there.
  static func fromRows(_ items: [Value], _ arguments: Arguments) throws -> Table {
    var names: [String] = []
    var known: Set<String> = []
    let records = try items.map { item -> Record in
      guard case .record(let record) = item else {
        throw Failure(.badArgument, "`x` is a list of records, but holds \(item.phrase)")
      }
      for name in record.keys where known.insert(name).inserted { names.append(name) }
      return record
    }
    var table = Table()
    for name in names {
      try table.set(name, try column(name, .list(records.map { $0[name] ?? .none })))
    }
    return table
  }

  private static let columns = NativeFunction(
    "columns",
    FunctionSignature([.required("t", "a table", "the table")], result: "a list of strings"),
    doc: "The names of a table's columns.", example: "columns(table({n: [1, 2]}))"
  ) { arguments, _ in .list(try arguments.table("t").names.map { .string($0) }) }

  private static let rows = NativeFunction(
    "rows",
    FunctionSignature([.required("t", "a table", "the table")], result: "a list of records"),
    doc: "A table's rows as records.", example: "rows(table({n: [1, 2]}))"
  ) { arguments, _ in
    let table = try arguments.table("t")
    return .list((0..<table.rowCount).map { .record(table.record($0)) })
  }

  private static let select = NativeFunction(
    "select",
    FunctionSignature(
      [
        .required("t", "a table", "the table"),
        .required("names", "a list of strings", "the columns to keep, in this order"),
      ], result: "a table"),
    doc: "A table of some of the columns.", example: "select(table({a: [1], b: [2]}), [\"b\"])"
  ) { arguments, _ in
    let table = try arguments.table("t")
    return .table(
      try Table(try arguments.strings("names").map { ($0, try table.column($0)) }))
  }

  private static let withColumn = NativeFunction(
    "with_column",
    FunctionSignature(
      [
        .required("t", "a table", "the table"),
        .required("name", "a string", "the column's name"),
        .required("values", "a vector or list, or a function of a row", "what it holds"),
      ], result: "a table"),
    doc: "The table with a column added or replaced; `t.name = values` changes a table in place.",
    example: "with_column(table({n: [1, 2]}), \"double\", row -> row.n * 2)"
  ) { arguments, context in
    var table = try arguments.table("t")
    let name = try arguments.string("name")
    var values = try arguments.value("values")
    if values.isCallable {
      let function = values
      values = .list(
        try (0..<table.rowCount).map { try context.call(function, [.record(table.record($0))]) })
    }
    try table.set(name, try column(name, values))
    return .table(table)
  }

  private static let stack = NativeFunction(
    "stack",
    FunctionSignature(
      [.variadic("tables", "tables with the same columns", "the tables")], result: "a table"),
    doc: "The rows of several tables below each other.",
    example: "stack(table({n: [1]}), table({n: [2]}))"
  ) { arguments, _ in
    let tables = try arguments.rest.map { value -> Table in
      if case .table(let table) = value { return table }
      throw Failure(.badArgument, "`stack` takes tables, not \(value.phrase)")
    }
    guard let first = tables.first else { return .table(Table()) }
    var result = Table()
    for name in first.names {
      let pieces = try tables.map { Value(try $0.column(name)) }
      if let extra = tables.first(where: { $0.names.count != first.names.count }) {
        throw Failure(
          .badArgument,
          "`stack` needs the same columns everywhere, not \(extra.names.count) and \(first.names.count)"
        )
      }
      try result.set(name, try column(name, joined(pieces)))
    }
    return .table(result)
  }

  private static func joined(_ pieces: [Value]) -> Value {
    let numbers = pieces.compactMap { if case .vector(let xs) = $0 { xs } else { nil } }
    if numbers.count == pieces.count { return .vector(numbers.flatMap { $0 }) }
    return .list(
      pieces.flatMap { piece -> [Value] in
        if case .list(let items) = piece { return items }
        return (piece.numbers ?? []).map { .number($0) }
      })
  }

  private static let group = NativeFunction(
    "group",
    FunctionSignature(
      [
        .required("t", "a table", "the table"),
        .required("by", "a column's name", "rows with the same value there belong together"),
        .optional(
          "f", "a function of a table that gives a record", "what to say about each group"),
      ], result: "a table"),
    doc: "One row for each different value of a column, with the number of rows, "
      + "or with the fields of the record that a function makes of them.",
    example:
      "group(table({k: [\"a\", \"b\", \"a\"], x: [1, 2, 3]}), \"k\", g -> {mean: mean(g.x)})"
  ) { arguments, context in
    let table = try arguments.table("t")
    let name = try arguments.string("by")
    let column = try table.column(name)
    var order: [Value] = []
    var members: [ValueKey: [Int]] = [:]
    for i in 0..<table.rowCount {
      let key = Value(column.cell(i))
      if members[ValueKey(key)] == nil { order.append(key) }
      members[ValueKey(key), default: []].append(i)
    }
    let rows = try order.map { key -> Value in
      let indices = members[ValueKey(key)] ?? []
      var record = Record([(name, key)])
      guard arguments.has("f") else {
        record["count"] = .number(Double(indices.count))
        return .record(record)
      }
      let made = try context.call(
        try arguments.function("f"), [.table(table.rows(indices))])
      guard case .record(let fields) = made else {
        throw Failure(
          .badArgument, "`f` gives a record, not \(made.phrase)",
          advice: "as in g -> {mean: mean(g.score)}")
      }
      for (field, value) in fields { record[field] = value }
      return .record(record)
    }
    return .table(try fromRows(rows, arguments))
  }

  private static let describe = NativeFunction(
    "describe",
    FunctionSignature(
      [.required("x", "a table, a vector or a list of numbers", "what to summarise")],
      result: "a table or a record"),
    doc: "Count, mean, standard deviation, least, median and largest of numbers, "
      + "for each column of numbers of a table; missing numbers are left out.",
    example: "describe([1, 2, 3, 4])"
  ) { arguments, _ in
    let value = try arguments.value("x")
    guard case .table(let table) = value else {
      guard let numbers = value.numbers else {
        throw arguments.mismatch("x", "a table, a vector or a list of numbers")
      }
      return .record(summary(numbers))
    }
    let rows = table.names.compactMap { name -> Value? in
      guard case .numbers(let numbers)? = table[name] else { return nil }
      var record = Record([("column", .string(name))])
      for (field, value) in summary(numbers) { record[field] = value }
      return .record(record)
    }
    return .table(try fromRows(rows, arguments))
  }

  private static func summary(_ all: [Double]) -> Record {
    let numbers = all.filter { !$0.isNaN }
    let none = Value.number(.nan)
    let isEmpty = numbers.isEmpty
    return Record([
      ("count", .number(Double(numbers.count))),
      ("mean", isEmpty ? none : .number(StatisticsFunctions.mean(numbers))),
      ("std", isEmpty ? none : .number(StatisticsFunctions.variance(numbers).squareRoot())),
      ("min", numbers.min().map { .number($0) } ?? none),
      ("median", isEmpty ? none : .number(StatisticsFunctions.quantile(numbers, 0.5))),
      ("max", numbers.max().map { .number($0) } ?? none),
    ])
  }
}
