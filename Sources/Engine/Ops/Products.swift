// Matrix products and layers made of them.

extension Variable {
  /// op(self) op(other) as matrices.
  public func matmul(
    _ other: Variable, transposeSelf: Bool = false, transposeOther: Bool = false
  ) -> Variable {
    let (a, b) = (value, other.value)
    let needsA = needsGradient
    let needsB = other.needsGradient
    let y = a.matmul(b, transposeSelf: transposeSelf, transposeOther: transposeOther)
    return tape.record([self, other], y) { g in
      // For C = op(A) op(B): d op(A) = G op(B)^T and d op(B) = op(A)^T G.
      let da: Tensor<Scalar>? =
        !needsA
        ? nil
        : transposeSelf
          ? b.matmul(g, transposeSelf: transposeOther, transposeOther: true)
          : g.matmul(b, transposeOther: !transposeOther)
      let db: Tensor<Scalar>? =
        !needsB
        ? nil
        : transposeOther
          ? g.matmul(a, transposeSelf: true, transposeOther: transposeSelf)
          : a.matmul(g, transposeSelf: !transposeSelf)
      return [da, db]
    }
  }

  /// activation(x W^T + b): x is R x I, `weight` O x I, `bias` [O]; the result is R x O.
  public func linear(
    _ weight: Variable, _ bias: Variable? = nil, activation: Activation = .identity
  ) -> Variable {
    let (x, w) = (value, weight.value)
    let (rows, outputs) = (x.rows, w.rows)
    var y = x.matmul(w, transposeOther: true)
    if let bias {
      let b = bias.value
      Scalar.kernels.addRow(rows, outputs, b.pointer, y.mutablePointer)
    }
    let kept = activation.gradientNeedsOutput ? activation.applied(to: y) : y
    let result =
      activation == .identity || activation.gradientNeedsOutput ? kept : activation.applied(to: y)
    let needsInput = needsGradient
    return tape.record([self, weight] + (bias.map { [$0] } ?? []), result) { g in
      let d = activation == .identity ? g : activation.gradient(g, kept)
      var gradients: [Tensor<Scalar>?] = [
        needsInput ? d.matmul(w) : nil, d.matmul(x, transposeSelf: true),
      ]
      if bias != nil {
        var db = Tensor<Scalar>.zeros([outputs])
        Scalar.kernels.sumRows(rows, outputs, d.pointer, db.mutablePointer)
        gradients.append(db)
      }
      return gradients
    }
  }
}
