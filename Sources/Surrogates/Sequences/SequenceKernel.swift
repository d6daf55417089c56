import Core
import Engine
import Foundation

/// The covariance of sequences: the sum of w_k Tanimoto(counts k) over kinds of counts, and
/// w_l Matern(latents); each part has a weight of its own and the latter one lengthscale.
///
/// The Tanimoto (min-max) similarity of counts is positive definite (Ralaivola et al. 2005). Hyper-
/// parameters by their logarithms, in this order: the weights of counts, then w_l and the lengthscale
/// where latents take part.
public struct SequenceKernel: Sendable, Equatable {
  /// Kinds of counts that take part.
  public let countKinds: Int
  /// Whether latents take part.
  public let hasLatents: Bool

  /// A kernel of at least one part.
  public init(countKinds: Int, latents: Bool) {
    precondition(countKinds > 0 || latents, "a kernel has at least one part")
    self.countKinds = countKinds
    hasLatents = latents
  }

  /// How many hyperparameters it has.
  var parameterCount: Int { countKinds + (hasLatents ? 2 : 0) }

  /// What the parts see of pairs of sequences: similarities, and squared distances of latents.
  struct Pairs: Sendable {
    /// By kind of count.
    var similarities: [Tensor<Double>]
    var squares: Tensor<Double>?
    var rows: Int { similarities.first?.rows ?? squares?.rows ?? 0 }
    var columns: Int { similarities.first?.columns ?? squares?.columns ?? 0 }
  }

  /// The variance at a point.
  func variance(_ logs: [Double]) -> Double {
    logs.prefix(countKinds + (hasLatents ? 1 : 0)).reduce(0) { $0 + exp($1) }
  }

  /// Covariances of pairs; only what the pairs hold is meaningful (a lower triangle, say).
  func covariance(_ pairs: Pairs, _ logs: [Double]) -> Tensor<Double> {
    var result = Tensor<Double>.zeros([pairs.rows, pairs.columns])
    for (log, similarities) in zip(logs, pairs.similarities) {
      result.add(similarities, scale: exp(log))
    }
    if hasLatents, let squares = pairs.squares {
      let matern = Self.matern(squares, lengthscale: exp(logs[countKinds + 1]), slopes: false)
      result.add(matern, scale: exp(logs[countKinds]))
    }
    return result
  }

  /// Matern 5/2 of squared distances, or minus its derivative by the logarithm of the lengthscale.
  static func matern(_ squares: Tensor<Double>, lengthscale: Double, slopes: Bool)
    -> Tensor<Double>
  {
    var result = Tensor<Double>(uninitialized: squares.shape)
    let rate = 5 / (lengthscale * lengthscale)
    let view = MatrixView(&result)
    let from = MatrixView(reading: squares)
    let pieces = Parallel.ranges(view.rows, by: 64)
    Parallel.forEach(pieces.count) { p in
      var root = Tensor<Double>(uninitialized: [max(1, view.columns)])
      let (t, width) = (root.mutablePointer, view.columns)
      for r in pieces[p] {
        let (row, square) = (view.row(r), from.row(r))
        for c in 0..<width { t[c] = rate * max(0, square[c]) }
        Double.kernels.sqrt(width, t, t)
        Double.kernels.affine(width, -1, 0, t, row)
        Double.kernels.exp(width, row, row)
        if slopes {
          for c in 0..<width { row[c] *= t[c] * t[c] / 3 * (1 + t[c]) }
        } else {
          for c in 0..<width { row[c] *= 1 + t[c] * (1 + t[c] / 3) }
        }
      }
      withExtendedLifetime(root) {}
    }
    withExtendedLifetime(squares) {}
    return result
  }

  /// What pairs of these points are made from.
  func tables(_ points: SequencePoints) -> (counts: [CountTable], latents: LatentRows?) {
    (
      points.counts.prefix(countKinds).map { CountTable($0) },
      hasLatents ? points.latents.map { LatentRows($0) } : nil
    )
  }

  /// Pairs of the rows with the columns of some points.
  func pairs(
    _ tables: [CountTable], _ latents: LatentRows?, _ rows: Range<Int>, _ columns: Range<Int>
  )
    -> Pairs
  {
    Pairs(
      similarities: tables.map { $0.similarities(rows, columns) },
      squares: hasLatents ? latents?.squaredDistances(rows, columns) : nil)
  }

  /// Pairs of the rows with each other, of which the lower triangle is meaningful.
  func ownPairs(_ tables: [CountTable], _ latents: LatentRows?, _ rows: Range<Int>) -> Pairs {
    Pairs(
      similarities: tables.map { $0.lowerSimilarities(rows) },
      squares: hasLatents ? latents?.squaredDistances(rows, rows) : nil)
  }
}

/// Latents with their squared norms, for matrices of squared distances.
struct LatentRows: Sendable {
  private let latents: Tensor<Float>
  private let squares: [Double]

  /// Rows, seen from their mean, which distances do not notice but rounding does.
  init(_ rows: Tensor<Float>) {
    var centred = rows
    let (n, d) = (rows.rows, rows.columns)
    var mean = Tensor<Float>.zeros([max(1, d)])
    Float.kernels.sumRows(n, d, rows.pointer, mean.mutablePointer)
    let view = MatrixView(&centred)
    let scale = -1 / Float(max(1, n))
    for r in 0..<n { Float.kernels.axpy(d, scale, mean.pointer, view.row(r)) }
    squares = (0..<n).map { Double(Float.kernels.sumOfSquares(d, view.row($0))) }
    latents = centred
  }

  func squaredDistances(_ rows: Range<Int>, _ columns: Range<Int>) -> Tensor<Double> {
    var result = Tensor<Double>(uninitialized: [rows.count, columns.count])
    let to = MatrixView(&result)
    let from = MatrixView(reading: latents)
    let pieces = Parallel.ranges(rows.count, by: 64)
    Parallel.forEach(pieces.count) { p in
      let own = pieces[p].lowerBound + rows.lowerBound..<pieces[p].upperBound + rows.lowerBound
      var products = Tensor<Float>(uninitialized: [own.count, max(1, columns.count)])
      let product = MatrixView(&products)
      if !columns.isEmpty {
        product.product(from[rows: own], from[rows: columns], transposeB: true)
      }
      for (r, row) in own.enumerated() {
        let (target, source) = (to.row(pieces[p].lowerBound + r), product.row(r))
        for (c, column) in columns.enumerated() {
          target[c] =
            row == column ? 0 : max(0, squares[row] + squares[column] - 2 * Double(source[c]))
        }
      }
      withExtendedLifetime(products) {}
    }
    withExtendedLifetime(latents) {}
    return result
  }
}
