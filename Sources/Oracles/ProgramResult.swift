import Core
import Foundation

/// What an outside program answered: a number, or a JSON object with whatever is in it.
public enum ProgramResult: Sendable, Equatable {
  /// JSON's `null`.
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([ProgramResult])
  /// Names and their values; JSON gives them no order.
  case object([String: ProgramResult])

  /// Objects and lists inside each other that are read; an answer of a program needs a handful, and
  /// the reader's stack on a worker thread is small.
  private static let deepest = 64

  /// Reads what a program wrote on its standard output: one JSON object over any number of lines,
  /// or a last line that is not blank with a number or a JSON object.
  /// - Parameter isWhole: false when only the end of a long output is left.
  /// - Throws: `.external` when there is neither.
  public init(output: [UInt8], isWhole: Bool = true) throws(Failure) {
    let bytes = output[...].trimmed
    guard !bytes.isEmpty else {
      throw Failure(
        .external, "it printed nothing on its standard output", advice: ProgramResult.advice)
    }
    if isWhole, bytes.first == UInt8(ascii: "{"), let object = try? ProgramResult(json: bytes) {
      self = object
      return
    }
    let newline = UInt8(ascii: "\n")
    guard isWhole || bytes.contains(newline) else {
      throw Failure(
        .external, "the last line it printed is too long to read", advice: ProgramResult.advice)
    }
    let line = bytes.split(separator: newline).last.map(\.trimmed) ?? bytes
    let text = String(decoding: line, as: UTF8.self)
    if let number = Double(decimal: text) {
      self = .number(number)
    } else if line.first == UInt8(ascii: "{") {
      self = try ProgramResult(json: line)
    } else {
      throw Failure(
        .external, "it printed `\(text.shortened)`, not a number or a JSON object",
        advice: ProgramResult.advice)
    }
  }

  private static let advice =
    "its last line is the result: a number such as -7.3, or {\"score\": -7.3}"

  private init(json: ArraySlice<UInt8>) throws(Failure) {
    let text = String(decoding: json, as: UTF8.self)
    guard ProgramResult.depth(json) <= ProgramResult.deepest else {
      throw Failure(
        .external,
        "the JSON it printed is nested more than \(ProgramResult.deepest) deep",
        advice: "print a flatter object")
    }
    do {
      self = try JSONDecoder().decode(ProgramResult.self, from: Data(json))
    } catch {
      throw Failure(
        .external, "it printed `\(text.shortened)`, which is not valid JSON",
        advice: "texts need double quotes, and JSON has no NaN or Infinity")
    }
  }

  /// The deepest nesting of brackets outside texts.
  private static func depth(_ json: ArraySlice<UInt8>) -> Int {
    var depth = 0
    var deepest = 0
    var isText = false
    var isEscaped = false
    for byte in json {
      if isEscaped {
        isEscaped = false
        continue
      }
      switch byte {
      case UInt8(ascii: "\\"): isEscaped = isText
      case UInt8(ascii: "\""): isText.toggle()
      case UInt8(ascii: "{"), UInt8(ascii: "["): if !isText { depth += 1 }
      case UInt8(ascii: "}"), UInt8(ascii: "]"): if !isText { depth -= 1 }
      default: break
      }
      deepest = max(deepest, depth)
    }
    return deepest
  }
}

extension ProgramResult: Decodable {
  /// Reads any JSON value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let items = try? container.decode([ProgramResult].self) {
      self = .list(items)
    } else {
      self = .object(try container.decode([String: ProgramResult].self))
    }
  }
}

extension ArraySlice<UInt8> {
  /// Without the spaces and line ends around it.
  fileprivate var trimmed: ArraySlice<UInt8> {
    let blank: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
    guard let last = lastIndex(where: { !blank.contains($0) }) else { return [] }
    return self[...last].drop { blank.contains($0) }
  }
}

extension String {
  /// The text on one line that a message has room for, without control characters.
  var shortened: String {
    let limit = 80
    let start = unicodeScalars.prefix(limit + 1).map {
      $0.value < 0x20 || $0.value == 0x7F ? " " : $0
    }
    var result = String.UnicodeScalarView()
    result.append(contentsOf: start.prefix(limit))
    return String(result) + (start.count > limit ? "…" : "")
  }
}
