import Core

/// Dense linear algebra on all cores. Matrices are cut in tiles of fixed size, so the bits of a
/// result do not depend on the number of cores.
extension LinearAlgebra {
  /// Rows and columns of a tile: large enough for products near peak, small enough that the
  /// matrices of a Gaussian process with 1,000 points give work to many cores.
  static let tile = 128
  /// Rows of a piece of a triangular solve with many right sides.
  static let solveTile = 32

  /// Lower Cholesky factor in place, reading the lower triangle; what is above the diagonal is set
  /// to zero.
  /// - Returns: nil, or the 1-based row at which the matrix stops being positive definite. The
  ///   contents are then of no use.
  public static func choleskyInPlace<Scalar: TensorScalar>(_ a: MatrixView<Scalar>) -> Int? {
    precondition(a.rows == a.columns)
    let blocks = Parallel.ranges(a.rows, by: tile)
    for (k, block) in blocks.enumerated() {
      let diagonal = a[block, block]
      let failed = Scalar.potrf(block.count, diagonal.base, diagonal.stride)
      if failed != 0 { return block.lowerBound + failed }
      for i in 0..<block.count where !(diagonal.row(i)[i].isFinite) {
        return block.lowerBound + i + 1
      }
      diagonal.clearAboveDiagonal()
      let below = blocks[(k + 1)...]
      let panel = Parallel.ranges(a.rows - block.upperBound, by: tile / 2).map {
        ($0.lowerBound + block.upperBound)..<($0.upperBound + block.upperBound)
      }
      Parallel.forEach(panel.count) { i in
        a[panel[i], block].solveFromRight(diagonal, transpose: true)
        a[block, panel[i]].clear()
      }
      let pairs = below.flatMap { i in
        below.prefix { $0.lowerBound <= i.lowerBound }.map { (i, $0) }
      }
      Parallel.forEach(pairs.count) { p in
        let (i, j) = pairs[p]
        a[i, j].product(a[i, block], a[j, block], transposeB: true, alpha: -1, beta: 1)
      }
    }
    return nil
  }

  /// The gradient of a Cholesky factor carried back to the matrix, in place.
  ///
  /// `gradient` holds, in its lower triangle, df/dL on entry and df/dA on return, where an entry
  /// below the diagonal counts for itself and its mirror image (df = sum over i >= j of
  /// gradient_ij dA_ij). What is above the diagonal is neither read nor kept. Blocked reverse mode
  /// after Murray, "Differentiation of the Cholesky decomposition" (2016), section 4.2: 2/3 n^3
  /// operations where the two triangular solves of the closed form take 2 n^3.
  public static func choleskyGradientInPlace<Scalar: TensorScalar>(
    factor l: MatrixView<Scalar>, gradient g: MatrixView<Scalar>
  ) {
    precondition(l.rows == l.columns && g.rows == l.rows && g.columns == l.columns)
    for block in Parallel.ranges(l.rows, by: tile).reversed() {
      let before = 0..<block.lowerBound
      let below = block.upperBound..<l.rows
      let belowTiles = Parallel.ranges(below.count, by: tile / 2).map {
        ($0.lowerBound + below.lowerBound)..<($0.upperBound + below.lowerBound)
      }
      // What is below: C' = C' D^-1, B' -= C' R.
      Parallel.forEach(belowTiles.count) { i in
        let c = g[belowTiles[i], block]
        c.solveFromRight(l[block, block], transpose: false)
        g[belowTiles[i], before].product(c, l[block, before], alpha: -1, beta: 1)
      }
      // The diagonal block, beside R' -= C'^T B.
      let beforeTiles = Parallel.ranges(before.count, by: tile)
      Parallel.forEach(1 + beforeTiles.count) { i in
        if i == 0 {
          g[block, block].product(
            g[below, block], l[below, block], transposeA: true, alpha: -1, beta: 1)
          smallCholeskyGradient(l[block, block], g[block, block])
        } else {
          g[block, beforeTiles[i - 1]].product(
            g[below, block], l[below, beforeTiles[i - 1]], transposeA: true, alpha: -1, beta: 1)
        }
      }
      // R' -= (D' + D'^T) R.
      if beforeTiles.isEmpty { continue }
      let doubled = symmetricSum(g[block, block])
      Parallel.forEach(beforeTiles.count) { i in
        g[block, beforeTiles[i]].product(
          MatrixView(reading: doubled), l[block, beforeTiles[i]], alpha: -1, beta: 1)
      }
    }
  }

  /// The closed form for one block: with P = Phi(L^T L') and S = L^-T P L^-1, the lower triangle
  /// of S + S^T, its diagonal halved.
  private static func smallCholeskyGradient<Scalar: TensorScalar>(
    _ l: MatrixView<Scalar>, _ g: MatrixView<Scalar>
  ) {
    let n = l.rows
    g.clearAboveDiagonal()
    var p = Tensor<Scalar>(uninitialized: [n, n])
    let view = MatrixView(&p)
    view.product(l, g, transposeA: true)
    keepLowerTriangle(&p, diagonalScale: 0.5)
    view.solveFromLeft(l, transpose: true)
    view.solveFromRight(l, transpose: false)
    for i in 0..<n {
      for j in 0..<i { g.row(i)[j] = view.row(i)[j] + view.row(j)[i] }
      g.row(i)[i] = view.row(i)[i]
    }
  }

  /// G + G^T of the lower triangle.
  private static func symmetricSum<Scalar: TensorScalar>(_ g: MatrixView<Scalar>)
    -> Tensor<Scalar>
  {
    let n = g.rows
    var sum = Tensor<Scalar>(uninitialized: [n, n])
    let to = sum.mutablePointer
    for i in 0..<n {
      for j in 0..<i {
        to[i * n + j] = g.row(i)[j]
        to[j * n + i] = g.row(i)[j]
      }
      to[i * n + i] = 2 * g.row(i)[i]
    }
    return sum
  }

  /// Solves X L = B (or X L^T = B) in place of B (m x n) for lower triangular L (n x n).
  public static func solveRowsInPlace<Scalar: TensorScalar>(
    _ b: MatrixView<Scalar>, factor l: MatrixView<Scalar>, transpose: Bool
  ) {
    let pieces = Parallel.ranges(b.rows, by: solveTile)
    Parallel.forEach(pieces.count) { i in
      b[rows: pieces[i]].solveFromRight(l, transpose: transpose)
    }
  }
}
