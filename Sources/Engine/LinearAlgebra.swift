import Core

/// Dense linear algebra on tensors, without gradients.
public enum LinearAlgebra {
  /// Lower Cholesky factor L of a symmetric positive definite matrix, L L^T = A; reads the lower
  /// triangle. The upper triangle of the result is zero.
  /// - Throws: `.numerical` naming the row at which the matrix stops being positive definite.
  public static func cholesky<Scalar: TensorScalar>(_ matrix: Tensor<Scalar>) throws(Failure)
    -> Tensor<Scalar>
  {
    precondition(matrix.shape.rank == 2 && matrix.shape[0] == matrix.shape[1])
    var factor = matrix
    let n = matrix.rows
    if n == 0 { return factor }
    let row = Scalar.potrf(n, factor.mutablePointer, n)
    guard row == 0, diagonal(factor).isFinite else {
      throw Failure(
        .numerical,
        row > 0
          ? "a covariance matrix is not positive definite (row \(row) of \(n))"
          : "a covariance matrix has entries that are not finite",
        advice: "check the data for NaN or duplicated points, or raise the noise")
    }
    keepLowerTriangle(&factor)
    return factor
  }

  /// X with L X = B, or L^T X = B; L lower triangular (n x n), B n x m or [n].
  public static func solveLower<Scalar: TensorScalar>(
    _ factor: Tensor<Scalar>, _ right: Tensor<Scalar>, transpose: Bool = false
  ) -> Tensor<Scalar> {
    precondition(factor.rows == right.rows, "solve of \(factor.shape) and \(right.shape)")
    var x = right
    let columns = right.columns
    if x.count > 0 {
      Scalar.trsm(
        left: true, lower: true, transpose: transpose, factor.rows, columns, 1, factor.pointer,
        factor.rows, x.mutablePointer, columns)
    }
    return x
  }

  /// Zeroes what is above the diagonal; scales what is below by `scale`, the diagonal by its own.
  public static func keepLowerTriangle<Scalar: TensorScalar>(
    _ matrix: inout Tensor<Scalar>, scale: Scalar = 1, diagonalScale: Scalar = 1
  ) {
    let n = matrix.columns
    let rows = matrix.rows
    let base = matrix.mutablePointer
    for i in 0..<rows {
      let row = base + i * n
      if scale != 1 { Scalar.kernels.affine(min(i, n), scale, 0, row, row) }
      if i < n {
        row[i] *= diagonalScale
        (row + i + 1).update(repeating: 0, count: n - i - 1)
      }
    }
  }

  /// The diagonal of a matrix.
  public static func diagonal<Scalar: TensorScalar>(_ matrix: Tensor<Scalar>) -> Tensor<Scalar> {
    let n = min(matrix.rows, matrix.columns)
    let width = matrix.columns
    return Tensor([n], (0..<n).map { matrix[$0 * width + $0] })
  }

  /// |x_i - z_j|^2 for the rows of x (n x d) and z (m x d), never below zero: n x m.
  ///
  /// By the expansion |x|^2 + |z|^2 - 2 x.z, one product; both sides are centred on the mean of z
  /// first, so that little cancels.
  public static func squaredDistances<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, _ z: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    precondition(x.columns == z.columns, "distances between \(x.shape) and \(z.shape)")
    let (n, m, d) = (x.rows, z.rows, x.columns)
    var centre = Tensor<Scalar>.zeros([d])
    Scalar.kernels.sumRows(m, d, z.pointer, centre.mutablePointer)
    centre = centre.affine(-1 / Scalar(max(1, m)), 0)
    var (xc, zc) = (x, z)
    Scalar.kernels.addRow(n, d, centre.pointer, xc.mutablePointer)
    Scalar.kernels.addRow(m, d, centre.pointer, zc.mutablePointer)
    let (xs, zs) = (rowSquares(xc), rowSquares(zc))
    var y = Tensor<Scalar>.zeros([n, m])
    let to = y.mutablePointer
    Scalar.kernels.addColumn(n, m, xs.pointer, to)
    Scalar.kernels.addRow(n, m, zs.pointer, to)
    if y.count > 0 {
      Scalar.gemm(false, true, n, m, d, -2, xc.pointer, d, zc.pointer, d, 1, to, m)
      Scalar.kernels.activate(Activation.relu.rawValue, y.count, to, to)
    }
    return y
  }

  /// Squared norm of each row.
  public static func rowSquares<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    var squares = Tensor<Scalar>.zeros([x.rows])
    let product = x * x
    Scalar.kernels.sumColumns(x.rows, x.columns, product.pointer, squares.mutablePointer)
    return squares
  }
}
