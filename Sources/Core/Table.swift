/// Named columns of equal length: data sets, trials, results.
public struct Table: Sendable, Equatable {
  /// One column. Missing numbers are NaN; missing texts are empty.
  public enum Column: Sendable, Equatable {
    case numbers([Double])
    case texts([String])
    case flags([Bool])
    /// Points of a box, or other numbers that belong together.
    case vectors([[Double]])

    /// Rows of the column.
    public var count: Int {
      switch self {
      case .numbers(let values): values.count
      case .texts(let values): values.count
      case .flags(let values): values.count
      case .vectors(let values): values.count
      }
    }

    /// The rows of these indices, in this order.
    public func rows(_ indices: [Int]) -> Column {
      switch self {
      case .numbers(let values): .numbers(indices.map { values[$0] })
      case .texts(let values): .texts(indices.map { values[$0] })
      case .flags(let values): .flags(indices.map { values[$0] })
      case .vectors(let values): .vectors(indices.map { values[$0] })
      }
    }

    /// A cell.
    public func cell(_ row: Int) -> Cell {
      switch self {
      case .numbers(let values): .number(values[row])
      case .texts(let values): .text(values[row])
      case .flags(let values): .flag(values[row])
      case .vectors(let values): .vector(values[row])
      }
    }
  }

  /// One cell's value.
  public enum Cell: Sendable, Equatable {
    case number(Double)
    case text(String)
    case flag(Bool)
    case vector([Double])

    /// Numbers that belong together as one text, with all digits and blanks between them: what files hold.
    public static func text(_ vector: [Double]) -> String {
      vector.map { "\($0)" }.joined(separator: " ")
    }
  }

  /// Column names in order, each once.
  public private(set) var names: [String] = []
  private var columns: [String: Column] = [:]
  /// Rows; 0 while there is no column.
  public private(set) var rowCount = 0

  /// A table without columns.
  public init() {}

  /// A table of these columns.
  /// - Throws: `.badArgument` if lengths differ or a name repeats.
  public init(_ columns: [(String, Column)]) throws(Failure) {
    for (name, column) in columns {
      if self.columns[name] != nil {
        throw Failure(.badArgument, "the column `\(name)` appears twice")
      }
      try set(name, column)
    }
  }

  /// The column of this name, if there is one.
  public subscript(_ name: String) -> Column? { columns[name] }

  /// Adds or replaces a column.
  /// - Throws: `.badArgument` if its length is not the table's.
  public mutating func set(_ name: String, _ column: Column) throws(Failure) {
    if !names.isEmpty, column.count != rowCount, names != [name] {
      throw Failure(
        .badArgument, "the column `\(name)` has \(column.count) rows, the table \(rowCount)")
    }
    if columns[name] == nil { names.append(name) }
    columns[name] = column
    rowCount = column.count
  }

  /// The column of this name, or a failure that suggests the name meant.
  public func column(_ name: String) throws(Failure) -> Column {
    if let column = columns[name] { return column }
    throw Failure(
      .unknownName, "the table has no column `\(name)`",
      advice: Suggestion.phrase(for: name, among: names)
        ?? "its columns are \(names.joined(separator: ", "))")
  }

  /// The rows of these indices, in this order.
  public func rows(_ indices: [Int]) -> Table {
    var result = Table()
    result.names = names
    result.columns = columns.mapValues { $0.rows(indices) }
    result.rowCount = names.isEmpty ? 0 : indices.count
    return result
  }

  /// The first `count` rows, or all if there are fewer.
  public func head(_ count: Int) -> Table { rows(Array(0..<min(max(0, count), rowCount))) }
}
