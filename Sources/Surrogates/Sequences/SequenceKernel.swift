import Core
import Engine
import Foundation

/// The covariance of sequences: the sum of w_k Tanimoto(counts k) over kinds of counts, and of
/// v_k Matern(vectors k) over kinds of vectors; each part has a weight of its own, and those of vectors
/// a lengthscale.
///
/// The Tanimoto (min-max) similarity of counts is positive definite (Ralaivola et al. 2005). Hyper-
/// parameters by their logarithms, in this order: the weights of counts, then the weight and the
/// lengthscale of each kind of vectors.
public struct SequenceKernel: Sendable, Equatable {
  /// Kinds of counts that take part.
  public let countKinds: Int
  /// Kinds of vectors that take part, by what their entries are measured in.
  public let vectors: [VectorScale]

  /// What the entries of a kind of vectors are measured in.
  public enum VectorScale: Sendable, Equatable {
    /// In their own unit: latents.
    case given
    /// Each in the standard deviation that it has in the data: properties, each of a unit of its own.
    case standardized
  }

  /// A kernel of at least one part.
  public init(countKinds: Int, vectors: [VectorScale] = []) {
    precondition(countKinds > 0 || !vectors.isEmpty, "a kernel has at least one part")
    self.countKinds = countKinds
    self.vectors = vectors
  }

  /// How many hyperparameters it has.
  var parameterCount: Int { countKinds + 2 * vectors.count }

  /// Where the weight of a kind of vectors stands among the hyperparameters; its lengthscale is next.
  func weightIndex(vector kind: Int) -> Int { countKinds + 2 * kind }

  /// What the parts see of pairs of sequences.
  struct Pairs: Sendable {
    /// By kind of count.
    var similarities: [Tensor<Double>]
    /// Squared distances by kind of vectors.
    var squares: [Tensor<Double>]
    /// Whether only the lower triangle is meaningful.
    var isLower = false
    private var first: Tensor<Double>? { similarities.first ?? squares.first }
    var rows: Int { first?.rows ?? 0 }
    var columns: Int { first?.columns ?? 0 }
  }

  /// The variance at a point.
  func variance(_ logs: [Double]) -> Double {
    let weights = Array(0..<countKinds) + vectors.indices.map { weightIndex(vector: $0) }
    return weights.reduce(0) { $0 + exp(logs[$1]) }
  }

  /// Covariances of pairs; only what the pairs hold is meaningful (a lower triangle, say).
  func covariance(_ pairs: Pairs, _ logs: [Double]) -> Tensor<Double> {
    covariance(pairs, logs, materns(pairs, logs, withSlopes: false))
  }

  /// The same with what `materns` gave.
  func covariance(_ pairs: Pairs, _ logs: [Double], _ materns: [Matern]) -> Tensor<Double> {
    var result = Tensor<Double>.zeros([pairs.rows, pairs.columns])
    for (log, similarities) in zip(logs, pairs.similarities) {
      result.add(similarities, scale: exp(log))
    }
    for (kind, matern) in materns.enumerated() {
      result.add(matern.values, scale: exp(logs[weightIndex(vector: kind)]))
    }
    return result
  }

  /// Matern 5/2 correlations of pairs, and minus their derivatives by the logarithm of the lengthscale
  /// where these were asked for.
  struct Matern {
    var values: Tensor<Double>
    var slopes: Tensor<Double>?
  }

  /// The correlations of pairs by kind of vectors.
  func materns(_ pairs: Pairs, _ logs: [Double], withSlopes: Bool) -> [Matern] {
    pairs.squares.enumerated().map { kind, squares in
      Self.matern(
        squares, lengthscale: exp(logs[weightIndex(vector: kind) + 1]), isLower: pairs.isLower,
        withSlopes: withSlopes)
    }
  }

  private static func matern(
    _ squares: Tensor<Double>, lengthscale: Double, isLower: Bool, withSlopes: Bool
  ) -> Matern {
    var values = Tensor<Double>(uninitialized: squares.shape)
    var slopes = Tensor<Double>(uninitialized: withSlopes ? squares.shape : [0, squares.columns])
    let rate = 5 / (lengthscale * lengthscale)
    let (value, slope) = (MatrixView(&values), MatrixView(&slopes))
    let from = MatrixView(reading: squares)
    let pieces = Parallel.ranges(value.rows, by: 64)
    Parallel.forEach(pieces.count) { p in
      var root = Tensor<Double>(uninitialized: [max(1, value.columns)])
      let t = root.mutablePointer
      for r in pieces[p] {
        let width = isLower ? r + 1 : value.columns
        let (row, square) = (value.row(r), from.row(r))
        for c in 0..<width { t[c] = rate * max(0, square[c]) }
        Double.kernels.sqrt(width, t, t)
        Double.kernels.affine(width, -1, 0, t, row)
        Double.kernels.exp(width, row, row)
        if withSlopes {
          let slope = slope.row(r)
          for c in 0..<width { slope[c] = row[c] * (t[c] * t[c] / 3 * (1 + t[c])) }
        }
        for c in 0..<width { row[c] *= 1 + t[c] * (1 + t[c] / 3) }
      }
      withExtendedLifetime(root) {}
    }
    withExtendedLifetime(squares) {}
    return Matern(values: values, slopes: withSlopes ? slopes : nil)
  }

  /// Points that others are paired with, made ready once.
  struct Basis: Sendable {
    let points: SequencePoints
    fileprivate let counts: [CountIndex]
    fileprivate let vectors: [VectorRows]
    var count: Int { points.count }
  }

  /// These points as a basis.
  func basis(_ points: SequencePoints) -> Basis {
    let kinds = points.counts.prefix(countKinds)
    return Basis(
      points: points, counts: Parallel.map(kinds.count) { CountIndex(kinds[$0]) },
      vectors: points.vectors.prefix(vectors.count).map { VectorRows($0) })
  }

  /// Pairs of some points with a basis: a row for each point, a column for each of the basis.
  func pairs(_ points: SequencePoints, _ basis: Basis) -> Pairs {
    Pairs(
      similarities: zip(basis.counts, points.counts).map { $0.similarities(of: $1) },
      squares: zip(basis.vectors, points.vectors).map { $0.squaredDistances(of: $1) })
  }

  /// Pairs of a basis with itself, of which the lower triangle is meaningful.
  func ownPairs(_ basis: Basis) -> Pairs {
    Pairs(
      similarities: zip(basis.counts, basis.points.counts).map { $0.lowerSimilarities(of: $1) },
      squares: basis.vectors.map { $0.ownSquaredDistances() }, isLower: true)
  }
}
