import Engine

/// LSTM states of one block for the sequences that a worker decodes side by side, each n x H.
struct StepStates<Scalar: TensorScalar> {
  private(set) var hidden: [Tensor<Scalar>]
  private var cells: [Tensor<Scalar>]
  private let width: Int

  init(rows: Int, layers: Int, hidden width: Int) {
    self.width = width
    hidden = (0..<layers).map { _ in Tensor(uninitialized: [rows, width]) }
    cells = (0..<layers).map { _ in Tensor(uninitialized: [rows, width]) }
  }

  /// What the block's couplings read: the top layer's output, n x H.
  var context: Tensor<Scalar> { hidden[hidden.count - 1] }

  /// Row b from [h of layer 0, c of layer 0, h of layer 1, …].
  mutating func set(_ b: Int, from states: UnsafePointer<Scalar>) {
    for l in hidden.indices {
      (hidden[l].mutablePointer + b * width).update(from: states + 2 * l * width, count: width)
      (cells[l].mutablePointer + b * width).update(from: states + (2 * l + 1) * width, count: width)
    }
  }

  /// Row b in `set`'s layout.
  func write(_ b: Int, to states: UnsafeMutablePointer<Scalar>) {
    for l in hidden.indices {
      (states + 2 * l * width).update(from: hidden[l].pointer + b * width, count: width)
      (states + (2 * l + 1) * width).update(from: cells[l].pointer + b * width, count: width)
    }
  }

  /// Copies row `from` over row `to`.
  mutating func move(_ from: Int, to: Int) {
    for l in hidden.indices {
      let (h, c) = (hidden[l].mutablePointer, cells[l].mutablePointer)
      (h + to * width).update(from: h + from * width, count: width)
      (c + to * width).update(from: c + from * width, count: width)
    }
  }

  /// One step of all layers for the first `active` rows, with their vectors (F x active).
  /// - Parameters:
  ///   - gates: room for active x 4H; on entry what does not depend on the vectors: the first
  ///     layer's bias and position rows.
  mutating func advance(
    _ block: AutoregressiveBlock<Scalar>, vectors: UnsafePointer<Scalar>, active: Int,
    gates: UnsafeMutablePointer<Scalar>
  ) {
    for (l, layer) in block.lstm.enumerated() {
      let inputWeight = layer.inputWeight.value
      let hiddenWeight = layer.hiddenWeight.value
      if l == 0 {
        Scalar.gemm(
          true, true, active, 4 * width, layer.inputs, 1, vectors, active, inputWeight.pointer,
          layer.inputs, 1, gates, 4 * width)
      } else {
        let bias = layer.bias.value
        for b in 0..<active {
          (gates + b * 4 * width).update(from: bias.pointer, count: 4 * width)
        }
        let below = hidden[l - 1]
        Scalar.gemm(
          false, true, active, 4 * width, layer.inputs, 1, below.pointer, width,
          inputWeight.pointer, layer.inputs, 1, gates, 4 * width)
      }
      let h = hidden[l].mutablePointer
      let c = cells[l].mutablePointer
      Scalar.gemm(
        false, true, active, 4 * width, width, 1, h, width, hiddenWeight.pointer, width, 1, gates,
        4 * width)
      Scalar.kernels.lstmCell(active, width, gates, c, c, h)
    }
  }
}
