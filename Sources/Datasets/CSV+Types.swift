import Core

/// What the fields of a column are.
extension CSV {
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

  /// The column where its numbers have decimal commas; nil where it holds anything else.
  static func withDecimalCommas(_ fields: [String]) -> Table.Column? {
    guard fields.contains(where: { $0.contains(",") }),
      !fields.contains(where: { $0.contains(".") })
    else { return nil }
    switch column(fields.map { $0.replacing(",", with: ".") }) {
    case .numbers(let numbers): return .numbers(numbers)
    case .vectors(let vectors): return .vectors(vectors)
    case .flags, .texts: return nil
    }
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
