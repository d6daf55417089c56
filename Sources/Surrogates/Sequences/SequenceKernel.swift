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

  /// Points that others are paired with, made ready once.
  struct Basis: Sendable {
    let points: SequencePoints
    fileprivate let counts: [CountIndex]
    fileprivate let latents: LatentRows?
    var count: Int { points.count }
  }

  /// These points as a basis.
  func basis(_ points: SequencePoints) -> Basis {
    let kinds = points.counts.prefix(countKinds)
    return Basis(
      points: points, counts: Parallel.map(kinds.count) { CountIndex(kinds[$0]) },
      latents: hasLatents ? points.latents.map { LatentRows($0) } : nil)
  }

  /// Pairs of some points with a basis: a row for each point, a column for each of the basis.
  func pairs(_ points: SequencePoints, _ basis: Basis) -> Pairs {
    Pairs(
      similarities: zip(basis.counts, points.counts).map { $0.similarities(of: $1) },
      squares: points.latents.flatMap { basis.latents?.squaredDistances(of: $0) })
  }

  /// Pairs of a basis with itself, of which the lower triangle is meaningful.
  func ownPairs(_ basis: Basis) -> Pairs {
    Pairs(
      similarities: zip(basis.counts, basis.points.counts).map { $0.lowerSimilarities(of: $1) },
      squares: basis.latents?.ownSquaredDistances())
  }
}

/// Latents with their squared norms, for matrices of squared distances.
struct LatentRows: Sendable {
  /// Rows are seen from the mean, which distances do not notice but rounding does.
  private let mean: Tensor<Float>
  private let latents: Tensor<Float>
  private let squares: [Double]

  init(_ rows: Tensor<Float>) {
    let (n, d) = (rows.rows, rows.columns)
    var mean = Tensor<Float>.zeros([max(1, d)])
    Float.kernels.sumRows(n, d, rows.pointer, mean.mutablePointer)
    Float.kernels.affine(d, 1 / Float(max(1, n)), 0, mean.pointer, mean.mutablePointer)
    self.mean = mean
    (latents, squares) = Self.centred(rows, mean)
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

  /// Squared distances of some latents from these, a row for each of them.
  func squaredDistances(of others: Tensor<Float>) -> Tensor<Double> {
    let (rows, own) = Self.centred(others, mean)
    return squaredDistances(rows, own)
  }

  /// Squared distances from each other; exactly 0 on the diagonal.
  func ownSquaredDistances() -> Tensor<Double> {
    var result = squaredDistances(latents, squares)
    let view = MatrixView(&result)
    for r in 0..<view.rows { view.row(r)[r] = 0 }
    return result
  }

  private func squaredDistances(_ rows: Tensor<Float>, _ own: [Double]) -> Tensor<Double> {
    let columns = latents.rows
    var result = Tensor<Double>(uninitialized: [rows.rows, columns])
    let to = MatrixView(&result)
    let pieces = Parallel.ranges(rows.rows, by: 64)
    Parallel.forEach(pieces.count) { p in
      var products = Tensor<Float>(uninitialized: [pieces[p].count, max(1, columns)])
      let product = MatrixView(&products)
      if columns > 0 {
        product.product(
          MatrixView(reading: rows)[rows: pieces[p]], MatrixView(reading: latents),
          transposeB: true)
      }
      for (r, row) in pieces[p].enumerated() {
        let (target, source) = (to.row(row), product.row(r))
        for c in 0..<columns { target[c] = max(0, own[row] + squares[c] - 2 * Double(source[c])) }
      }
      withExtendedLifetime(products) {}
    }
    withExtendedLifetime((rows, latents)) {}
    return result
  }
}
