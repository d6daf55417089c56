import COpenBLAS
import Core

/// Eigenvalues and eigenvectors of a symmetric matrix, A = V^T diag(values) V.
public struct SymmetricEigen: Sendable {
  /// Eigenvalues, ascending, [n].
  public let values: Tensor<Double>
  /// Eigenvectors as rows, in the order of the values, n x n.
  public let vectors: Tensor<Double>

  /// Decomposes a symmetric matrix by LAPACK's `dsyevd`; the lower triangle is read.
  /// - Throws: `.numerical` for entries that are not finite, or where the iteration fails.
  public init(_ matrix: Tensor<Double>) throws(Failure) {
    precondition(matrix.shape.rank == 2 && matrix.rows == matrix.columns)
    guard matrix.isFinite else {
      throw Failure(.numerical, "a matrix to be decomposed has entries that are not finite")
    }
    BLASThreads.useOne
    let n = matrix.rows
    var (vectors, values) = (matrix, Tensor<Double>.zeros([n]))
    var (order, info) = (Int32(n), Int32(0))
    // LAPACK is column-major: its upper triangle is our lower one, its columns are our rows.
    var (workCount, integerCount) = (Int32(1 + 6 * n + 2 * n * n), Int32(3 + 5 * n))
    var work = [Double](repeating: 0, count: Int(workCount))
    var integers = [Int32](repeating: 0, count: Int(integerCount))
    if n > 0 {
      dsyevd_(
        "V", "U", &order, vectors.mutablePointer, &order, values.mutablePointer, &work, &workCount,
        &integers, &integerCount, &info)
    }
    guard info == 0 else {
      throw Failure(.numerical, "the eigenvalues of a matrix of order \(n) were not found")
    }
    self.values = values
    self.vectors = vectors
  }
}
