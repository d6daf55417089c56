import Core
import Engine
import Neural

/// One LSTM layer run over time as a single operation (Hochreiter and Schmidhuber 1997; gates in the
/// order i, f, g, o; the two biases of PyTorch's form are one, their sum).
///
/// Rows are token-major in blocks of time: row t B + b is position t of sequence b. A hidden array
/// (T B x H) is shifted by one: its block 0 is the initial state, block t + 1 the output at t, so it
/// is both the context of the positions and the input of the layer above.
struct LSTMLayer<Scalar: TensorScalar>: Module {
  let inputs: Int
  let hidden: Int
  /// 4H x I, 4H x H, 4H.
  var inputWeight: Parameter<Scalar>
  var hiddenWeight: Parameter<Scalar>
  var bias: Parameter<Scalar>

  init(inputs: Int, hidden: Int, fanIn: Int, using random: inout RandomStream) {
    self.inputs = inputs
    self.hidden = hidden
    let bound = 1 / Double(hidden).squareRoot()  // PyTorch's default for LSTMs
    func draw(_ shape: Shape) -> Parameter<Scalar> {
      Parameter(Tensor(shape, (0..<shape.count).map { _ in Scalar(random.uniform(-bound, bound)) }))
    }
    inputWeight = draw([4 * hidden, inputs])
    hiddenWeight = draw([4 * hidden, hidden])
    bias = draw([4 * hidden])
  }

  mutating func forEachParameter(_ body: (String, inout Parameter<Scalar>) -> Void) {
    body("input_weight", &inputWeight)
    body("hidden_weight", &hiddenWeight)
    body("bias", &bias)
  }

  /// What flows into a layer.
  enum Input {
    /// Token vectors, feature-major (I x N), and the row that position code t adds, (T x 4H).
    case vectors(Variable<Scalar>, positionRows: Variable<Scalar>)
    /// The shifted hidden array of the layer below, (N x I).
    case hidden(Variable<Scalar>)
  }

  /// Pre-activations of all gates from the input alone, for the steps 0..<T-1: ((T - 1) B) x 4H.
  func inputGates(
    vectors: Tensor<Scalar>?, positionRows: Tensor<Scalar>?, below: Tensor<Scalar>?, batch: Int,
    length: Int
  ) -> Tensor<Scalar> {
    let steps = length - 1
    let rows = steps * batch
    let width = 4 * hidden
    var gates = Tensor<Scalar>(uninitialized: [rows, width])
    let to = gates.mutablePointer
    let weight = inputWeight.value
    let bias = bias.value
    for t in 0..<steps {
      var row = bias
      if let positionRows {
        Scalar.kernels.axpy(
          width, 1, positionRows.pointer + (t + 1) * width, row.mutablePointer)
      }
      for b in 0..<batch { (to + (t * batch + b) * width).update(from: row.pointer, count: width) }
    }
    if let vectors {
      Scalar.gemm(
        true, true, rows, width, inputs, 1, vectors.pointer, vectors.columns, weight.pointer,
        inputs, 1, to, width)
    } else if let below {
      // Step t reads the output of the layer below at t, which is its block t + 1.
      Scalar.gemm(
        false, true, rows, width, inputs, 1, below.pointer + batch * inputs, inputs,
        weight.pointer, inputs, 1, to, width)
    }
    return gates
  }

  /// Runs the recurrence; `gates` becomes activations. Returns the shifted hidden array and the
  /// cells in the same layout.
  func recur(
    gates: inout Tensor<Scalar>, h0: UnsafePointer<Scalar>, c0: UnsafePointer<Scalar>, batch: Int,
    length: Int
  ) -> (hidden: Tensor<Scalar>, cells: Tensor<Scalar>) {
    let block = batch * hidden
    var output = Tensor<Scalar>(uninitialized: [length * batch, hidden])
    var cells = Tensor<Scalar>(uninitialized: [length * batch, hidden])
    let (h, c, g) = (output.mutablePointer, cells.mutablePointer, gates.mutablePointer)
    for b in 0..<batch {
      (h + b * hidden).update(from: h0, count: hidden)
      (c + b * hidden).update(from: c0, count: hidden)
    }
    let weight = hiddenWeight.value
    for t in 0..<length - 1 {
      let gate = g + t * 4 * block
      Scalar.gemm(
        false, true, batch, 4 * hidden, hidden, 1, h + t * block, hidden, weight.pointer, hidden,
        1, gate, 4 * hidden)
      Scalar.kernels.lstmCell(
        batch, hidden, gate, c + t * block, c + (t + 1) * block, h + (t + 1) * block)
    }
    return (output, cells)
  }

  /// Records the layer on a tape. `h0` and `c0` are [H]; returns the shifted hidden array (N x H).
  func recorded(
    _ input: Input, h0: Variable<Scalar>, c0: Variable<Scalar>, batch: Int, length: Int
  ) -> Variable<Scalar> {
    let tape = h0.tape
    var vectors: Variable<Scalar>?
    var positions: Variable<Scalar>?
    var below: Variable<Scalar>?
    switch input {
    case .vectors(let v, let rows): (vectors, positions) = (v, rows)
    case .hidden(let h): below = h
    }
    var gates = inputGates(
      vectors: vectors?.value, positionRows: positions?.value, below: below?.value, batch: batch,
      length: length)
    let (h0Value, c0Value) = (h0.value, c0.value)
    let (output, cells) = recur(
      gates: &gates, h0: h0Value.pointer, c0: c0Value.pointer, batch: batch, length: length)
    let weights = [inputWeight, hiddenWeight, bias].map(tape.parameter)
    let inputs = [vectors ?? below, positions].compactMap { $0 }
    let (vectorValue, belowValue) = (vectors?.value, below?.value)
    let needsInput = (vectors ?? below).map(tape.needsGradient) ?? false
    return tape.record([h0, c0] + weights + inputs, output) { gradient in
      // Moved out of the closure, so that the pass holds the only copy and writes over it in place.
      var work = BackwardPass(
        layer: self, gates: consume(&gates), cells: cells, output: output, batch: batch,
        length: length)
      work.throughTime(gradient)
      var gradients = work.states + work.weightGradients(vectors: vectorValue, below: belowValue)
      if vectorValue != nil {
        gradients.append(needsInput ? work.vectorGradient() : nil)
        gradients.append(work.positionGradient())
      } else {
        gradients.append(work.belowGradient())
      }
      return gradients
    }
  }
}

/// Takes the tensor out of a variable.
private func consume<Scalar: TensorScalar>(_ tensor: inout Tensor<Scalar>) -> Tensor<Scalar> {
  var taken = Tensor<Scalar>(uninitialized: [0])
  swap(&taken, &tensor)
  return taken
}

/// The gradient of a layer, step by step backwards.
private struct BackwardPass<Scalar: TensorScalar> {
  let layer: LSTMLayer<Scalar>
  /// Activations on entry; gradients of the pre-activations after `throughTime`.
  var gates: Tensor<Scalar>
  let cells: Tensor<Scalar>
  let output: Tensor<Scalar>
  let batch: Int
  let length: Int
  /// Gradients of h0 and c0.
  var states: [Tensor<Scalar>?] = []

  var steps: Int { length - 1 }
  var rows: Int { steps * batch }

  init(
    layer: LSTMLayer<Scalar>, gates: Tensor<Scalar>, cells: Tensor<Scalar>,
    output: Tensor<Scalar>, batch: Int, length: Int
  ) {
    self.layer = layer
    self.gates = gates
    self.cells = cells
    self.output = output
    self.batch = batch
    self.length = length
  }

  mutating func throughTime(_ gradient: Tensor<Scalar>) {
    let hidden = layer.hidden
    let block = batch * hidden
    var dHidden = gradient
    var dCell = Tensor<Scalar>.zeros([batch, hidden])
    let (dh, g) = (dHidden.mutablePointer, gates.mutablePointer)
    let weight = layer.hiddenWeight.value
    let dc = dCell.mutablePointer
    for t in (0..<steps).reversed() {
      let gate = g + t * 4 * block
      Scalar.kernels.lstmCellGradient(
        batch, hidden, gate, cells.pointer + t * block, cells.pointer + (t + 1) * block,
        dh + (t + 1) * block, dc, gate)
      Scalar.gemm(
        false, false, batch, hidden, 4 * hidden, 1, gate, 4 * hidden, weight.pointer, hidden, 1,
        dh + t * block, hidden)
    }
    var dh0 = Tensor<Scalar>.zeros([hidden])
    var dc0 = Tensor<Scalar>.zeros([hidden])
    Scalar.kernels.sumRows(batch, hidden, dh, dh0.mutablePointer)
    Scalar.kernels.sumRows(batch, hidden, dc, dc0.mutablePointer)
    states = [dh0, dc0]
  }

  /// Gradients of the input weight, the hidden weight and the bias.
  func weightGradients(vectors: Tensor<Scalar>?, below: Tensor<Scalar>?) -> [Tensor<Scalar>?] {
    let width = 4 * layer.hidden
    var dInput = Tensor<Scalar>(uninitialized: [width, layer.inputs])
    if let vectors {
      Scalar.gemm(
        true, true, width, layer.inputs, rows, 1, gates.pointer, width, vectors.pointer,
        vectors.columns, 0, dInput.mutablePointer, layer.inputs)
    } else if let below {
      Scalar.gemm(
        true, false, width, layer.inputs, rows, 1, gates.pointer, width,
        below.pointer + batch * layer.inputs, layer.inputs, 0, dInput.mutablePointer,
        layer.inputs)
    }
    var dHidden = Tensor<Scalar>(uninitialized: [width, layer.hidden])
    Scalar.gemm(
      true, false, width, layer.hidden, rows, 1, gates.pointer, width, output.pointer,
      layer.hidden, 0, dHidden.mutablePointer, layer.hidden)
    var dBias = Tensor<Scalar>.zeros([width])
    Scalar.kernels.sumRows(rows, width, gates.pointer, dBias.mutablePointer)
    return [dInput, dHidden, dBias]
  }

  /// Gradient of the token vectors, I x N; the last position is not read by any step.
  func vectorGradient() -> Tensor<Scalar> {
    let n = length * batch
    let width = 4 * layer.hidden
    var dv = Tensor<Scalar>.zeros([layer.inputs, n])
    let weight = layer.inputWeight.value
    Scalar.gemm(
      true, true, layer.inputs, rows, width, 1, weight.pointer, layer.inputs, gates.pointer, width,
      0, dv.mutablePointer, n)
    return dv
  }

  /// Gradient of the position rows, T x 4H; row 0 is not used.
  func positionGradient() -> Tensor<Scalar> {
    let width = 4 * layer.hidden
    var d = Tensor<Scalar>.zeros([length, width])
    let to = d.mutablePointer
    for t in 0..<steps {
      Scalar.kernels.sumRows(
        batch, width, gates.pointer + t * batch * width, to + (t + 1) * width)
    }
    return d
  }

  /// Gradient of the shifted hidden array of the layer below; its block 0 is not read.
  func belowGradient() -> Tensor<Scalar> {
    let width = 4 * layer.hidden
    var d = Tensor<Scalar>.zeros([length * batch, layer.inputs])
    let weight = layer.inputWeight.value
    Scalar.gemm(
      false, false, rows, layer.inputs, width, 1, gates.pointer, width, weight.pointer,
      layer.inputs, 0, d.mutablePointer + batch * layer.inputs, layer.inputs)
    return d
  }
}
