import Core
import Engine

/// The sums over data that the fully independent training conditional is made of (see
/// `GramConditional`), taken up a block of data at a time, so that memory does not grow with them.
struct SparseSums {
  /// L, of the covariance of the M inducing points.
  let factor: TriangularFactor<Double>
  /// A D^-1 A^T with A = L^-1 K_mn and D each point's left-over variance with its noise: the lower
  /// triangle, M x M.
  private(set) var inner: Tensor<Double>
  /// A D^-1 of the targets and of ones, 2 x M.
  private(set) var projected: Tensor<Double>
  /// y^T D^-1 1 and 1^T D^-1 1.
  private(set) var goalByOne = 0.0
  private(set) var oneByOne = 0.0

  /// - Parameter inducing: the covariance of the inducing points, whose lower triangle is read.
  init(inducing: Tensor<Double>, _ ladder: JitterLadder) throws(Failure) {
    factor = try ladder.factorize(inducing, of: "the covariance of the inducing points").factor
    let m = inducing.rows
    inner = .zeros([m, m])
    projected = .zeros([2, m])
  }

  /// Takes up some of the data.
  /// - Parameters:
  ///   - cross: their covariances with the inducing points, n x M.
  ///   - y: their targets, [n].
  ///   - variance: of the process at a point, before data.
  mutating func add(
    cross: consuming Tensor<Double>, _ y: Tensor<Double>, variance: Double, noise: Double
  ) {
    // Rows of A^T, then divided by the root of each point's noise.
    let (n, m) = (cross.rows, cross.columns)
    var whitened = consume cross
    factor.solveRows(MatrixView(&whitened), transpose: true)
    let a = MatrixView(&whitened)
    var targets = Tensor<Double>(uninitialized: [2, n])
    let to = targets.mutablePointer
    for i in 0..<n {
      let left = max(0, variance - Double.kernels.sumOfSquares(m, a.row(i))) + noise
      let root = 1 / left.squareRoot()
      Double.kernels.affine(m, root, 0, a.row(i), a.row(i))
      to[i] = y.pointer[i] * root
      to[n + i] = root
    }
    let view = MatrixView(&inner)
    let tiles = Parallel.ranges(m, by: 128)
    Parallel.forEach(tiles.count) { t in
      let rows = tiles[t]
      view[rows, 0..<rows.upperBound].product(
        a[0..<n, rows], a[0..<n, 0..<rows.upperBound], transposeA: true, beta: 1)
    }
    MatrixView(&projected).product(MatrixView(reading: targets), a, beta: 1)
    goalByOne += Double.kernels.dot(n, to, to + n)
    oneByOne += Double.kernels.sumOfSquares(n, to + n)
    withExtendedLifetime((whitened, targets)) {}
  }
}
