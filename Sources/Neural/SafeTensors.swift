import Core
import Engine
import Foundation

/// Named tensors and texts in the safetensors format, in memory: 8 bytes with the header's length
/// (little-endian), a JSON header, and the entries, row-major and little-endian
/// (https://huggingface.co/docs/safetensors).
public struct SafeTensors: Sendable {
  /// The element types that are read and written.
  public enum ElementType: String, Sendable, CaseIterable, Codable {
    case float32 = "F32"
    case float64 = "F64"
    case int64 = "I64"
    case int32 = "I32"
    case uint16 = "U16"
    case uint8 = "U8"

    /// Bytes of an element.
    public var size: Int {
      switch self {
      case .float64, .int64: 8
      case .float32, .int32: 4
      case .uint16: 2
      case .uint8: 1
      }
    }
  }

  /// One tensor's bytes.
  struct Entry: Sendable, Equatable {
    var type: ElementType
    var shape: Shape
    var bytes: Data
  }

  /// Texts by name.
  public var metadata: [String: String] = [:]
  /// Where the tensors come from, as messages name it: the file's path, or "the tensors".
  public internal(set) var source = "the tensors"
  var entries: [String: Entry] = [:]

  /// No tensors yet.
  public init() {}

  /// The tensors' names, sorted.
  public var names: [String] { entries.keys.sorted() }

  /// Shape of a tensor, or nil if there is none of this name.
  public func shape(_ name: String) -> Shape? { entries[name]?.shape }

  /// Element type of a tensor, or nil if there is none of this name.
  public func type(_ name: String) -> ElementType? { entries[name]?.type }

  /// The tensor of this name.
  /// - Parameter shape: the shape it must have, if known.
  /// - Throws: `.badFile` if it is missing, not of this type (Float: F32, Double: F64) or shape.
  public func tensor<Scalar: TensorScalar>(
    _ name: String, shape: Shape? = nil, of type: Scalar.Type = Scalar.self
  ) throws(Failure) -> Tensor<Scalar> {
    let entry = try entry(name, [Self.elementType(Scalar.self)], shape)
    var result = Tensor<Scalar>(uninitialized: entry.shape)
    if result.count > 0 {
      _ = entry.bytes.copyBytes(
        to: UnsafeMutableRawBufferPointer(
          start: result.mutablePointer, count: entry.bytes.count))
    }
    return result
  }

  /// The whole numbers of this name (I64, I32, U16 or U8), row-major.
  /// - Parameter shape: the shape they must have, if known.
  /// - Throws: `.badFile` if they are missing, not whole numbers or not of this shape.
  public func integers(_ name: String, shape: Shape? = nil) throws(Failure) -> [Int] {
    let entry = try entry(name, [.int64, .int32, .uint16, .uint8], shape)
    func read<T: FixedWidthInteger>(_: T.Type) -> [Int] {
      entry.bytes.withUnsafeBytes { bytes in
        (0..<entry.shape.count).map {
          Int(bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self))
        }
      }
    }
    return switch entry.type {
    case .int64: read(Int64.self)
    case .int32: read(Int32.self)
    case .uint16: read(UInt16.self)
    default: read(UInt8.self)
    }
  }

  /// All tensors whose name starts with `prefix` and a dot, by the rest of their name: what
  /// `Module.load` takes. An empty prefix gives all.
  /// - Throws: `.badFile` if one is not of this type (Float: F32, Double: F64).
  public func tensors<Scalar: TensorScalar>(
    under prefix: String = "", of type: Scalar.Type = Scalar.self
  ) throws(Failure) -> [String: Tensor<Scalar>] {
    let start = prefix.isEmpty ? "" : prefix + "."
    var result: [String: Tensor<Scalar>] = [:]
    for name in names where name.hasPrefix(start) {
      result[String(name.dropFirst(start.count))] = try tensor(name)
    }
    return result
  }

  /// Adds or replaces a tensor.
  public mutating func set<Scalar: TensorScalar>(_ name: String, _ tensor: Tensor<Scalar>) {
    entries[name] = Entry(
      type: Self.elementType(Scalar.self), shape: tensor.shape,
      bytes: Data(bytes: tensor.pointer, count: tensor.count * MemoryLayout<Scalar>.stride))
  }

  /// Adds or replaces whole numbers, row-major.
  /// - Throws: `.badArgument` if one does not fit the element type.
  public mutating func set(
    _ name: String, integers: [Int], shape: Shape? = nil, as type: ElementType = .int64
  ) throws(Failure) {
    let shape = shape ?? [integers.count]
    precondition(shape.count == integers.count, "\(integers.count) entries for shape \(shape)")
    func write<T: FixedWidthInteger>(_: T.Type) throws(Failure) -> Data {
      var small: [T] = []
      small.reserveCapacity(integers.count)
      for value in integers {
        guard let fitting = T(exactly: value) else {
          throw Failure(
            .badArgument, "the number \(value) of `\(name)` does not fit \(type.rawValue)")
        }
        small.append(fitting)
      }
      return small.withUnsafeBytes { Data($0) }
    }
    let bytes: Data
    switch type {
    case .int64: bytes = try write(Int64.self)
    case .int32: bytes = try write(Int32.self)
    case .uint16: bytes = try write(UInt16.self)
    case .uint8: bytes = try write(UInt8.self)
    case .float32, .float64: preconditionFailure("whole numbers are not stored as \(type)")
    }
    entries[name] = Entry(type: type, shape: shape, bytes: bytes)
  }

  /// Adds all parameters of a module under `prefix` and a dot (none for an empty prefix).
  public mutating func set<M: Module>(_ prefix: String = "", parametersOf module: M) {
    for (path, value) in module.parameters {
      set(prefix.isEmpty ? path : "\(prefix).\(path)", value)
    }
  }

  private func entry(
    _ name: String, _ types: [ElementType], _ shape: Shape?
  ) throws(Failure) -> Entry {
    guard let entry = entries[name] else {
      throw Failure(
        .badFile, "\(source) has no tensor `\(name)`",
        advice: Suggestion.phrase(for: name, among: names))
    }
    guard types.contains(entry.type) else {
      let wanted = types.map(\.rawValue).joined(separator: ", ")
      throw Failure(
        .badFile,
        "the tensor `\(name)` in \(source) is of type \(entry.type.rawValue), not \(wanted)")
    }
    if let shape, entry.shape != shape {
      throw Failure(
        .badFile, "the tensor `\(name)` in \(source) has shape \(entry.shape), not \(shape)")
    }
    return entry
  }

  private static func elementType<Scalar: TensorScalar>(_: Scalar.Type) -> ElementType {
    MemoryLayout<Scalar>.size == 4 ? .float32 : .float64
  }
}
