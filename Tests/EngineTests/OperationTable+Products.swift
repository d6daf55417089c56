import Engine

func productRows<Scalar: TensorScalar>() -> [OperationRow<Scalar>] {
  matmulRows() + linearRows()
}

private func matmulRows<Scalar: TensorScalar>() -> [OperationRow<Scalar>] {
  // m x k times k x n, each stored as it is or transposed.
  let sizes = [(1, 1, 1), (3, 4, 5), (7, 2, 17)]
  return [(false, false), (false, true), (true, false), (true, true)].map { left, right in
    let shapes: [[Shape]] = sizes.map { m, k, n in
      [left ? [k, m] : [m, k], right ? [n, k] : [k, n]]
    }
    return .init(
      "matmul(_:transposeSelf:transposeOther:)", "transposed \(left) \(right)", shapes: shapes,
      [.normal, .normal]
    ) {
      $0[0].matmul($0[1], transposeSelf: left, transposeOther: right)
    } _: { x in
      let a = left ? x[0].transposed : x[0]
      let b = right ? x[1].transposed : x[1]
      return tensor([a.rows, b.columns]) { i, j in
        sum(a.columns) { a.double(i, $0) * b.double($0, j) }
      }
    }
  }
}

private func linearRows<Scalar: TensorScalar>() -> [OperationRow<Scalar>] {
  let sizes = [(1, 1, 1), (5, 3, 4), (6, 4, 19)]
  let withBias: [[Shape]] = sizes.map { r, i, o in [[r, i], [o, i], [o]] }
  let without: [[Shape]] = sizes.map { r, i, o in [[r, i], [o, i]] }
  @Sendable func definition(_ x: [Tensor<Scalar>], _ activation: Activation) -> Tensor<Scalar> {
    tensor([x[0].rows, x[1].rows]) { r, o in
      let bias = x.count > 2 ? Double(x[2][o]) : 0
      return plain(
        activation, bias + sum(x[0].columns) { x[0].double(r, $0) * x[1].double(o, $0) })
    }
  }
  return Activation.allCases.map { activation in
    .init(
      "linear(_:_:activation:)", "\(activation)", shapes: withBias,
      [.awayFromZero, .normal, .normal]
    ) {
      $0[0].linear($0[1], $0[2], activation: activation)
    } _: {
      definition($0, activation)
    }
  } + [
    .init("linear(_:_:activation:)", "without bias", shapes: without, [.normal, .normal]) {
      $0[0].linear($0[1])
    } _: {
      definition($0, .identity)
    }
  ]
}

func reductionRows<Scalar: TensorScalar>() -> [OperationRow<Scalar>] {
  let any: [[Shape]] = [[[]], [[9]], [[4, 5]], [[2, 3, 11]]]
  let matrices: [[Shape]] = [[[1, 1]], [[4, 5]], [[3, 33]]]
  return [
    .init("sum()", shapes: any, [.normal]) {
      $0[0].sum()
    } _: { x in
      Tensor(Scalar(sum(x[0].count) { Double(x[0][$0]) }))
    },
    .init("mean()", shapes: any, [.normal]) {
      $0[0].mean()
    } _: { x in
      Tensor(Scalar(sum(x[0].count) { Double(x[0][$0]) } / Double(x[0].count)))
    },
    .init("sumOverRows()", shapes: matrices, [.normal]) {
      $0[0].sumOverRows()
    } _: { x in
      tensor([x[0].columns]) { c, _ in sum(x[0].rows) { x[0].double($0, c) } }
    },
    .init("sumOverColumns()", shapes: matrices, [.normal]) {
      $0[0].sumOverColumns()
    } _: { x in
      tensor([x[0].rows]) { r, _ in sum(x[0].columns) { x[0].double(r, $0) } }
    },
    .init("addingRow(_:)", shapes: matrices.map { $0 + [[$0[0][1]]] }, [.normal, .normal]) {
      $0[0].addingRow($0[1])
    } _: { x in
      tensor(x[0].shape) { r, c in x[0].double(r, c) + Double(x[1][c]) }
    },
    .init("broadcast(to:)", shapes: [[[]]], [.normal]) {
      $0[0].broadcast(to: [3, 7])
    } _: { x in
      tensor([3, 7]) { _, _ in Double(x[0].item) }
    },
  ]
}
