import CKernels
import COpenBLAS

/// The numbers a tensor holds: Float (networks) or Double (Gaussian processes and checks).
///
/// The requirements are the kernels of `CKernels` and the products of OpenBLAS for the type.
public protocol TensorScalar: BinaryFloatingPoint, Sendable {
  /// C = alpha op(A) op(B) + beta C, row-major; op(A) is m x k, op(B) is k x n.
  static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Self,
    _ a: UnsafePointer<Self>, _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int, _ beta: Self,
    _ c: UnsafeMutablePointer<Self>, _ ldc: Int)
  /// Solves op(T) X = B (left) or X op(T) = B (right) in place of B (m x n), row-major.
  static func trsm(
    left: Bool, lower: Bool, transpose: Bool, _ m: Int, _ n: Int, _ alpha: Self,
    _ t: UnsafePointer<Self>, _ ldt: Int, _ b: UnsafeMutablePointer<Self>, _ ldb: Int)
  /// C = alpha A A^T + beta C (or A^T A), on one triangle, row-major; C is n x n.
  static func syrk(
    lower: Bool, transpose: Bool, _ n: Int, _ k: Int, _ alpha: Self, _ a: UnsafePointer<Self>,
    _ lda: Int, _ beta: Self, _ c: UnsafeMutablePointer<Self>, _ ldc: Int)
  /// Lower Cholesky factor in place, row-major; returns 0, or the 1-based row that is not positive.
  static func potrf(_ n: Int, _ a: UnsafeMutablePointer<Self>, _ lda: Int) -> Int

  static var kernels: Kernels<Self> { get }
}

/// The C kernels of one scalar type, as a table.
public struct Kernels<Scalar>: Sendable {
  /// What a kernel reads.
  public typealias In = UnsafePointer<Scalar>
  /// What a kernel writes.
  public typealias Out = UnsafeMutablePointer<Scalar>
  /// (n, x, y): y is a function of x, entry by entry.
  public typealias Map = @Sendable (Int, In, Out) -> Void
  /// (n, x, y, z): z is a function of x and y, entry by entry.
  public typealias Zip = @Sendable (Int, In, In, Out) -> Void

  public let exp, log, tanh, sigmoid, softplus, sqrt: Map
  public let add, sub, mul, div: Zip
  /// (rows, columns, x, y): y (columns x rows) is the transpose of x.
  public let transpose: @Sendable (Int, Int, In, Out) -> Void
  /// (n, a, b, x, y): y = a x + b.
  public let affine: @Sendable (Int, Scalar, Scalar, In, Out) -> Void
  /// (n, a, x, y): y += a x.
  public let axpy: @Sendable (Int, Scalar, In, Out) -> Void
  /// (activation, n, x, y).
  public let activate: @Sendable (Int32, Int, In, Out) -> Void
  /// (activation, n, x or y, dy, dx).
  public let activateGradient: @Sendable (Int32, Int, In, In, Out) -> Void
  /// (activation, rows, columns, bias row, y): y = activation(y + bias), in place.
  public let biasActivate: @Sendable (Int32, Int, Int, In, Out) -> Void
  /// (activation, rows, columns, bias row, y, slope): the same with its derivative there.
  public let biasActivateSlope: @Sendable (Int32, Int, Int, In, Out, Out) -> Void
  public let addRow, biasRelu, addColumn, sumRows, sumColumns: @Sendable (Int, Int, In, Out) -> Void
  public let sum, sumOfSquares: @Sendable (Int, In) -> Double
  /// (n, x, y): sum of x y.
  public let dot: @Sendable (Int, In, In) -> Double
  /// (rows, columns, x, index): the largest entry of each row.
  public let argmaxRows: @Sendable (Int, Int, In, UnsafeMutablePointer<Int32>) -> Void
  /// (n, x): 1 if all are finite.
  public let allFinite: @Sendable (Int, In) -> Int32
  /// (batch, hidden, gates, c before, c, h): one LSTM step.
  public let lstmCell: @Sendable (Int, Int, Out, In, Out, Out) -> Void
  /// (batch, hidden, gates, c before, c, dh, dc, dgates).
  public let lstmCellGradient: @Sendable (Int, Int, In, In, In, In, Out, Out) -> Void
  /// (features, n, parameters, y, x, log-det).
  public let nlsq: @Sendable (Int, Int, In, In, Out, Out) -> Void
  /// (features, n, parameters, y, dx, dlog-det, dy, dparameters).
  public let nlsqGradient: @Sendable (Int, Int, In, In, In, In, Out, Out) -> Void
  /// (features, n, parameters, x, y, log-det or nil).
  public let nlsqInverse: @Sendable (Int, Int, In, In, Out, Out?) -> Void
  /// (n, key, probability, x, y).
  public let dropout: @Sendable (Int, UInt64, Double, In, Out) -> Void
  /// (n, parameter, m, v, gradient, scale, rate, beta1, beta2, epsilon).
  public let adam:
    @Sendable (Int, Out, Out, Out, In, Double, Double, Double, Double, Double)
      -> Void
}
