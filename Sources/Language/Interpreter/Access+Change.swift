import Core

extension Access {
  /// Changes the part of `value` that `path` leads to. `update` gets the old part, nil where a
  /// record has no such field yet.
  static func change(
    _ value: inout Value, _ path: ArraySlice<(Value, Span)>, _ update: (Value?) throws -> Value
  ) throws {
    guard let (key, span) = path.first else {
      value = try update(value)
      return
    }
    let rest = path.dropFirst()
    switch try spot(value, key, span) {
    case .item(let i): try changeItem(&value, i, rest, update)
    case .entry(let i): try changeEntry(&value, i, rest, span, update)
    case .field(let name): try changeField(&value, name, rest, span, update)
    case .column(let name): try changeColumn(&value, name, rest, span, update)
    }
  }

  private enum Spot {
    case item(Int)
    case entry(Int)
    case field(String)
    case column(String)
  }

  /// What a key means for a value. A function of its own, never inlined: what it looks at must be
  /// released before the value changes, or the change would copy it.
  @inline(never)
  private static func spot(_ value: Value, _ key: Value, _ span: Span) throws -> Spot {
    switch (value, key) {
    case (.list(let items), .number(let x)):
      return .item(try place(x, items.count, "the list", span))
    case (.vector(let numbers), .number(let x)):
      return .entry(try place(x, numbers.count, "the vector", span))
    case (.record, .string(let name)): return .field(name)
    case (.table, .string(let name)): return .column(name)
    default:
      throw Diagnostic(
        .notIndexable, "\(value.kindPhrase) cannot be changed at \(key.phrase)", at: span,
        advice: "parts of lists, records, vectors and tables can be assigned")
    }
  }

  private static func place(_ x: Double, _ count: Int, _ noun: String, _ span: Span) throws -> Int {
    guard let n = Int(exactly: x) else {
      throw Diagnostic(
        .badIndex, "an index is a whole number, not \(NumberText.exact(x))", at: span)
    }
    let i = n < 0 ? n + count : n
    guard i >= 0, i < count else {
      throw Diagnostic(
        .indexOutOfRange,
        "there is no element \(n): \(noun) has \(Phrase.count(count, "element"))", at: span,
        advice: "append(x, item) adds an element")
    }
    return i
  }

  // In each of these the container leaves `value` first, so that it is the only owner and changes
  // without a copy; it is put back also when the change fails.
  private static func changeItem(
    _ value: inout Value, _ i: Int, _ rest: ArraySlice<(Value, Span)>,
    _ update: (Value?) throws -> Value
  ) throws {
    guard case .list(var items) = value else { return }
    value = .none
    defer { value = .list(items) }
    try change(&items[i], rest, update)
  }

  private static func changeEntry(
    _ value: inout Value, _ i: Int, _ rest: ArraySlice<(Value, Span)>, _ span: Span,
    _ update: (Value?) throws -> Value
  ) throws {
    guard case .vector(var numbers) = value else { return }
    value = .none
    defer { value = .vector(numbers) }
    var entry = Value.number(numbers[i])
    try change(&entry, rest, update)
    guard case .number(let new) = entry else {
      throw Diagnostic(.wrongOperands, "a vector holds numbers, not \(entry.phrase)", at: span)
    }
    numbers[i] = new
  }

  private static func changeColumn(
    _ value: inout Value, _ name: String, _ rest: ArraySlice<(Value, Span)>, _ span: Span,
    _ update: (Value?) throws -> Value
  ) throws {
    guard case .table(var table) = value else { return }
    value = .none
    defer { value = .table(table) }
    var cells: Value
    if rest.isEmpty {
      cells = try update(table[name].map { Value($0) })
    } else {
      cells = try located(span) { Value(try table.column(name)) }
      try change(&cells, rest, update)
    }
    guard let column = cells.column else {
      throw Diagnostic(
        .wrongOperands,
        "a column is a vector, or a list of numbers, strings or bools, not \(cells.phrase)",
        at: span,
        advice: rest.isEmpty
          ? nil : "the cells of a column are of one kind: set all of them, as in t.\(name) = [5, 7]"
      )
    }
    try located(span) { try table.set(name, column) }
  }

  private static func changeField(
    _ value: inout Value, _ name: String, _ rest: ArraySlice<(Value, Span)>, _ span: Span,
    _ update: (Value?) throws -> Value
  ) throws {
    guard case .record(var record) = value else { return }
    value = .none
    defer { value = .record(record) }
    guard var field = record.take(name) else {
      if rest.isEmpty {
        record[name] = try update(nil)
        return
      }
      throw Diagnostic(
        .noMember, "the record has no field `\(name)`", at: span,
        advice: Suggestion.phrase(for: name, among: record.keys))
    }
    defer { record[name] = field }
    try change(&field, rest, update)
  }
}
