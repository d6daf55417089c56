import Core

extension Value {
  /// A table's column: numbers as a vector, the rest as a list.
  public init(_ column: Table.Column) {
    switch column {
    case .numbers(let values): self = .vector(values)
    case .texts(let values): self = .list(values.map { .string($0) })
    case .flags(let values): self = .list(values.map { .bool($0) })
    case .vectors(let values): self = .list(values.map { .vector($0) })
    }
  }

  /// A cell of a table.
  public init(_ cell: Table.Cell) {
    switch cell {
    case .number(let x): self = .number(x)
    case .text(let text): self = .string(text)
    case .flag(let flag): self = .bool(flag)
    case .vector(let numbers): self = .vector(numbers)
    }
  }

  /// A column of these values: numbers, strings, bools or vectors throughout (`none` is a missing number
  /// or an empty text); nil for anything else.
  public var column: Table.Column? {
    switch self {
    case .vector(let numbers): return .numbers(numbers)
    case .range: return numbers.map { .numbers($0) }
    case .list(let items): return Value.column(of: items)
    default: return nil
    }
  }

  private static func column(of items: [Value]) -> Table.Column? {
    var numbers: [Double] = []
    var texts: [String] = []
    var flags: [Bool] = []
    var vectors: [[Double]] = []
    for item in items {
      switch item {
      case .number(let x): numbers.append(x)
      case .string(let text): texts.append(text)
      case .bool(let flag): flags.append(flag)
      case .vector(let numbers): vectors.append(numbers)
      case .none:
        numbers.append(.nan)
        texts.append("")
      default: return nil
      }
    }
    if numbers.count == items.count, !items.isEmpty { return .numbers(numbers) }
    if flags.count == items.count, !items.isEmpty { return .flags(flags) }
    if vectors.count == items.count, !items.isEmpty { return .vectors(vectors) }
    return texts.count == items.count ? .texts(texts) : nil
  }
}

extension Table {
  /// Row `i` as a record.
  public func record(_ i: Int) -> Record {
    Record(names.compactMap { name in self[name].map { (name, Value($0.cell(i))) } })
  }
}
