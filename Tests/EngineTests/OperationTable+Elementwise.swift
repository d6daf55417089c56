import Engine
import Foundation

/// Sizes below, at and above the widths of vectors.
private let shapes: [[Shape]] = [[[]], [[3]], [[4, 5]], [[2, 3, 11]]]
private let pairs: [[Shape]] = shapes.map { [$0[0], $0[0]] }

func elementwiseRows<Scalar: TensorScalar>() -> [OperationRow<Scalar>] {
  arithmeticRows() + functionRows()
}

private func arithmeticRows<Scalar: TensorScalar>() -> [OperationRow<Scalar>] {
  [
    .init("+(Variable, Variable)", shapes: pairs, [.normal, .normal]) {
      $0[0] + $0[1]
    } _: {
      zipped($0[0], $0[1], +)
    },
    .init("-(Variable, Variable)", shapes: pairs, [.normal, .normal]) {
      $0[0] - $0[1]
    } _: {
      zipped($0[0], $0[1], -)
    },
    .init("*(Variable, Variable)", shapes: pairs, [.normal, .normal]) {
      $0[0] * $0[1]
    } _: {
      zipped($0[0], $0[1], *)
    },
    .init("*(Variable, Variable)", "of one value", shapes: shapes, [.normal]) {
      $0[0] * $0[0]
    } _: {
      mapped($0[0]) { $0 * $0 }
    },
    .init("/(Variable, Variable)", shapes: pairs, [.normal, .positive]) {
      $0[0] / $0[1]
    } _: {
      zipped($0[0], $0[1], /)
    },
    .init("affine(_:_:)", shapes: shapes, [.normal]) {
      $0[0].affine(1.5, -0.25)
    } _: {
      mapped($0[0]) { 1.5 * $0 - 0.25 }
    },
    .init("-(Variable)", shapes: shapes, [.normal]) {
      -$0[0]
    } _: {
      mapped($0[0], -)
    },
    .init("*(Scalar, Variable)", shapes: shapes, [.normal]) {
      Scalar(1.75) * $0[0]
    } _: {
      mapped($0[0]) { 1.75 * $0 }
    },
    .init("+(Variable, Scalar)", shapes: shapes, [.normal]) {
      $0[0] + Scalar(0.5)
    } _: {
      mapped($0[0]) { $0 + 0.5 }
    },
    .init("-(Variable, Scalar)", shapes: shapes, [.normal]) {
      $0[0] - Scalar(0.5)
    } _: {
      mapped($0[0]) { $0 - 0.5 }
    },
  ]
}

private func functionRows<Scalar: TensorScalar>() -> [OperationRow<Scalar>] {
  [
    .init("exp()", shapes: shapes, [.normal]) {
      $0[0].exp()
    } _: {
      mapped($0[0], Foundation.exp)
    },
    .init("log()", shapes: shapes, [.positive]) {
      $0[0].log()
    } _: {
      mapped($0[0], Foundation.log)
    },
    .init("sqrt()", shapes: shapes, [.positive]) {
      $0[0].sqrt()
    } _: {
      mapped($0[0]) { $0.squareRoot() }
    },
    .init("squared()", shapes: shapes, [.normal]) {
      $0[0].squared()
    } _: {
      mapped($0[0]) { $0 * $0 }
    },
    .init("sigmoid()", shapes: shapes, [.normal]) {
      $0[0].sigmoid()
    } _: {
      mapped($0[0], logistic)
    },
    .init("softplus()", shapes: shapes, [.normal]) {
      $0[0].softplus()
    } _: {
      mapped($0[0]) { log1p(Foundation.exp($0)) }
    },
    .init("atLeast(_:)", shapes: shapes, [.awayFromZero]) {
      $0[0].atLeast(0)
    } _: {
      mapped($0[0]) { max($0, 0) }
    },
    .init("atLeast(_:)", "with a floor", shapes: shapes, [.positive]) {
      $0[0].atLeast(0.25)
    } _: {
      $0[0]
    },
    .init("dropout(_:key:)", shapes: shapes, [.normal]) {
      $0[0].dropout(0, key: 5)
    } _: {
      $0[0]
    },
    // The mask is part of the definition here; `DropoutTests` checks how it is drawn.
    .init("dropout(_:key:)", "with a mask", shapes: shapes, [.normal]) {
      $0[0].dropout(0.5, key: 6)
    } _: { x in
      let kept = Tape<Scalar>().constant(.ones(x[0].shape)).dropout(0.5, key: 6).value
      return zipped(x[0], kept, *)
    },
    .init("normalizingRows()", shapes: [[[1, 1]], [[5, 3]], [[4, 17]]], [.awayFromZero]) {
      $0[0].normalizingRows()
    } _: { x in
      let width = x[0].columns
      return tensor(x[0].shape) { r, c in
        x[0].double(r, c) / sum(width) { x[0].double(r, $0) * x[0].double(r, $0) }.squareRoot()
      }
    },
  ]
    + Activation.allCases.map { activation in
      .init("activated(_:)", "\(activation)", shapes: shapes, [.awayFromZero]) {
        $0[0].activated(activation)
      } _: {
        mapped($0[0]) { plain(activation, $0) }
      }
    }
}

func logistic(_ x: Double) -> Double { 1 / (1 + Foundation.exp(-x)) }

/// An activation by its formula.
func plain(_ activation: Activation, _ x: Double) -> Double {
  switch activation {
  case .identity: x
  case .relu: max(x, 0)
  case .gelu: x * 0.5 * erfc(-x / 2.0.squareRoot())
  case .swish: x * logistic(x)
  case .tanh: Foundation.tanh(x)
  }
}
