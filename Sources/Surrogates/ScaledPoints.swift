import Core
import Engine
import Foundation

/// Points in feature space as the RBF kernel sees them: centred, divided by the lengthscale.
struct ScaledPoints: Sendable {
  /// n x (D + 1); the last column is one, so that a product with weights also sums the weights.
  let augmented: Tensor<Double>
  /// Half the squared norm of each point, [n].
  let halfSquares: Tensor<Double>

  var count: Int { augmented.rows }
  var dimension: Int { augmented.columns - 1 }
  /// The points without the column of ones, n x D.
  var view: MatrixView<Double> {
    MatrixView(reading: augmented)[0..<count, 0..<dimension]
  }

  /// Distances do not change when both sides are moved by `centre`; near zero less cancels.
  init(_ points: Tensor<Double>, centre: Tensor<Double>, lengthscale: Double) {
    let (n, d) = (points.rows, centre.count)
    precondition(points.count == n * d, "points of shape \(points.shape) in \(d) dimensions")
    var augmented = Tensor<Double>(uninitialized: [n, d + 1])
    var squares = Tensor<Double>(uninitialized: [n])
    let (to, squaresTo, from, c) = (
      augmented.mutablePointer, squares.mutablePointer, points.pointer, centre.pointer
    )
    for i in 0..<n {
      let row = to + i * (d + 1)
      for j in 0..<d { row[j] = (from[i * d + j] - c[j]) / lengthscale }
      row[d] = 1
      squaresTo[i] = 0.5 * Double.kernels.sumOfSquares(d, row)
    }
    self.augmented = augmented
    self.halfSquares = squares
  }

  /// The mean of the rows of a matrix.
  static func mean(of points: Tensor<Double>) -> Tensor<Double> {
    var sum = Tensor<Double>.zeros([points.columns])
    Double.kernels.sumRows(points.rows, points.columns, points.pointer, sum.mutablePointer)
    return sum.affine(1 / Double(max(1, points.rows)), 0)
  }

  /// scale * exp(-|a_i - b_j|^2 / 2) for rows `i` of `a` and `j` of `b`, written to `target`.
  static func fillKernel(
    _ target: MatrixView<Double>, _ a: ScaledPoints, _ i: Range<Int>, _ b: ScaledPoints,
    _ j: Range<Int>, scale: Double
  ) {
    precondition(target.rows == i.count && target.columns == j.count)
    target.product(a.view[rows: i], b.view[rows: j], transposeB: true, alpha: -1)
    let kernels = Double.kernels
    let logScale = Foundation.log(scale)
    let width = j.count
    for r in 0..<i.count {
      let row = target.row(r)
      kernels.axpy(width, 1, b.halfSquares.pointer + j.lowerBound, row)
      kernels.affine(width, 1, a.halfSquares[i.lowerBound + r], row, row)
      kernels.activate(Activation.relu.rawValue, width, row, row)
      kernels.affine(width, -1, logScale, row, row)
      kernels.exp(width, row, row)
    }
  }

  /// The kernel matrix between two sets of points, n x m, in parallel pieces of rows.
  static func kernel(_ a: ScaledPoints, _ b: ScaledPoints, scale: Double) -> Tensor<Double> {
    var matrix = Tensor<Double>(uninitialized: [a.count, b.count])
    let view = MatrixView(&matrix)
    let pieces = Parallel.ranges(a.count, by: 64)
    Parallel.forEach(pieces.count) { p in
      fillKernel(view[rows: pieces[p]], a, pieces[p], b, 0..<b.count, scale: scale)
    }
    return matrix
  }
}
