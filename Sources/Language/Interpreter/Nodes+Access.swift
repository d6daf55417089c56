/// `"text {value} text"`.
final class InterpolationNode: Node, @unchecked Sendable {
  enum Part: Sendable {
    case text(String)
    case value(Node)
  }

  let parts: [Part]

  init(_ parts: [Part], _ span: Span) {
    self.parts = parts
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    var text = ""
    for part in parts {
      switch part {
      case .text(let piece): text += piece
      case .value(let node): ValueFormatter.append(try node.evaluate(frame), to: &text)
      }
    }
    return .string(text)
  }
}

/// `[a, b]`.
final class ListNode: Node, @unchecked Sendable {
  let items: [Node]

  init(_ items: [Node], _ span: Span) {
    self.items = items
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    var values: [Value] = []
    values.reserveCapacity(items.count)
    for item in items { values.append(try item.evaluate(frame)) }
    return .list(values)
  }
}

/// `{name: a, other: b}`.
final class RecordNode: Node, @unchecked Sendable {
  let fields: [(name: String, value: Node)]

  init(_ fields: [(name: String, value: Node)], _ span: Span) {
    self.fields = fields
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    var record = Record()
    for (name, value) in fields { record[name] = try value.evaluate(frame) }
    return .record(record)
  }
}

/// `x[i]`.
final class IndexNode: Node, @unchecked Sendable {
  let object: Node
  let index: Node

  init(_ object: Node, _ index: Node, _ span: Span) {
    self.object = object
    self.index = index
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    let object = try object.evaluate(frame)
    let index = try index.evaluate(frame)
    return try Access.index(object, index, self.index.span)
  }
}

/// `x.name`.
final class MemberNode: Node, @unchecked Sendable {
  let object: Node
  let name: String
  let nameSpan: Span

  init(_ object: Node, _ name: String, nameSpan: Span, _ span: Span) {
    self.object = object
    self.name = name
    self.nameSpan = nameSpan
    super.init(span)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    try Access.member(try object.evaluate(frame), name, nameSpan)
  }
}
