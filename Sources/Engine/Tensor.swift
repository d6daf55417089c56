/// A dense row-major array of numbers with a shape; a value, copied on write.
///
/// Kernels take `pointer` and `mutablePointer`. A pointer is good while the tensor it came from is
/// held by a local variable, parameter or property of the caller; never take one from a temporary.
public struct Tensor<Scalar: TensorScalar>: Sendable {
  /// Extents, outermost first.
  public private(set) var shape: Shape
  private var storage: TensorStorage<Scalar>

  /// A tensor whose entries are not set yet: write all of them before reading any.
  public init(uninitialized shape: Shape) {
    self.shape = shape
    self.storage = TensorStorage(count: shape.count)
  }

  /// A tensor of one value everywhere.
  public init(_ shape: Shape, repeating value: Scalar) {
    self.init(uninitialized: shape)
    storage.base.initialize(repeating: value, count: shape.count)
  }

  /// Entries in row-major order.
  public init(_ shape: Shape, _ entries: [Scalar]) {
    precondition(entries.count == shape.count, "\(entries.count) entries for shape \(shape)")
    self.init(uninitialized: shape)
    entries.withUnsafeBufferPointer { source in
      if let from = source.baseAddress { storage.base.update(from: from, count: entries.count) }
    }
  }

  /// A scalar: shape [] with one entry.
  public init(_ value: Scalar) { self.init([], repeating: value) }

  /// A tensor of zeros.
  public static func zeros(_ shape: Shape) -> Tensor { Tensor(shape, repeating: 0) }
  /// A tensor of ones.
  public static func ones(_ shape: Shape) -> Tensor { Tensor(shape, repeating: 1) }

  /// Entries in all.
  public var count: Int { storage.count }
  /// Extent of the first axis, and the entries of one of its slices.
  public var rows: Int { shape.rank == 0 ? 1 : shape[0] }
  /// Entries of one slice along the first axis; 0 without rows.
  public var columns: Int { rows == 0 ? 0 : count / rows }

  /// The entries in row-major order, for kernels.
  public var pointer: UnsafePointer<Scalar> { UnsafePointer(storage.base) }

  /// A pointer to write through; copies the entries first if another tensor shares them.
  public var mutablePointer: UnsafeMutablePointer<Scalar> {
    mutating get {
      makeUnique()
      return storage.base
    }
  }

  private mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&storage) {
      let copy = TensorStorage<Scalar>(count: storage.count)
      copy.base.update(from: storage.base, count: storage.count)
      storage = copy
    }
  }

  /// The entries in row-major order.
  public var entries: [Scalar] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  /// The only entry of a tensor that has one.
  public var item: Scalar {
    precondition(count == 1, "item of a tensor with \(count) entries")
    return storage.base[0]
  }

  /// An entry by its place in row-major order.
  public subscript(_ index: Int) -> Scalar {
    get {
      precondition(index >= 0 && index < count, "tensor index \(index) of \(count)")
      return storage.base[index]
    }
    set {
      precondition(index >= 0 && index < count, "tensor index \(index) of \(count)")
      makeUnique()
      storage.base[index] = newValue
    }
  }

  /// An entry by row and column.
  public subscript(_ row: Int, _ column: Int) -> Scalar {
    get { self[row * columns + column] }
    set { self[row * columns + column] = newValue }
  }

  /// The same entries under another shape.
  public func reshaped(_ shape: Shape) -> Tensor {
    precondition(shape.count == count, "shape \(self.shape) cannot become \(shape)")
    var result = self
    result.shape = shape
    return result
  }

  /// Rows `range` of the first axis.
  public func rows(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(shape)")
    var result = Tensor(uninitialized: Shape([range.count] + shape.extents.dropFirst()))
    let width = columns
    result.mutablePointer.update(from: pointer + range.lowerBound * width, count: result.count)
    return result
  }

  /// Rows of these indices, in this order.
  public func rows(_ indices: [Int]) -> Tensor {
    var result = Tensor(uninitialized: Shape([indices.count] + shape.extents.dropFirst()))
    let width = columns
    let to = result.mutablePointer
    for (i, row) in indices.enumerated() {
      precondition(row >= 0 && row < rows, "row \(row) of \(shape)")
      (to + i * width).update(from: pointer + row * width, count: width)
    }
    return result
  }

  /// The transpose of a matrix.
  public var transposed: Tensor {
    precondition(shape.rank == 2, "transpose of a tensor of shape \(shape)")
    let (r, c) = (shape[0], shape[1])
    var result = Tensor(uninitialized: [c, r])
    Scalar.kernels.transpose(r, c, pointer, result.mutablePointer)
    return result
  }

  /// The entries as another type of number.
  @_specialize(where Scalar == Float, Other == Double)
  @_specialize(where Scalar == Double, Other == Float)
  public func converted<Other: TensorScalar>(to: Other.Type = Other.self) -> Tensor<Other> {
    var result = Tensor<Other>(uninitialized: shape)
    let (from, to) = (pointer, result.mutablePointer)
    for i in 0..<count { to[i] = Other(from[i]) }
    return result
  }

  /// Whether no entry is NaN or infinite.
  public var isFinite: Bool { Scalar.kernels.allFinite(count, pointer) != 0 }

  /// Tensors stacked along the first axis; all other extents agree.
  public static func concatenated(_ parts: [Tensor]) -> Tensor {
    precondition(!parts.isEmpty, "nothing to concatenate")
    let total = parts.reduce(0) { $0 + $1.rows }
    var result = Tensor(uninitialized: Shape([total] + parts[0].shape.extents.dropFirst()))
    var to = result.mutablePointer
    for part in parts {
      precondition(part.shape.extents.dropFirst() == parts[0].shape.extents.dropFirst())
      to.update(from: part.pointer, count: part.count)
      to += part.count
    }
    return result
  }
}

extension Tensor: Equatable {
  /// Same shape and same entries.
  public static func == (a: Tensor, b: Tensor) -> Bool {
    a.shape == b.shape && a.entries == b.entries
  }
}
