import Core
import Engine

extension SeqFlow {
  /// A flow from weights under the names of the authors' PyTorch program (`flow.flow.0.lstm…`).
  ///
  /// Their layout is rearranged: one-hot products become look-up tables, the two LSTM biases one,
  /// the coupling layers' first weights are split into kept half and context, and NLSq's parameters
  /// go from five per entry to five planes.
  /// - Throws: `.badFile` naming a tensor that is missing or of another shape.
  public init(
    pytorch tensors: [String: Tensor<Scalar>], configuration c: SeqFlowConfiguration
  ) throws(Failure) {
    try self.init(c, random: RandomStream(seed: 0))
    let source = PyTorchTensors(tensors)
    embedding.value = try source.get("input_embedding.weight", [c.vocabulary, c.features])
    for k in blocks.indices { try source.fill(&blocks[k], "flow.flow.\(k).", c) }
  }
}

/// Reads tensors by name and rearranges them.
private struct PyTorchTensors<Scalar: TensorScalar> {
  let tensors: [String: Tensor<Scalar>]

  init(_ tensors: [String: Tensor<Scalar>]) { self.tensors = tensors }

  func get(_ name: String, _ shape: Shape) throws(Failure) -> Tensor<Scalar> {
    guard let tensor = tensors[name] else {
      throw Failure(.badFile, "the checkpoint has no tensor `\(name)`")
    }
    guard tensor.shape == shape else {
      throw Failure(
        .badFile, "the checkpoint's tensor `\(name)` is \(tensor.shape), not \(shape)",
        advice: "name the sizes with which the checkpoint was made")
    }
    return tensor
  }

  func fill(_ block: inout AutoregressiveBlock<Scalar>, _ prefix: String, _ c: SeqFlowConfiguration)
    throws(Failure)
  {
    let (h, codes) = (c.hidden, 2 * c.maxLength)
    let state = prefix + "initial_hidden_cond_ff.network."
    block.initialTable.value = try get(state + "0.weight", [h, codes]).transposed
    block.initialBias.value = try get(state + "0.bias", [h])
    // Theirs is (L, H, 2), last index h or c; ours (L, 2, H).
    let order = (0..<c.layers).flatMap { l in
      (0..<2).flatMap { s in (0..<h).map { (l * h + $0) * 2 + s } }
    }
    block.stateWeight.value = try get(state + "2.weight", [c.layers * h * 2, h]).rows(order)
    block.stateBias.value = try get(state + "2.bias", [c.layers * h * 2]).rows(order)
    for l in 0..<c.layers {
      let inputs = l == 0 ? c.features + codes : h
      let weight = try get(prefix + "lstm.weight_ih_l\(l)", [4 * h, inputs])
      if l == 0 {
        let columns = weight.transposed
        block.lstm[0].inputWeight.value = columns.rows(0..<c.features).transposed
        block.positionTable.value = columns.rows(c.features..<inputs)
      } else {
        block.lstm[l].inputWeight.value = weight
      }
      block.lstm[l].hiddenWeight.value = try get(prefix + "lstm.weight_hh_l\(l)", [4 * h, h])
      block.lstm[l].bias.value =
        try get(prefix + "lstm.bias_ih_l\(l)", [4 * h])
        + get(prefix + "lstm.bias_hh_l\(l)", [4 * h])
    }
    try fill(&block.stack, prefix + "outp_net.flow.", c)
  }

  private func fill(
    _ stack: inout CouplingStack<Scalar>, _ prefix: String, _ c: SeqFlowConfiguration
  ) throws(Failure) {
    let (u, half, h) = (c.couplingUnits, c.half, c.hidden)
    var context: [Tensor<Scalar>] = []
    var kept: [Tensor<Scalar>] = []
    var firstBias: [Tensor<Scalar>] = []
    var hidden = [[(Tensor<Scalar>, Tensor<Scalar>)]](
      repeating: [], count: c.couplingHiddenLayers - 1)
    var output: [Tensor<Scalar>] = []
    var outputBias: [Tensor<Scalar>] = []
    // Theirs is (F/2, 5); ours five planes.
    let planes = (0..<5).flatMap { p in (0..<half).map { $0 * 5 + p } }
    for layer in 0..<c.couplings {
      let network = prefix + "\(layer).net.network."
      let first = try get(network + "0.weight", [u, half + h]).transposed
      kept.append(first.rows(0..<half).transposed)
      context.append(first.rows(half..<half + h).transposed)
      firstBias.append(try get(network + "0.bias", [u]))
      for m in hidden.indices {
        let weight = try get(network + "\(2 * m + 2).weight", [u, u])
        let bias = try get(network + "\(2 * m + 2).bias", [u])
        hidden[m].append((weight, bias))
      }
      let last = network + "\(2 * c.couplingHiddenLayers)."
      output.append(try get(last + "weight", [5 * half, u]).rows(planes))
      outputBias.append(try get(last + "bias", [5 * half]).rows(planes))
    }
    stack.contextWeight.value = .concatenated(context)
    stack.keptWeight.value = .concatenated(kept)
    stack.firstBias.value = .concatenated(firstBias)
    if !hidden.isEmpty {
      stack.hiddenWeight.value = .concatenated(hidden.flatMap { $0.map(\.0) })
      stack.hiddenBias.value = .concatenated(hidden.flatMap { $0.map(\.1) })
    }
    stack.outputWeight.value = .concatenated(output)
    stack.outputBias.value = .concatenated(outputBias)
  }
}
