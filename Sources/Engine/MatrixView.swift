/// A rectangle of a row-major matrix in memory, as parallel pieces of one operation share it.
///
/// The memory belongs to a tensor that the caller keeps alive; pieces that run at the same time
/// must write to rectangles that do not overlap.
public struct MatrixView<Scalar: TensorScalar>: @unchecked Sendable {
  /// The entry at the upper left.
  public let base: UnsafeMutablePointer<Scalar>
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// Entries from one row to the next.
  public let stride: Int

  /// A rectangle in memory; without `stride` its rows lie one behind the other.
  public init(
    _ base: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int, stride: Int? = nil
  ) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? columns
  }

  /// The whole of a tensor, as rows and columns, to read and write.
  public init(_ tensor: inout Tensor<Scalar>) {
    self.init(tensor.mutablePointer, rows: tensor.rows, columns: tensor.columns)
  }

  /// The whole of a tensor, only to be read.
  public init(reading tensor: Tensor<Scalar>) {
    self.init(
      UnsafeMutablePointer(mutating: tensor.pointer), rows: tensor.rows, columns: tensor.columns)
  }

  /// The rectangle of these rows and columns.
  public subscript(_ rows: Range<Int>, _ columns: Range<Int>) -> MatrixView {
    MatrixView(
      base + rows.lowerBound * stride + columns.lowerBound, rows: rows.count,
      columns: columns.count, stride: stride)
  }

  /// All columns of these rows.
  public subscript(rows rows: Range<Int>) -> MatrixView { self[rows, 0..<columns] }

  /// Start of a row.
  public func row(_ index: Int) -> UnsafeMutablePointer<Scalar> { base + index * stride }

  /// self = alpha op(a) op(b) + beta self, on the calling thread.
  public func product(
    _ a: MatrixView, _ b: MatrixView, transposeA: Bool = false, transposeB: Bool = false,
    alpha: Scalar = 1, beta: Scalar = 0
  ) {
    let inner = transposeA ? a.rows : a.columns
    precondition(
      inner == (transposeB ? b.columns : b.rows) && rows == (transposeA ? a.columns : a.rows)
        && columns == (transposeB ? b.rows : b.columns), "extents of a product disagree")
    guard rows > 0, columns > 0 else { return }
    if inner == 0 {
      for r in 0..<rows { Scalar.kernels.affine(columns, beta, 0, row(r), row(r)) }
      return
    }
    Scalar.gemm(
      transposeA, transposeB, rows, columns, inner, alpha, a.base, a.stride, b.base, b.stride,
      beta, base, stride)
  }

  /// Solves X op(L) = self in place (L lower triangular), on the calling thread.
  public func solveFromRight(_ factor: MatrixView, transpose: Bool) {
    precondition(factor.rows == columns && factor.columns == columns)
    guard rows > 0, columns > 0 else { return }
    Scalar.trsm(
      left: false, lower: true, transpose: transpose, rows, columns, 1, factor.base,
      factor.stride, base, stride)
  }

  /// Solves op(L) X = self in place (L lower triangular), on the calling thread.
  public func solveFromLeft(_ factor: MatrixView, transpose: Bool) {
    precondition(factor.rows == rows && factor.columns == rows)
    guard rows > 0, columns > 0 else { return }
    Scalar.trsm(
      left: true, lower: true, transpose: transpose, rows, columns, 1, factor.base,
      factor.stride, base, stride)
  }

  /// Sets every entry to zero.
  public func clear() {
    for r in 0..<rows { MatrixView.clear(row(r), columns) }
  }

  /// Zeroes what is above the diagonal of a square matrix.
  public func clearAboveDiagonal() {
    for r in 0..<rows where r + 1 < columns {
      MatrixView.clear(row(r) + r + 1, columns - r - 1)
    }
  }

  /// All bits zero is the number zero; a loop over generic entries would be far slower.
  private static func clear(_ start: UnsafeMutablePointer<Scalar>, _ count: Int) {
    let bytes = count * MemoryLayout<Scalar>.stride
    UnsafeMutableRawPointer(start).initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
  }
}
