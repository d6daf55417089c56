// Factorizations and triangular solves with their gradients.

import Core

extension Variable {
  /// Lower Cholesky factor of a symmetric positive definite matrix (n x n).
  ///
  /// Gradient (Murray, "Differentiation of the Cholesky decomposition", 2016): with Phi the lower
  /// triangle with half the diagonal, dA = sym(L^-T Phi(L^T dL) L^-1).
  /// - Throws: `.numerical` if the matrix is not positive definite.
  public func cholesky() throws(Failure) -> Variable {
    let l = try LinearAlgebra.cholesky(value)
    return tape.record([self], l) { g in
      let n = l.rows
      var p = l.matmul(g, transposeSelf: true)
      LinearAlgebra.keepLowerTriangle(&p, diagonalScale: 0.5)
      // L^-T P L^-1
      Scalar.trsm(
        left: true, lower: true, transpose: true, n, n, 1, l.pointer, n, p.mutablePointer, n)
      Scalar.trsm(
        left: false, lower: true, transpose: false, n, n, 1, l.pointer, n, p.mutablePointer, n)
      return [(p + p.transposed).affine(0.5, 0)]
    }
  }

  /// X with L X = self, or L^T X = self: `factor` is lower triangular (n x n), self n x m.
  public func solvingLower(_ factor: Variable, transpose: Bool = false) -> Variable {
    let l = factor.value
    let x = LinearAlgebra.solveLower(l, value, transpose: transpose)
    let needsFactor = factor.needsGradient
    return tape.record([self, factor], x) { g in
      let db = LinearAlgebra.solveLower(l, g, transpose: !transpose)
      guard needsFactor else { return [db, nil] }
      // L X = B: dL = -tril(dB X^T); L^T X = B: dL = -tril(X dB^T).
      var dl =
        transpose ? x.matmul(db, transposeOther: true) : db.matmul(x, transposeOther: true)
      LinearAlgebra.keepLowerTriangle(&dl, scale: -1, diagonalScale: -1)
      return [db, dl]
    }
  }

  /// The diagonal of a square matrix, shape [n].
  public func diagonal() -> Variable {
    let x = value
    let n = x.rows
    return tape.record([self], LinearAlgebra.diagonal(x)) { g in
      var dx = Tensor<Scalar>.zeros(x.shape)
      for i in 0..<n { dx[i * n + i] = g[i] }
      return [dx]
    }
  }

  /// Adds a scalar to the diagonal of a square matrix.
  public func addingToDiagonal(_ scalar: Variable) -> Variable {
    var y = value
    let n = y.rows
    let s = scalar.value.item
    for i in 0..<n { y[i * n + i] += s }
    return tape.record([self, scalar], y) { g in
      [g, Tensor(Scalar(LinearAlgebra.diagonal(g).sum))]
    }
  }

  /// Squared Euclidean distances between the rows of two matrices (n x d, m x d): n x m.
  public func squaredDistances(to other: Variable) -> Variable {
    let (x, z) = (value, other.value)
    let y = LinearAlgebra.squaredDistances(x, z)
    return tape.record([self, other], y) { g in
      // d/dx_i sum_j g_ij |x_i - z_j|^2 = 2 (x_i sum_j g_ij - sum_j g_ij z_j)
      var (rowSums, columnSums) = (Tensor<Scalar>.zeros([x.rows]), Tensor<Scalar>.zeros([z.rows]))
      Scalar.kernels.sumColumns(x.rows, z.rows, g.pointer, rowSums.mutablePointer)
      Scalar.kernels.sumRows(x.rows, z.rows, g.pointer, columnSums.mutablePointer)
      var dx = g.matmul(z).affine(-2, 0)
      var dz = g.matmul(x, transposeSelf: true).affine(-2, 0)
      let d = x.columns
      for (sums, points, gradient) in [(rowSums, x, true), (columnSums, z, false)] {
        for i in 0..<points.rows {
          let row = points.pointer + i * d
          if gradient {
            Scalar.kernels.axpy(d, 2 * sums[i], row, dx.mutablePointer + i * d)
          } else {
            Scalar.kernels.axpy(d, 2 * sums[i], row, dz.mutablePointer + i * d)
          }
        }
      }
      return [dx, dz]
    }
  }
}
