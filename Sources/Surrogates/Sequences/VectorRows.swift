import Core
import Engine

/// Vectors with their squared norms, for matrices of squared distances.
struct VectorRows: Sendable {
  /// Rows are seen from the mean, which distances do not notice but rounding does.
  private let mean: Tensor<Float>
  private let centred: Tensor<Float>
  private let squares: [Double]

  init(_ rows: Tensor<Float>) {
    let (n, d) = (rows.rows, rows.columns)
    var mean = Tensor<Float>.zeros([max(1, d)])
    Float.kernels.sumRows(n, d, rows.pointer, mean.mutablePointer)
    Float.kernels.affine(d, 1 / Float(max(1, n)), 0, mean.pointer, mean.mutablePointer)
    self.mean = mean
    (centred, squares) = Self.centred(rows, mean)
  }

  private static func centred(_ rows: Tensor<Float>, _ mean: Tensor<Float>) -> (
    Tensor<Float>, [Double]
  ) {
    var centred = rows
    let view = MatrixView(&centred)
    for r in 0..<view.rows { Float.kernels.axpy(view.columns, -1, mean.pointer, view.row(r)) }
    let squares = (0..<view.rows).map {
      Double(Float.kernels.sumOfSquares(view.columns, view.row($0)))
    }
    return (centred, squares)
  }

  /// Squared distances of some vectors from these, a row for each of them.
  func squaredDistances(of others: Tensor<Float>) -> Tensor<Double> {
    let (rows, own) = Self.centred(others, mean)
    return squaredDistances(rows, own)
  }

  /// Squared distances from each other; exactly 0 on the diagonal.
  func ownSquaredDistances() -> Tensor<Double> {
    var result = squaredDistances(centred, squares)
    let view = MatrixView(&result)
    for r in 0..<view.rows { view.row(r)[r] = 0 }
    return result
  }

  private func squaredDistances(_ rows: Tensor<Float>, _ own: [Double]) -> Tensor<Double> {
    let columns = centred.rows
    var result = Tensor<Double>(uninitialized: [rows.rows, columns])
    let to = MatrixView(&result)
    let pieces = Parallel.ranges(rows.rows, by: 64)
    Parallel.forEach(pieces.count) { p in
      var products = Tensor<Float>(uninitialized: [pieces[p].count, max(1, columns)])
      let product = MatrixView(&products)
      if columns > 0 {
        product.product(
          MatrixView(reading: rows)[rows: pieces[p]], MatrixView(reading: centred),
          transposeB: true)
      }
      for (r, row) in pieces[p].enumerated() {
        let (target, source) = (to.row(row), product.row(r))
        for c in 0..<columns { target[c] = max(0, own[row] + squares[c] - 2 * Double(source[c])) }
      }
      withExtendedLifetime(products) {}
    }
    withExtendedLifetime((rows, centred)) {}
    return result
  }
}
