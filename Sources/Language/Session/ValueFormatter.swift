import Core

/// Values as text: for `print` and `"{x}"`, and for the prompt.
public struct ValueFormatter: Sendable {
  /// Characters a line may have.
  public var width: Int
  /// Significant digits of numbers that are not whole.
  public var digits: Int
  /// Elements of a list or vector that are shown; more are cut from the middle.
  public var longest: Int
  /// How tables are shown: given the table and the width.
  public var table: @Sendable (Table, Int) -> String

  /// A formatter for a terminal of this width.
  public init(
    width: Int = 80, digits: Int = 6, longest: Int = 12,
    table: @escaping @Sendable (Table, Int) -> String = PlainTable.text
  ) {
    self.width = width
    self.digits = digits
    self.longest = longest
    self.table = table
  }

  /// What the prompt shows for a value; `none` gives an empty text.
  public func shown(_ value: Value) -> String {
    switch value {
    case .none: return ""
    case .table(let table): return self.table(table, width)
    case .host(let object): return object.summary
    case .record(let record): return recordText(record)
    case .list(let items): return listText(items)
    case .function(let function): return functionText(function)
    default: return inline(value)
    }
  }

  /// The value as `print` and `"{x}"` write it: strings as they are, numbers in full.
  public static func text(_ value: Value) -> String {
    var text = ""
    append(value, to: &text)
    return text
  }

  /// Appends `text(value)`.
  static func append(_ value: Value, to text: inout String) {
    switch value {
    case .string(let string): text += string
    case .number(let x): text += NumberText.exact(x)
    default: text += ValueFormatter(digits: 17, longest: 1_000).inline(value)
    }
  }

  // MARK: On one line

  /// The value on one line, cut where it is long.
  func inline(_ value: Value, depth: Int = 0) -> String {
    switch value {
    case .none: return "none"
    case .bool(let flag): return flag ? "true" : "false"
    case .number(let x): return number(x)
    case .string(let text): return ValueFormatter.quoted(text)
    case .list(let items):
      if depth > 6 { return "[…]" }
      return "[" + cut(items) { inline($0, depth: depth + 1) } + "]"
    case .vector(let numbers): return vectorText(numbers)
    case .record(let record):
      if depth > 6 { return "{…}" }
      let fields = record.map { "\(ValueFormatter.key($0)): \(inline($1, depth: depth + 1))" }
      return "{" + cut(fields) { $0 } + "}"
    case .range(let range): return range.text
    case .duration(let seconds): return DurationText.text(seconds)
    case .function(let function): return "function \(function.name)"
    case .table(let table):
      return
        "table of \(Phrase.count(table.rowCount, "row")): \(table.names.joined(separator: ", "))"
    case .problem(let problem): return problem.summary
    case .host(let object):
      return object.summary.split(separator: "\n").first.map(String.init) ?? object.typeName
    }
  }

  private func number(_ x: Double) -> String {
    digits >= 17 ? NumberText.exact(x) : NumberText.short(x, digits: digits)
  }

  private func cut<T>(_ items: [T], _ text: (T) -> String) -> String {
    guard items.count > longest else { return items.map(text).joined(separator: ", ") }
    let tail = max(1, longest / 4)
    let head = longest - tail
    return items.prefix(head).map(text).joined(separator: ", ") + ", … "
      + items.suffix(tail).map(text).joined(separator: ", ")
  }

  private func vectorText(_ numbers: [Double]) -> String {
    let body = "[" + cut(numbers, number) + "]"
    return numbers.count > longest ? "vector(\(numbers.count)) \(body)" : "vector(\(body))"
  }

  // MARK: On several lines

  private func recordText(_ record: Record) -> String {
    let line = inline(.record(record))
    if line.count <= width { return line }
    let fields = record.map { key, value in
      "  \(ValueFormatter.key(key)): \(clipped(inline(value, depth: 1)))"
    }
    return "{\n" + fields.joined(separator: ",\n") + "\n}"
  }

  private func listText(_ items: [Value]) -> String {
    let line = inline(.list(items))
    if line.count <= width { return line }
    let more = items.count > longest ? ["  … \(items.count) in all"] : []
    let lines = items.prefix(longest).map { "  " + clipped(inline($0, depth: 1)) }
    return "[\n" + (lines + more).joined(separator: "\n") + "\n]"
  }

  private func clipped(_ text: String) -> String {
    let room = max(20, width - 4)
    return text.count > room ? text.prefix(room - 1) + "…" : text
  }

  private func functionText(_ function: FunctionValue) -> String {
    let doc = function.doc.split(separator: "\n").first.map { "\n  \($0)" } ?? ""
    return "function \(function.signature.text(name: function.name))\(doc)"
  }

  /// A string as it would be written in a script.
  public static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "{": result += "\\{"
      case "}": result += "\\}"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if scalar.properties.generalCategory == .control {
          result += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }

  private static func key(_ name: String) -> String {
    Lexer.isName(name) ? name : quoted(name)
  }
}

extension ProblemValue {
  /// The problem on one line.
  public var summary: String {
    func listed(_ opening: String, _ kept: [Subject]) -> String {
      kept.isEmpty ? "" : ", \(opening) \(kept.map(\.name).joined(separator: ", "))"
    }
    let settings = parameterNames.count > 1 ? "(\(parameterNames.joined(separator: ", ")))" : ""
    return "problem \(name)\(settings): \(goal.sense.rawValue) \(goal.name)"
      + listed("subject to", subjects.filter { !$0.isRequired })
      + listed("require", subjects.filter(\.isRequired))
  }
}
