import Engine

extension CouplingStack {
  /// Records the stack on a tape: v (F x N) and context (N x H) to [v', log|dv'/dv| (N)].
  func recorded(_ v: Variable<Scalar>, context: Variable<Scalar>) -> [Variable<Scalar>] {
    let tape = v.tape
    var output = v.value
    var saved: [Saved] = []
    let contextValue = context.value
    let logDet = forward(&output, context: contextValue) { saved.append($0) }
    let weights = [
      contextWeight, keptWeight, firstBias, hiddenWeight, hiddenBias, outputWeight, outputBias,
    ].map(tape.parameter)
    let result = output
    return tape.record([v, context] + weights, outputs: [output, logDet]) { gradients in
      backward(
        output: result, context: contextValue, saved: &saved,
        outputGradient: gradients[0] ?? .zeros(result.shape),
        logDetGradient: gradients[1] ?? .zeros([result.columns]))
    }
  }

  /// Gradients of v, context and the seven parameters, in `recorded`'s order. Uses `saved` up.
  private func backward(
    output: Tensor<Scalar>, context: Tensor<Scalar>, saved: inout [Saved],
    outputGradient: Tensor<Scalar>, logDetGradient: Tensor<Scalar>
  ) -> [Tensor<Scalar>?] {
    let n = output.columns
    let cu = couplings * units
    var dv = outputGradient
    var dProducts = Tensor<Scalar>(uninitialized: [cu, n])
    var g = ParameterGradients(self)
    let dvp = dv.mutablePointer
    for c in (0..<couplings).reversed() {
      let layer = saved[c]
      let (kept, transformed) = halves(c)
      // The half that layer c keeps is what layer c + 1 transforms next, or the output's.
      let keptValue = c + 1 < couplings ? saved[c + 1].input : output.rows(kept..<kept + half)
      saved[c].activations = []
      saved[c].parameters = Tensor(uninitialized: [0])
      let target = dvp + transformed * n
      var dParameters = Tensor<Scalar>(uninitialized: [5 * half, n])
      Scalar.kernels.nlsqGradient(
        half, n, layer.parameters.pointer, layer.input.pointer, target, logDetGradient.pointer,
        target, dParameters.mutablePointer)
      networkGradient(
        c, layer: layer, kept: keptValue, dParameters: dParameters, n: n,
        dFirst: dProducts.mutablePointer + c * units * n, dKept: dvp + kept * n, &g)
    }
    // First layers on the context, all C at once.
    var dContextWeight = Tensor<Scalar>(uninitialized: [cu, hidden])
    Scalar.gemm(
      false, false, cu, hidden, n, 1, dProducts.pointer, n, context.pointer, hidden, 0,
      dContextWeight.mutablePointer, hidden)
    var dContext = Tensor<Scalar>(uninitialized: context.shape)
    let weight = contextWeight.value
    Scalar.gemm(
      true, false, n, hidden, cu, 1, dProducts.pointer, n, weight.pointer, hidden, 0,
      dContext.mutablePointer, hidden)
    return [dv, dContext, dContextWeight] + g.inOrder
  }

  /// Gradients through the MLP of layer c; `dFirst` receives those of the first pre-activation.
  private func networkGradient(
    _ c: Int, layer: Saved, kept: Tensor<Scalar>, dParameters: Tensor<Scalar>, n: Int, dFirst: P,
    dKept: P, _ g: inout ParameterGradients
  ) {
    let k = Scalar.kernels
    let outputWeight = outputWeight.value
    let hiddenWeight = hiddenWeight.value
    let keptWeight = keptWeight.value
    let row = c * 5 * half
    let last = layer.activations[hiddenLayers - 1]
    // dW = dOut activation^T, dActivation = W^T dOut.
    Scalar.gemm(
      false, true, 5 * half, units, n, 1, dParameters.pointer, n, last.pointer, n, 0,
      g.outputWeight.mutablePointer + row * units, units)
    k.sumColumns(5 * half, n, dParameters.pointer, g.outputBias.mutablePointer + row)
    var upper: Tensor<Scalar>? = hiddenLayers > 1 ? Tensor(uninitialized: [units, n]) : nil
    let top = upper?.mutablePointer ?? dFirst
    Scalar.gemm(
      true, false, units, n, 5 * half, 1, outputWeight.pointer + row * units, units,
      dParameters.pointer, n, 0, top, n)
    k.activateGradient(Activation.relu.rawValue, units * n, last.pointer, top, top)
    for m in (0..<hiddenLayers - 1).reversed() {
      let at = (m * couplings + c) * units
      let below = layer.activations[m]
      guard let above = upper else { break }
      Scalar.gemm(
        false, true, units, units, n, 1, above.pointer, n, below.pointer, n, 0,
        g.hiddenWeight.mutablePointer + at * units, units)
      k.sumColumns(units, n, above.pointer, g.hiddenBias.mutablePointer + at)
      upper = m > 0 ? Tensor(uninitialized: [units, n]) : nil
      let to = upper?.mutablePointer ?? dFirst
      Scalar.gemm(
        true, false, units, n, units, 1, hiddenWeight.pointer + at * units, units, above.pointer,
        n, 0, to, n)
      k.activateGradient(Activation.relu.rawValue, units * n, below.pointer, to, to)
    }
    Scalar.gemm(
      false, true, units, half, n, 1, dFirst, n, kept.pointer, n, 0,
      g.keptWeight.mutablePointer + c * units * half, half)
    k.sumColumns(units, n, dFirst, g.firstBias.mutablePointer + c * units)
    Scalar.gemm(
      true, false, half, n, units, 1, keptWeight.pointer + c * units * half, half, dFirst, n, 1,
      dKept, n)
  }

  /// Gradients of all parameters but the context's weights.
  private struct ParameterGradients {
    var keptWeight, firstBias, hiddenWeight, hiddenBias, outputWeight, outputBias: Tensor<Scalar>

    init(_ stack: CouplingStack) {
      keptWeight = Tensor(uninitialized: stack.keptWeight.value.shape)
      firstBias = .zeros(stack.firstBias.value.shape)
      hiddenWeight = Tensor(uninitialized: stack.hiddenWeight.value.shape)
      hiddenBias = .zeros(stack.hiddenBias.value.shape)
      outputWeight = Tensor(uninitialized: stack.outputWeight.value.shape)
      outputBias = .zeros(stack.outputBias.value.shape)
    }

    var inOrder: [Tensor<Scalar>?] {
      [keptWeight, firstBias, hiddenWeight, hiddenBias, outputWeight, outputBias]
    }
  }
}
