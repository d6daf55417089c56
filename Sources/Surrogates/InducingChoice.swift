import Core
import Engine

/// Which data become inducing points.
enum InducingChoice {
  /// Rows in the given order, each different from all taken before, until `most` are found.
  ///
  /// Equal rows would make the covariance singular and add nothing.
  static func distinct<Input: TensorScalar>(
    _ x: Tensor<Input>, most: Int, order: [Int]
  ) -> [Int] {
    var byHash: [Int: [Int]] = [:]
    var chosen: [Int] = []
    for row in order {
      if chosen.count == most { break }
      let entries = UnsafeBufferPointer(start: x.pointer + row * x.columns, count: x.columns)
      var hasher = Hasher()
      for entry in entries { hasher.combine(entry) }
      let hash = hasher.finalize()
      let isKnown = (byHash[hash] ?? []).contains { other in
        entries.elementsEqual(
          UnsafeBufferPointer(start: x.pointer + other * x.columns, count: x.columns))
      }
      if isKnown { continue }
      byHash[hash, default: []].append(row)
      chosen.append(row)
    }
    return chosen
  }
}

extension DeepKernelGP {
  /// Adds rows of `x` that the inducing points say little about, while there is room.
  ///
  /// The new whitened coordinates get mean zero and variance one, the prior, and stand behind the
  /// old ones, so the model's predictions do not change: only what it can learn grows. Rows are
  /// taken greedily by their variance given the inducing points and the rows taken before (Burt,
  /// Rasmussen, van der Wilk 2020), down to a hundredth of the prior variance.
  /// - Returns: how many were added to the first output.
  mutating func growInducing<Input: TensorScalar>(
    with x: Tensor<Input>, in context: RunContext
  ) throws(Failure) -> Int {
    guard heads.contains(where: { $0.inducingCount < configuration.inducingPoints }) else {
      return 0
    }
    let candidates = try extract(x)
    var added: [Int] = []
    for index in heads.indices {
      let head = heads[index]
      let room = configuration.inducingPoints - head.inducingCount
      var rows: [Int] = []
      if room > 0 {
        rows = newRows(candidates, for: factors[index], most: room)
        heads[index].append(candidates.rows(rows))
        try padOptimizer(head: index, old: head.inducingCount, new: rows.count)
      }
      added.append(rows.count)
    }
    return added.first ?? 0
  }

  private func newRows(
    _ candidates: Tensor<Double>, for factor: InducingFactor, most: Int
  ) -> [Int] {
    let points = factor.scaled(candidates)
    var projected = ScaledPoints.kernel(points, factor.points, scale: factor.outputScale)
    factor.factor.solveRows(MatrixView(&projected), transpose: true)
    let n = candidates.rows
    var variance = LinearAlgebra.rowSquares(projected).affine(-1, factor.outputScale)
    var columns: [Tensor<Double>] = []
    var chosen: [Int] = []
    while chosen.count < min(most, n) {
      var next = 0
      for i in 1..<max(n, 1) where variance[i] > variance[next] { next = i }
      if variance[next] <= 0.01 * factor.outputScale { break }
      // A step of a pivoted Cholesky factorization of K_xx - A^T A.
      var column = Tensor<Double>(uninitialized: [1, n])
      ScaledPoints.fillKernel(
        MatrixView(&column), points, next..<next + 1, points, 0..<n, scale: factor.outputScale)
      column.add(
        projected.rows(next..<next + 1).matmul(projected, transposeOther: true), scale: -1)
      for earlier in columns { column.add(earlier, scale: -earlier[next]) }
      column = column.affine(1 / variance[next].squareRoot(), 0)
      variance.add(column * column, scale: -1)
      variance[next] = 0
      columns.append(column)
      chosen.append(next)
    }
    return chosen
  }

  /// Gives the new entries of a head's parameters moments of zero; the old ones keep theirs.
  private mutating func padOptimizer(head: Int, old: Int, new: Int) throws(Failure) {
    var state = optimizer.state
    if new == 0 || state.steps.isEmpty { return }
    let grown = heads[head]
    for (name, value) in [
      ("inducing_points", grown.inducingPoints.value),
      ("variational_mean", grown.variationalMean.value),
      ("variational_root", grown.variationalRoot.value),
    ] {
      for moment in ["mean", "square"] {
        let path = "heads.\(head).\(name).\(moment)"
        guard let before = state.tensors[path] else { continue }
        state.tensors[path] = before.padded(to: value.shape)
      }
    }
    optimizer = DeepKernelGP.freshOptimizer(configuration)
    try optimizer.restore(state, for: self, from: "the optimizer")
  }
}

extension VariationalGPHead {
  /// Adds inducing points whose whitened coordinates follow the prior.
  mutating func append(_ points: Tensor<Double>) {
    if points.rows == 0 { return }
    let (old, new) = (inducingCount, points.rows)
    inducingPoints.value = .concatenated([inducingPoints.value, points])
    variationalMean.value = variationalMean.value.padded(to: [old + new])
    var root = variationalRoot.value.padded(to: [old + new, old + new])
    for i in old..<(old + new) { root[i, i] = 1 }
    variationalRoot.value = root
  }
}

extension Tensor {
  /// The entries in the upper left of a larger tensor of zeros (rank 1 or 2).
  func padded(to shape: Shape) -> Tensor {
    var result = Tensor.zeros(shape)
    let (width, wide) = (shape.rank == 1 ? 1 : columns, shape.rank == 1 ? 1 : result.columns)
    let to = result.mutablePointer
    for r in 0..<rows { (to + r * wide).update(from: pointer + r * width, count: width) }
    return result
  }
}
