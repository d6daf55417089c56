import Core
import Engine

/// Sequences as a `SequenceGP` sees them: counts, vectors or both, row by row.
public struct SequencePoints: Sendable {
  /// What each sequence has and how often, by kind of count and then by sequence; empty where the
  /// process only looks at vectors.
  public var counts: [[CountVector]]
  /// Latents or properties, by kind: n x D each; empty where the process only looks at counts.
  public var vectors: [Tensor<Float>]

  /// Points; every part has one row for each sequence.
  public init(counts: [[CountVector]], vectors: [Tensor<Float>] = []) {
    self.counts = counts
    self.vectors = vectors
  }

  /// Number of sequences.
  public var count: Int { counts.first?.count ?? vectors.first?.rows ?? 0 }

  /// Some of the sequences.
  public func rows(_ indices: [Int]) -> SequencePoints {
    SequencePoints(
      counts: counts.map { kind in indices.map { kind[$0] } },
      vectors: vectors.map { $0.rows(indices) })
  }

  /// Adds sequences of the same kinds; points without any kind take on theirs.
  public mutating func append(_ more: SequencePoints) {
    if counts.isEmpty, vectors.isEmpty {
      self = more
      return
    }
    precondition(
      counts.count == more.counts.count && vectors.count == more.vectors.count,
      "points of other kinds")
    for kind in counts.indices { counts[kind] += more.counts[kind] }
    for kind in vectors.indices {
      vectors[kind] = Tensor.concatenated([vectors[kind], more.vectors[kind]])
    }
  }

  /// With each entry of some kinds of vectors divided by its scale.
  /// - Parameter scales: by kind; nil leaves one as it is.
  func divided(by scales: [VectorScales?]) -> SequencePoints {
    var result = self
    for (kind, scale) in scales.enumerated() {
      if let scale { result.vectors[kind] = scale.divide(vectors[kind]) }
    }
    return result
  }
}

/// Standard deviations of the entries of vectors.
struct VectorScales: Sendable {
  /// One over the deviation; 0 for an entry that does not differ, which then says nothing.
  private let inverse: [Float]

  init(of rows: Tensor<Float>) {
    let (n, d) = (rows.rows, rows.columns)
    inverse = (0..<d).map { c in
      let column = (0..<n).map { Double(rows[$0, c]) }
      let deviation = TargetScaler(of: column).deviation
      let isConstant = column.allSatisfy { $0 == column[0] }
      return isConstant ? 0 : Float(1 / deviation)
    }
  }

  func divide(_ rows: Tensor<Float>) -> Tensor<Float> {
    var result = rows
    let view = MatrixView(&result)
    for r in 0..<view.rows { for c in 0..<view.columns { view.row(r)[c] *= inverse[c] } }
    return result
  }
}
