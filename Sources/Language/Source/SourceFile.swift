/// A text of the language: a script, a module, or one input at the prompt.
public final class SourceFile: Sendable {
  /// How errors name it: a path, `stdin`, `input 3`, `stdlib/synthetic.lbo`.
  public let name: String
  /// The whole text.
  public let text: String
  /// The text as UTF-8; all offsets count these bytes.
  let bytes: [UInt8]
  private let lineStarts: [Int]

  /// A source of this text.
  public init(name: String, text: String) {
    self.name = name
    self.text = text
    bytes = Array(text.utf8)
    var starts = [0]
    for (i, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(i + 1) }
    lineStarts = starts
  }

  /// Number of lines.
  public var lineCount: Int { lineStarts.count }

  /// Line and column of an offset, both from 1; columns count characters, not bytes.
  public func location(_ offset: Int) -> (line: Int, column: Int) {
    let offset = min(max(0, offset), bytes.count)
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let before = String(decoding: bytes[lineStarts[low]..<offset], as: UTF8.self)
    return (low + 1, before.count + 1)
  }

  /// Line `number` (from 1) without its end.
  public func line(_ number: Int) -> String {
    guard lineStarts.indices.contains(number - 1) else { return "" }
    let start = lineStarts[number - 1]
    var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// The text of a stretch of bytes.
  func slice(_ range: Range<Int>) -> String {
    String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
  }
}
