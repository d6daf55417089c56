import Core

/// A lower Cholesky factor with the inverses of its diagonal blocks, for parallel solves.
///
/// With the blocks' inverses at hand every solve is made of products, which run near the machine's
/// peak where triangular solves of OpenBLAS reach a third of it. Only blocks of `tile` rows are
/// inverted, so rounding grows as in a solve of that size. Matrices are cut in tiles of fixed size:
/// the bits of a result do not depend on the number of cores.
public struct TriangularFactor<Scalar: TensorScalar>: Sendable {
  /// L, n x n, zero above the diagonal.
  public let lower: Tensor<Scalar>
  /// The inverses of L's diagonal blocks one below the other, each padded to tile x tile.
  let inverses: Tensor<Scalar>

  /// Rows and columns of a tile: large enough for products near peak, small enough that the
  /// matrices of a Gaussian process with 1,000 points give work to many cores.
  static var tile: Int { 128 }

  /// Order of the matrix.
  public var order: Int { lower.rows }
  var blocks: [Range<Int>] { Parallel.ranges(order, by: Self.tile) }

  private init(lower: Tensor<Scalar>, inverses: Tensor<Scalar>) {
    self.lower = lower
    self.inverses = inverses
  }

  /// The factorization of a symmetric matrix, of which the lower triangle is read, or the 1-based
  /// row at which it stops being positive definite.
  public static func cholesky(_ matrix: consuming Tensor<Scalar>) -> Result<Self, NotPositive> {
    let n = matrix.rows
    precondition(matrix.count == n * n)
    let count = (n + tile - 1) / tile
    var inverses = Tensor<Scalar>.zeros([count * tile, tile])
    let row = factorize(MatrixView(&matrix), MatrixView(&inverses))
    if let row { return .failure(NotPositive(row: row)) }
    return .success(Self(lower: matrix, inverses: inverses))
  }

  /// A matrix was not positive definite.
  public struct NotPositive: Error {
    /// 1-based.
    public let row: Int
  }

  /// The inverse of block `index` of the diagonal.
  func inverse(_ index: Int) -> MatrixView<Scalar> {
    Self.inverse(index, order, MatrixView(reading: inverses))
  }

  private static func inverse(_ index: Int, _ order: Int, _ all: MatrixView<Scalar>)
    -> MatrixView<Scalar>
  {
    let width = min(tile, order - index * tile)
    return all[index * tile..<index * tile + width, 0..<width]
  }

  /// Right-looking and in place. The next diagonal block is factorized by the worker that brings
  /// it up to date, while the others go on with the rest.
  private static func factorize(_ a: MatrixView<Scalar>, _ inverses: MatrixView<Scalar>) -> Int? {
    let blocks = Parallel.ranges(a.rows, by: tile)
    guard let first = blocks.first else { return nil }
    if let row = invert(a[first, first], inverse(0, a.rows, inverses)) { return row }
    for (k, block) in blocks.enumerated() where k + 1 < blocks.count {
      let inverted = inverse(k, a.rows, inverses)
      let panel = Parallel.ranges(a.rows - block.upperBound, by: tile / 2).map {
        ($0.lowerBound + block.upperBound)..<($0.upperBound + block.upperBound)
      }
      Parallel.forEach(panel.count) { i in
        a[panel[i], block].multiplyFromRight(inverted, transpose: true)
        a[block, panel[i]].clear()
      }
      let next = blocks[k + 1]
      let pieces = updates(of: blocks[(k + 1)...])
      let failed: [Int?] = Parallel.map(pieces.count) { p in
        let (i, j) = pieces[p]
        a[i, j].product(a[i, block], a[j, block], transposeB: true, alpha: -1, beta: 1)
        return p == 0 ? invert(a[next, next], inverse(k + 1, a.rows, inverses)) : nil
      }
      if let row = failed[0] { return next.lowerBound + row }
    }
    return nil
  }

  /// The lower triangle of what is left, in pieces of one block's rows and at most four blocks'
  /// columns (wide products repeat less packing): the first block alone, then the largest.
  private static func updates(of blocks: ArraySlice<Range<Int>>) -> [(Range<Int>, Range<Int>)] {
    guard let first = blocks.first else { return [] }
    return [(first, first)]
      + blocks.dropFirst().reversed().flatMap { rows in
        Parallel.ranges(rows.upperBound - first.lowerBound, by: 4 * tile).map {
          (rows, $0.lowerBound + first.lowerBound..<$0.upperBound + first.lowerBound)
        }
      }
  }

  /// Factorizes a diagonal block in place and writes its inverse; nil, or the row that failed.
  @_specialize(where Scalar == Double)
  private static func invert(_ block: MatrixView<Scalar>, _ inverse: MatrixView<Scalar>) -> Int? {
    let failed = Scalar.potrf(block.rows, block.base, block.stride)
    if failed != 0 { return failed }
    for i in 0..<block.rows where !block.row(i)[i].isFinite { return i + 1 }
    block.clearAboveDiagonal()
    inverse.clear()
    for i in 0..<block.rows { inverse.row(i)[i] = 1 }
    inverse.solveFromLeft(block, transpose: false)
    return nil
  }

  /// Solves X L = B (or X L^T = B) in place of B (m x n), in parallel pieces of rows.
  public func solveRows(_ b: MatrixView<Scalar>, transpose: Bool) {
    if b.rows == 0 { return }
    precondition(b.columns == order)
    // At least four pieces for a training batch, larger ones where there are many rows.
    let pieces = Parallel.ranges(b.rows, by: min(128, max(32, b.rows / 16)))
    Parallel.forEach(pieces.count) { solve(b[rows: pieces[$0]], transpose: transpose) }
  }

  private func solve(_ x: MatrixView<Scalar>, transpose: Bool) {
    let l = MatrixView(reading: lower)
    let all = 0..<x.rows
    let blocks = self.blocks
    for step in blocks.indices {
      let k = transpose ? step : blocks.count - 1 - step
      let block = blocks[k]
      if transpose {
        let done = 0..<block.lowerBound
        x[all, block].product(x[all, done], l[block, done], transposeB: true, alpha: -1, beta: 1)
      } else {
        let done = block.upperBound..<order
        x[all, block].product(x[all, done], l[done, block], alpha: -1, beta: 1)
      }
      x[all, block].multiplyFromRight(inverse(k), transpose: transpose)
    }
  }

  /// The gradient of the factorization carried back to the matrix, in place.
  ///
  /// `gradient` holds, in its lower triangle, df/dL on entry and df/dA on return, where an entry
  /// below the diagonal counts for itself and its mirror image (df = sum over i >= j of
  /// gradient_ij dA_ij). What is above the diagonal is neither read nor kept. Blocked reverse mode
  /// after Murray, "Differentiation of the Cholesky decomposition" (2016), section 4.2: 2/3 n^3
  /// operations where the two triangular solves of the closed form take 2 n^3.
  public func carryBack(_ g: MatrixView<Scalar>) {
    precondition(g.rows == order && g.columns == order)
    let l = MatrixView(reading: lower)
    for (k, block) in blocks.enumerated().reversed() {
      let before = 0..<block.lowerBound
      let below = block.upperBound..<order
      let inverted = inverse(k)
      let belowTiles = Parallel.ranges(below.count, by: Self.tile / 2).map {
        ($0.lowerBound + below.lowerBound)..<($0.upperBound + below.lowerBound)
      }
      // What is below: C' = C' D^-1, B' -= C' R.
      Parallel.forEach(belowTiles.count) { i in
        let c = g[belowTiles[i], block]
        c.multiplyFromRight(inverted, transpose: false)
        g[belowTiles[i], before].product(c, l[block, before], alpha: -1, beta: 1)
      }
      // The diagonal block, beside R' -= C'^T B.
      let beforeTiles = Parallel.ranges(before.count, by: 2 * Self.tile)
      Parallel.forEach(1 + beforeTiles.count) { i in
        if i == 0 {
          g[block, block].product(
            g[below, block], l[below, block], transposeA: true, alpha: -1, beta: 1)
          Self.carryBack(g[block, block], l[block, block], inverted)
        } else {
          g[block, beforeTiles[i - 1]].product(
            g[below, block], l[below, beforeTiles[i - 1]], transposeA: true, alpha: -1, beta: 1)
        }
      }
      // R' -= (D' + D'^T) R.
      if beforeTiles.isEmpty { continue }
      let doubled = Self.symmetricSum(g[block, block])
      Parallel.forEach(beforeTiles.count) { i in
        g[block, beforeTiles[i]].product(
          MatrixView(reading: doubled), l[block, beforeTiles[i]], alpha: -1, beta: 1)
      }
    }
  }

  /// The closed form for one block: with P = Phi(L^T L') and S = L^-T P L^-1, the lower triangle
  /// of S + S^T, its diagonal halved.
  @_specialize(where Scalar == Double)
  private static func carryBack(
    _ g: MatrixView<Scalar>, _ l: MatrixView<Scalar>, _ inverted: MatrixView<Scalar>
  ) {
    let n = l.rows
    g.clearAboveDiagonal()
    var p = Tensor<Scalar>(uninitialized: [n, n])
    var s = Tensor<Scalar>(uninitialized: [n, n])
    MatrixView(&p).product(l, g, transposeA: true)
    LinearAlgebra.keepLowerTriangle(&p, diagonalScale: 0.5)
    MatrixView(&s).product(inverted, MatrixView(reading: p), transposeA: true)
    MatrixView(&p).product(MatrixView(reading: s), inverted)
    let from = p.pointer
    for i in 0..<n {
      for j in 0..<i { g.row(i)[j] = from[i * n + j] + from[j * n + i] }
      g.row(i)[i] = from[i * n + i]
    }
    withExtendedLifetime(p) {}
  }

  /// G + G^T of the lower triangle.
  @_specialize(where Scalar == Double)
  private static func symmetricSum(_ g: MatrixView<Scalar>) -> Tensor<Scalar> {
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
}

extension MatrixView {
  /// self = self op(b) for a square b.
  func multiplyFromRight(_ b: MatrixView, transpose: Bool) {
    var copy = Tensor<Scalar>(uninitialized: [rows, columns])
    let from = MatrixView(&copy)
    for r in 0..<rows { from.row(r).update(from: row(r), count: columns) }
    product(from, b, transposeB: transpose)
    withExtendedLifetime(copy) {}
  }
}
