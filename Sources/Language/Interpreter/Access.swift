import Core

/// Indices, slices, members and iteration of every type of value.
enum Access {
  // MARK: Members

  static func member(_ object: Value, _ name: String, _ span: Span) throws -> Value {
    switch object {
    case .record(let record):
      if let value = record[name] { return value }
      throw noMember("the record has no field `\(name)`", name, record.keys, span)
    case .table(let table):
      if let column = table[name] { return Value(column) }
      throw noMember("the table has no column `\(name)`", name, table.names, span)
    case .host(let host):
      if let value = try located(span, { try host.member(name) }) { return value }
      throw noMember("\(object.kindPhrase) has no `\(name)`", name, host.members, span)
    case .range(let range):
      if name == "lower" { return .number(range.lower) }
      if name == "upper" { return .number(range.upper) }
      throw noMember("a range has no `\(name)`", name, ["lower", "upper"], span)
    case .problem(let problem):
      if let value = problem.member(name) { return value }
      throw noMember("a problem has no `\(name)`", name, ProblemValue.memberNames, span)
    case .duration(let seconds) where name == "seconds": return .number(seconds)
    default:
      throw Diagnostic(
        .noMember, "\(object.kindPhrase) has no `\(name)`", at: span,
        advice: "functions are called as \(name)(x), not x.\(name)")
    }
  }

  private static func noMember(
    _ message: String, _ name: String, _ known: [String], _ span: Span
  ) -> Diagnostic {
    let shown = known.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
    let more = known.count > 12 ? ", …" : ""
    return Diagnostic(
      .noMember, message, at: span,
      advice: Suggestion.phrase(for: name, among: known)
        ?? (known.isEmpty ? nil : "it has \(shown)\(more)"))
  }

  /// Runs something of another room; its failures get this place.
  static func located<T>(_ span: Span, _ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let failure as Failure {
      throw Diagnostic(failure, at: span)
    }
  }

  // MARK: Elements

  /// How many elements a value has; nil for types without elements, and for ranges that are not of
  /// whole numbers or too long to be written out.
  static func count(_ value: Value) -> Int? {
    switch value {
    case .list(let items): items.count
    case .vector(let numbers): numbers.count
    case .string(let text): text.count
    case .table(let table): table.rowCount
    case .record(let record): record.count
    case .range(let range):
      range.integers.flatMap { $0.count <= Value.longestList ? $0.count : nil }
    case .host(let object): object.count
    default: nil
    }
  }

  static func index(_ object: Value, _ index: Value, _ span: Span) throws -> Value {
    if case .list(let items) = object, case .number(let x) = index {
      return items[try position(x, items.count, "the list", span)]
    }
    if case .vector(let numbers) = object, case .number(let x) = index {
      return .number(numbers[try position(x, numbers.count, "the vector", span)])
    }
    switch (object, index) {
    case (.record(let record), .string(let key)):
      if let value = record[key] { return value }
      throw noMember("the record has no field `\(key)`", key, record.keys, span)
    case (.table(let table), .string(let name)):
      return try located(span) { Value(try table.column(name)) }
    case (_, .number(let x)):
      guard let count = count(object) else { break }
      let i = try position(x, count, noun(object), span)
      return try located(span) { try element(object, i) }
    case (_, .range(let range)):
      guard let count = count(object) else { break }
      return try rows(object, try slice(range, count, noun(object), span), span)
    case (_, .list(let items)) where items.allSatisfy(\.isBool):
      return try rows(object, try mask(items, object, span), span)
    case (_, .vector(let xs)):
      guard let count = count(object) else { break }
      return try rows(object, try xs.map { try position($0, count, noun(object), span) }, span)
    default: break
    }
    throw badIndex(object, index, span)
  }

  /// Element `i` of `0..<count`.
  static func element(_ value: Value, _ i: Int) throws -> Value {
    switch value {
    case .list(let items): items[i]
    case .vector(let numbers): .number(numbers[i])
    case .string(let text): .string(String(text[text.index(text.startIndex, offsetBy: i)]))
    case .table(let table): .record(table.record(i))
    case .record(let record): .string(record.keys[i])
    case .range(let range): .number(range.lower + Double(i))
    case .host(let object): try object.element(i)
    default: .none
    }
  }

  /// The elements of these positions, as a value of the same type.
  static func rows(_ value: Value, _ indices: [Int], _ span: Span) throws -> Value {
    switch value {
    case .list(let items): return .list(indices.map { items[$0] })
    case .vector(let numbers): return .vector(indices.map { numbers[$0] })
    case .string(let text):
      let characters = Array(text)
      return .string(String(indices.map { characters[$0] }))
    case .table(let table): return .table(table.rows(indices))
    case .range(let range): return .vector(indices.map { range.lower + Double($0) })
    case .host(let object):
      if let rows = try located(span, { try object.rows(indices) }) { return rows }
    default: break
    }
    throw Diagnostic(
      .notIndexable, "\(value.kindPhrase) has no parts that can be taken by position", at: span)
  }

  // MARK: Positions

  private static func position(_ x: Double, _ count: Int, _ noun: String, _ span: Span) throws
    -> Int
  {
    guard let n = Int(exactly: x) else {
      throw Diagnostic(
        .badIndex, "an index is a whole number, not \(NumberText.exact(x))", at: span)
    }
    let i = n < 0 ? n + count : n
    if i >= 0, i < count { return i }
    throw Diagnostic(
      .indexOutOfRange, "there is no element \(n): \(noun) has \(Phrase.count(count, "element"))",
      at: span,
      advice: count == 0
        ? nil : "indices go from 0 to \(count - 1), and from -1 (the last) to -\(count)")
  }

  /// The positions a slice means. Negative ends count from the end; both ends must exist.
  private static func slice(
    _ range: NumberRange, _ count: Int, _ noun: String, _ span: Span
  ) throws -> [Int] {
    guard let a = Int(exactly: range.lower), let b = Int(exactly: range.upper) else {
      throw Diagnostic(
        .badIndex, "a slice goes from a whole number to a whole number, not \(range.text)", at: span
      )
    }
    let start = a < 0 ? a + count : a
    let last = (b < 0 ? b + count : b) - (range.includesUpper ? 0 : 1)
    if start >= 0, start <= count, last < count { return Array(start..<max(start, last + 1)) }
    throw Diagnostic(
      .indexOutOfRange,
      "the slice \(range.text) reaches outside: \(noun) has \(Phrase.count(count, "element"))",
      at: span, advice: "head(x, n) takes at most n")
  }

  private static func mask(_ items: [Value], _ object: Value, _ span: Span) throws -> [Int] {
    guard let count = count(object), items.count == count else {
      throw Diagnostic(
        .lengthMismatch,
        "a list of \(items.count) answers cannot choose from \(object.phrase)", at: span)
    }
    return items.indices.filter { if case .bool(true) = items[$0] { true } else { false } }
  }

  private static func noun(_ value: Value) -> String { "the \(value.typeName)" }

  private static func badIndex(_ object: Value, _ index: Value, _ span: Span) -> Diagnostic {
    if count(object) == nil {
      return Diagnostic(
        .notIndexable, "\(object.kindPhrase) cannot be indexed with [ ]", at: span)
    }
    return Diagnostic(
      .badIndex, "\(object.kindPhrase) cannot be indexed with \(index.phrase)", at: span,
      advice: "use a position, a range such as 0..<5, or a list of true and false")
  }
}
