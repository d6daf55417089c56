/// Arithmetic without gradients; shapes must be equal.
extension Tensor {
  /// `function` of every entry.
  public func mapped(_ function: Kernels<Scalar>.Map) -> Tensor {
    var result = Tensor(uninitialized: shape)
    function(count, pointer, result.mutablePointer)
    return result
  }

  /// `function` of the entries of two tensors of one shape.
  public func zipped(_ other: Tensor, _ function: Kernels<Scalar>.Zip) -> Tensor {
    precondition(shape == other.shape, "shapes \(shape) and \(other.shape) differ")
    var result = Tensor(uninitialized: shape)
    function(count, pointer, other.pointer, result.mutablePointer)
    return result
  }

  /// Entrywise sum.
  public static func + (a: Tensor, b: Tensor) -> Tensor { a.zipped(b, Scalar.kernels.add) }
  /// Entrywise difference.
  public static func - (a: Tensor, b: Tensor) -> Tensor { a.zipped(b, Scalar.kernels.sub) }
  /// Entrywise product.
  public static func * (a: Tensor, b: Tensor) -> Tensor { a.zipped(b, Scalar.kernels.mul) }
  /// Entrywise quotient.
  public static func / (a: Tensor, b: Tensor) -> Tensor { a.zipped(b, Scalar.kernels.div) }
  /// Every entry times a number.
  public static func * (a: Scalar, b: Tensor) -> Tensor { b.affine(a, 0) }

  /// scale * self + shift.
  public func affine(_ scale: Scalar, _ shift: Scalar) -> Tensor {
    var result = Tensor(uninitialized: shape)
    Scalar.kernels.affine(count, scale, shift, pointer, result.mutablePointer)
    return result
  }

  /// self += scale * other.
  public mutating func add(_ other: Tensor, scale: Scalar = 1) {
    precondition(count == other.count, "shapes \(shape) and \(other.shape) differ")
    Scalar.kernels.axpy(count, scale, other.pointer, mutablePointer)
  }

  /// Sum of all entries, accumulated in Float64.
  public var sum: Double { Scalar.kernels.sum(count, pointer) }
  /// Sum of the squares of all entries, accumulated in Float64.
  public var sumOfSquares: Double { Scalar.kernels.sumOfSquares(count, pointer) }
  /// Mean of all entries.
  public var mean: Double { sum / Double(count) }

  /// Sum of the products of entries, accumulated in Float64.
  public func dot(_ other: Tensor) -> Double {
    precondition(count == other.count, "dot of \(shape) and \(other.shape)")
    return Scalar.kernels.dot(count, pointer, other.pointer)
  }

  /// op(self) op(other) as matrices.
  public func matmul(
    _ other: Tensor, transposeSelf: Bool = false, transposeOther: Bool = false
  ) -> Tensor {
    let (m, k) = transposeSelf ? (columns, rows) : (rows, columns)
    let (k2, n) = transposeOther ? (other.columns, other.rows) : (other.rows, other.columns)
    precondition(k == k2, "product of \(shape) and \(other.shape)")
    var result = Tensor(uninitialized: [m, n])
    Scalar.gemm(
      transposeSelf, transposeOther, m, n, k, 1, pointer, columns, other.pointer, other.columns, 0,
      result.mutablePointer, n)
    return result
  }

  /// Column of the largest entry of each row.
  public var argmaxRows: [Int32] {
    var result = [Int32](repeating: 0, count: rows)
    result.withUnsafeMutableBufferPointer {
      if let base = $0.baseAddress { Scalar.kernels.argmaxRows(rows, columns, pointer, base) }
    }
    return result
  }
}
