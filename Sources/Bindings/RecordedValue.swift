import Core
import Language
import Oracles

/// What a trial keeps of a name that a problem's body assigned.
enum RecordedValue {
  /// The value as cells: a record's fields each as a cell of its own, `dock.energy`; a list as
  /// JSON. Nothing of what has no text (functions,
  /// problems, none).
  static func cells(_ name: String, _ value: Value) -> [Evaluation.Record] {
    switch value {
    case .number(let x), .duration(let x): [Evaluation.Record(name, .number(x))]
    case .bool(let flag): [Evaluation.Record(name, .flag(flag))]
    case .string(let text): [Evaluation.Record(name, .text(text))]
    case .none, .function, .problem: []
    case .record(let record): record.keys.flatMap { cells("\(name).\($0)", record[$0] ?? .none) }
    case .vector(let numbers) where numbers.count <= longest:
      [Evaluation.Record(name, .vector(numbers))]
    case .list(let items) where items.count <= longest:
      [Evaluation.Record(name, .text((try? StableJSON.text(JSON(value: value))) ?? value.phrase))]
    case .host(let object): [Evaluation.Record(name, .text(object.summary))]
    default: [Evaluation.Record(name, .text(value.phrase))]
    }
  }

  /// Entries of a vector or a list beyond which only its size is kept: trials stay in memory.
  private static let longest = 10_000

  /// A value as JSON; what JSON has no form for in words.
  private struct JSON: Encodable {
    let value: Value

    func encode(to encoder: any Encoder) throws {
      switch value {
      case .list(let items): try items.map { JSON(value: $0) }.encode(to: encoder)
      case .vector(let numbers): try numbers.encode(to: encoder)
      case .record(let record):
        let fields = record.keys.map { ($0, JSON(value: record[$0] ?? .none)) }
        try Dictionary(fields) { $1 }.encode(to: encoder)
      default:
        var container = encoder.singleValueContainer()
        switch value {
        case .none: try container.encodeNil()
        case .number(let x), .duration(let x): try container.encode(x)
        case .bool(let flag): try container.encode(flag)
        case .string(let text): try container.encode(text)
        case .host(let object): try container.encode(object.summary)
        default: try container.encode(value.phrase)
        }
      }
    }
  }
}
