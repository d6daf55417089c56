import Core

/// The records of a CSV file (RFC 4180): a header, then rows of as many fields.
///
/// Fields may be quoted, with `""` for a quote, and quoted fields may hold separators and line
/// ends. The separator (comma, semicolon or tab) is the one that the header uses most.
public final class CSVSource {
  /// Column names, in order.
  public let header: [String]
  /// The line on which the record returned last begins.
  public private(set) var lineNumber = 0

  private let lines: LineSource
  private let separator: UInt8

  /// Opens the file and reads its header.
  /// - Throws: `.badFile` as `LineSource` does, or if the header is missing or repeats a name.
  public init(path: String) throws(Failure) {
    lines = try LineSource(path: path)
    var first = try lines.next()
    while let line = first, line.allSatisfy(\.isWhitespace) { first = try lines.next() }
    guard let first else {
      throw Failure(.badFile, "\(path) holds nothing but blank lines", advice: "check the file")
    }
    separator = CSVSource.separator(in: first)
    var names = try CSVSource.fields(first, separator: separator, more: lines)
    for (i, name) in names.enumerated() {
      let trimmed = name.trimmed
      // Written by programs that leave the name of a row's number out.
      names[i] = trimmed.isEmpty ? (i == 0 ? "index" : "column_\(i + 1)") : trimmed
    }
    if let twice = names.enumerated().first(where: { names[..<$0.offset].contains($0.element) }) {
      throw Failure(
        .badFile, "the header of \(path) has two columns named `\(twice.element)`",
        advice: "rename one of them")
    }
    header = names
  }

  /// Whether commas separate the fields, so that none can stand in a number.
  public var isSeparatedByCommas: Bool { separator == UInt8(ascii: ",") }

  /// The file's path.
  public var path: String { lines.path }

  /// A record, or why it is none.
  public enum Row: Sendable, Equatable {
    /// As many fields as the header has.
    case fields([String])
    /// Another number of fields, or no text; the records after it can be read.
    case broken(Failure)
  }

  /// The next record's fields, or nil after the last; blank lines are passed over.
  /// - Throws: `.badFile` with the line, if the number of fields is not the header's or a quote is
  ///   never closed.
  public func next() throws(Failure) -> [String]? {
    switch try nextRow() {
    case .fields(let fields): return fields
    case .broken(let failure): throw failure
    case nil: return nil
    }
  }

  /// The next record, or nil after the last; one that is none is returned as such.
  /// - Throws: `.badFile` with the line, if a quote is never closed.
  public func nextRow() throws(Failure) -> Row? {
    while let read = try lines.nextLine() {
      guard case .text(let line) = read else {
        lineNumber = lines.lineNumber
        if case .broken(let failure) = read { return .broken(failure) }
        continue
      }
      if line.isEmpty || (header.count > 1 && line.allSatisfy(\.isWhitespace)) { continue }
      lineNumber = lines.lineNumber
      let fields = try CSVSource.fields(line, separator: separator, more: lines)
      if fields.count == header.count { return .fields(fields) }
      return .broken(
        Failure(
          .badFile,
          "line \(lineNumber) of \(path) has \(fields.count) fields, its header \(header.count)",
          advice: "give every row the header's columns; quote fields that hold the separator"))
    }
    return nil
  }

  /// The position of the column of this name, exactly or but for case.
  public func index(of column: String) -> Int? {
    header.firstIndex(of: column)
      ?? header.firstIndex { $0.lowercased() == column.lowercased() }
  }

  // MARK: Parsing

  private static func separator(in header: String) -> UInt8 {
    var counts: [UInt8: Int] = [:]
    var quoted = false
    for byte in header.utf8 {
      if byte == UInt8(ascii: "\"") { quoted.toggle() }
      if !quoted { counts[byte, default: 0] += 1 }
    }
    let candidates = [UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";")]
    var best = candidates[0]
    for candidate in candidates where counts[candidate, default: 0] > counts[best, default: 0] {
      best = candidate
    }
    return best
  }

  /// Splits one record; asks `more` for its next lines where a quoted field holds line ends.
  private static func fields(
    _ line: String, separator: UInt8, more: LineSource
  ) throws(Failure) -> [String] {
    let quote = UInt8(ascii: "\"")
    if !line.utf8.contains(quote) {
      return line.utf8.split(separator: separator, omittingEmptySubsequences: false)
        .map { String(Substring($0)) }
    }
    let opened = more.lineNumber
    var fields: [String] = []
    var field: [UInt8] = []
    var line = Array(line.utf8)
    var i = 0
    var quoted = false
    while true {
      if i == line.count {
        if !quoted { break }
        guard let next = try more.next() else {
          throw Failure(
            .badFile, "a quote opened on line \(opened) of \(more.path) is never closed",
            advice: "close it, or write a quote inside a quoted field twice")
        }
        field.append(0x0A)
        line = Array(next.utf8)
        i = 0
        continue
      }
      let byte = line[i]
      i += 1
      switch byte {
      case quote where quoted && i < line.count && line[i] == quote:
        field.append(quote)
        i += 1
      case quote where quoted: quoted = false
      case quote where field.isEmpty: quoted = true
      case separator where !quoted:
        fields.append(String(decoding: field, as: UTF8.self))
        field.removeAll(keepingCapacity: true)
      default: field.append(byte)
      }
    }
    fields.append(String(decoding: field, as: UTF8.self))
    return fields
  }
}

extension StringProtocol {
  /// Without white space at both ends.
  var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}
