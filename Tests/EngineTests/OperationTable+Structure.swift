import Core
import Engine

func structureRows<Scalar: TensorScalar>() -> [OperationRow<Scalar>] {
  [
    .init("reshaped(_:)", shapes: [[[4, 6]]], [.normal]) {
      $0[0].reshaped([3, 8])
    } _: { x in
      Tensor([3, 8], x[0].entries)
    },
    .init("transposed()", shapes: [[[1, 1]], [[4, 6]], [[17, 35]]], [.normal]) {
      $0[0].transposed()
    } _: { x in
      tensor([x[0].columns, x[0].rows]) { r, c in x[0].double(c, r) }
    },
    .init("rows(_:)", shapes: [[[6, 3]], [[5, 2, 4]]], [.normal]) {
      $0[0].rows(1..<4)
    } _: { x in
      let width = x[0].columns
      return Tensor(
        Shape([3] + x[0].shape.extents.dropFirst()), Array(x[0].entries[width..<4 * width]))
    },
    .init("gatheringRows(_:)", shapes: [[[6, 3]], [[6, 2, 4]]], [.normal]) {
      $0[0].gatheringRows([5, 0, 0, 2, 5])
    } _: { x in
      let width = x[0].columns
      let picked = [5, 0, 0, 2, 5].flatMap { x[0].entries[$0 * width..<($0 + 1) * width] }
      return Tensor(Shape([5] + x[0].shape.extents.dropFirst()), picked)
    },
    .init(
      "joiningColumns(_:)", shapes: [[[4, 1], [4, 3], [4, 2]]], [.normal, .normal, .normal]
    ) {
      .joiningColumns($0)
    } _: { x in
      tensor([4, 6]) { r, c in
        c < 1 ? x[0].double(r, c) : c < 4 ? x[1].double(r, c - 1) : x[2].double(r, c - 4)
      }
    },
  ]
}

func linearAlgebraRows<Scalar: TensorScalar>() -> [OperationRow<Scalar>] {
  let square: [[Shape]] = [[[1, 1]], [[3, 3]], [[6, 6]]]
  let systems: [[Shape]] = [[[1, 1], [1, 1]], [[3, 2], [3, 3]], [[6, 9], [6, 6]]]
  return [
    // The gradient is that of a symmetric matrix; symmetrising first lets the check move one entry.
    .init("cholesky()", shapes: square, [.positiveDefinite]) { x in
      try (Scalar(0.5) * (x[0] + x[0].transposed())).cholesky()
    } _: {
      choleskyByHand($0[0])
    },
    .init("diagonal()", shapes: square, [.normal]) {
      $0[0].diagonal()
    } _: { x in
      tensor([x[0].rows]) { r, _ in x[0].double(r, r) }
    },
    .init("addingToDiagonal(_:)", shapes: square.map { $0 + [[]] }, [.normal, .normal]) {
      $0[0].addingToDiagonal($0[1])
    } _: { x in
      tensor(x[0].shape) { r, c in x[0].double(r, c) + (r == c ? Double(x[1].item) : 0) }
    },
    .init(
      "squaredDistances(to:)",
      shapes: [[[1, 1], [1, 1]], [[4, 3], [5, 3]], [[3, 17], [2, 17]]],
      [.normal, .normal]
    ) {
      $0[0].squaredDistances(to: $0[1])
    } _: { x in
      tensor([x[0].rows, x[1].rows]) { i, j in
        sum(x[0].columns) {
          let d = x[0].double(i, $0) - x[1].double(j, $0)
          return d * d
        }
      }
    },
  ]
    + [false, true].map { transpose in
      .init(
        "solvingLower(_:transpose:)", transpose ? "transposed" : "", shapes: systems,
        [.normal, .lowerTriangular]
      ) {
        $0[0].solvingLower($0[1], transpose: transpose)
      } _: { x in
        solveByHand(x[1], x[0], transpose: transpose)
      }
    }
}

/// The textbook's triple loop.
func choleskyByHand<Scalar: TensorScalar>(_ a: Tensor<Scalar>) -> Tensor<Scalar> {
  let n = a.rows
  var l = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
  for i in 0..<n {
    for j in 0...i {
      let rest = a.double(i, j) - sum(j) { l[i][$0] * l[j][$0] }
      l[i][j] = i == j ? rest.squareRoot() : rest / l[j][j]
    }
  }
  return tensor(a.shape) { l[$0][$1] }
}

/// Substitution, row by row.
private func solveByHand<Scalar: TensorScalar>(
  _ l: Tensor<Scalar>, _ b: Tensor<Scalar>, transpose: Bool
) -> Tensor<Scalar> {
  let n = l.rows
  var x = [[Double]](repeating: [Double](repeating: 0, count: b.columns), count: n)
  for step in 0..<n {
    let i = transpose ? n - 1 - step : step
    let known = transpose ? Array(i + 1..<n) : Array(0..<i)
    for c in 0..<b.columns {
      let rest = known.reduce(b.double(i, c)) {
        $0 - (transpose ? l.double($1, i) : l.double(i, $1)) * x[$1][c]
      }
      x[i][c] = rest / l.double(i, i)
    }
  }
  return tensor(b.shape) { x[$0][$1] }
}
