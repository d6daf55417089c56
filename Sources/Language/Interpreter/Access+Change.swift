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
    switch (value, key) {
    case (.list(let items), .number(let x)):
      let i = try place(x, items.count, "the list", span)
      try changeItem(&value, i, rest, update)
    case (.vector(let numbers), .number(let x)):
      let i = try place(x, numbers.count, "the vector", span)
      var entry = Value.number(numbers[i])
      try change(&entry, rest, update)
      guard case .number(let new) = entry else {
        throw Diagnostic(
          .wrongOperands, "a vector holds numbers, not \(entry.phrase)", at: span)
      }
      setEntry(&value, i, new)
    case (.record, .string(let name)): try changeField(&value, name, rest, span, update)
    case (.table(var table), .string(let name)):
      var column = table[name].map { Value($0) }
      if column == nil, !rest.isEmpty { _ = try located(span) { try table.column(name) } }
      if rest.isEmpty { column = try update(column) } else { try change(&column!, rest, update) }
      guard let new = column?.column else {
        throw Diagnostic(
          .wrongOperands,
          "a column is a vector, or a list of numbers, strings or bools, not \(column?.phrase ?? "none")",
          at: span)
      }
      try located(span) { try table.set(name, new) }
      value = .table(table)
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

  private static func setEntry(_ value: inout Value, _ i: Int, _ new: Double) {
    guard case .vector(var numbers) = value else { return }
    value = .none
    numbers[i] = new
    value = .vector(numbers)
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
