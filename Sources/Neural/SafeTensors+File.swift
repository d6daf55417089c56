import Core
import Engine
import Foundation

// Bytes are copied as they are: the format is little-endian.
#if _endian(big)
  #error("safetensors files are read and written on little-endian machines only")
#endif

/// What the header says of one tensor.
private struct HeaderEntry: Codable {
  var dtype: String
  var shape: [Int]
  // The format's own name.
  // swift-format-ignore: AlwaysUseLowerCamelCase
  var data_offsets: [Int]
}

/// The JSON header: "__metadata__" and one entry for each tensor.
private struct Header: Codable {
  var metadata: [String: String] = [:]
  var entries: [String: HeaderEntry] = [:]

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
  static let metadataName = "__metadata__"

  init() {}

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    for key in fields.allKeys {
      if key.stringValue == Header.metadataName {
        metadata = try fields.decode([String: String].self, forKey: key)
      } else {
        entries[key.stringValue] = try fields.decode(HeaderEntry.self, forKey: key)
      }
    }
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    if !metadata.isEmpty { try fields.encode(metadata, forKey: Key(Header.metadataName)) }
    for (name, entry) in entries { try fields.encode(entry, forKey: Key(name)) }
  }
}

extension SafeTensors {
  /// The format's limit on the header, which keeps a broken file from asking for all memory.
  private static let largestHeader = 100_000_000

  /// Reads a file.
  /// - Throws: `.badFile` that names the file, if it cannot be read or is not a whole, consistent
  ///   safetensors file of the supported element types.
  public init(contentsOf path: String) throws(Failure) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      throw Failure(
        .badFile,
        !exists
          ? "there is no file `\(path)`"
          : isFolder.boolValue ? "`\(path)` is a folder, not a file" : "cannot read `\(path)`",
        advice: exists && !isFolder.boolValue ? "check its permissions" : nil)
    }
    try self.init(parsing: data, name: "`\(path)`")
  }

  /// Reads the bytes of a file.
  /// - Parameter name: how messages name the file.
  /// - Throws: `.badFile`, as `init(contentsOf:)`.
  public init(parsing data: Data, name: String) throws(Failure) {
    self.init()
    source = name
    let reader = Reader(data: data, name: name)
    let (header, body) = try reader.header(limit: SafeTensors.largestHeader)
    metadata = header.metadata
    var next = 0
    let sorted = header.entries.sorted {
      ($0.value.data_offsets.first ?? 0, $0.value.data_offsets.last ?? 0, $0.key)
        < ($1.value.data_offsets.first ?? 0, $1.value.data_offsets.last ?? 0, $1.key)
    }
    for (tensorName, entry) in sorted {
      // In this order each tensor must start where the one before ends: neither overlap nor hole.
      entries[tensorName] = try reader.entry(tensorName, entry, body, startingAt: next)
      next = entry.data_offsets[1]
    }
    guard next == body.count else {
      throw reader.broken("has \(body.count - next) bytes that belong to no tensor")
    }
  }

  /// The file's bytes, in pieces: length and header, then the tensors, the widest elements first so
  /// that all are aligned.
  private var pieces: [Data] {
    let sorted = entries.sorted {
      ($1.value.type.size, $0.key) < ($0.value.type.size, $1.key)
    }
    var header = Header()
    header.metadata = metadata
    var offset = 0
    for (name, entry) in sorted {
      let end = offset + entry.bytes.count
      header.entries[name] = HeaderEntry(
        dtype: entry.type.rawValue, shape: entry.shape.extents, data_offsets: [offset, end])
      offset = end
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard var text = try? encoder.encode(header) else {
      preconditionFailure("names, texts and whole numbers always have a JSON form")
    }
    text.append(Data(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
    let length = withUnsafeBytes(of: UInt64(text.count)) { Data($0) }
    return [length, text] + sorted.map(\.value.bytes)
  }

  /// The bytes of a file that holds these tensors; the same tensors always give the same bytes.
  public var data: Data { pieces.reduce(into: Data()) { $0.append($1) } }

  /// Writes a file, whole or not at all.
  /// - Throws: `.cannotWrite` with the system's reason; an older file is then untouched.
  public func write(to path: String) throws(Failure) {
    try AtomicFile.write(to: path) { file throws(Failure) in
      for piece in pieces { try file.write([UInt8](piece)) }
    }
  }
}

/// Checks each claim of a file before it is believed.
private struct Reader {
  let data: Data
  let name: String

  func broken(_ what: String) -> Failure {
    Failure(
      .badFile, "\(name) is not a whole safetensors file: it \(what)",
      advice: "copy or download the file again")
  }

  func header(limit: Int) throws(Failure) -> (Header, Data) {
    guard data.count >= 8 else {
      throw broken(data.isEmpty ? "is empty" : "ends after \(data.count) bytes")
    }
    let length = data.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    // Text, read as a number, is far beyond any header: such a file is not broken, it is another kind.
    guard length <= UInt64(limit) else {
      throw Failure(
        .badFile,
        "\(name) is not a safetensors file: it does not begin with the length of a header",
        advice: "give a file that was saved as safetensors")
    }
    let end = 8 + Int(length)
    guard end <= data.count else {
      throw broken("ends within its header, after \(data.count) of \(end) bytes")
    }
    let text = data[data.startIndex + 8..<data.startIndex + end]
    guard text.first == UInt8(ascii: "{") else { throw broken("has no JSON header") }
    do {
      let header = try JSONDecoder().decode(Header.self, from: text)
      return (header, data[(data.startIndex + end)...])
    } catch {
      throw broken("has a header that does not parse")
    }
  }

  func entry(
    _ tensor: String, _ entry: HeaderEntry, _ body: Data, startingAt next: Int
  ) throws(Failure) -> SafeTensors.Entry {
    guard let type = SafeTensors.ElementType(rawValue: entry.dtype) else {
      let known = SafeTensors.ElementType.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure(
        .badFile, "the tensor `\(tensor)` in \(name) is of type \(entry.dtype), which is not read",
        advice: "the types read are \(known)")
    }
    let offsets = entry.data_offsets
    guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
      throw broken("gives `\(tensor)` impossible offsets")
    }
    guard offsets[1] <= body.count else {
      throw broken("ends within the tensor `\(tensor)`")
    }
    guard offsets[0] == next else {
      throw broken(
        offsets[0] < next
          ? "gives `\(tensor)` bytes of another tensor"
          : "has \(offsets[0] - next) bytes before `\(tensor)` that belong to no tensor")
    }
    var bytes = type.size
    for extent in entry.shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { throw broken("gives `\(tensor)` an impossible shape") }
      bytes = product
    }
    guard bytes == offsets[1] - offsets[0] else {
      throw broken("gives `\(tensor)` \(offsets[1] - offsets[0]) bytes, its shape needs \(bytes)")
    }
    return SafeTensors.Entry(
      type: type, shape: Shape(entry.shape),
      bytes: body[body.startIndex + offsets[0]..<body.startIndex + offsets[1]])
  }
}
