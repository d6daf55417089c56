/// A stretch of a source: what an error points at.
public struct Span: Sendable {
  /// The text it is a part of.
  public let source: SourceFile
  /// Byte offsets, from the start to just after the end.
  public let range: Range<Int>

  /// The bytes `range` of `source`.
  public init(_ source: SourceFile, _ range: Range<Int>) {
    self.source = source
    self.range = range
  }

  /// The text it covers.
  public var text: String { source.slice(range) }

  /// Line and column of its start, both from 1.
  public var start: (line: Int, column: Int) { source.location(range.lowerBound) }

  /// `name:line:column` of its start.
  public var place: String { "\(source.name):\(start.line):\(start.column)" }

  /// From the start of this span to the end of `other`, in the same source.
  func through(_ other: Span) -> Span {
    Span(source, range.lowerBound..<max(range.lowerBound, other.range.upperBound))
  }
}
