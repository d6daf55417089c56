import Engine

/// Latent to data for a shard of sequences: blocks in reverse, positions one after the other.
package struct DecodingPass<Scalar: TensorScalar> {
  /// LSTM states and final vectors of decoded sequences, for others that share their beginnings.
  package struct Prefix: Sendable {
    /// By block and position: the states before the position, A x (2 L H).
    package var states: [[Tensor<Scalar>]]
    /// T blocks of F x A.
    package var vectors: Tensor<Scalar>
    package let count: Int
  }

  package typealias P = UnsafeMutablePointer<Scalar>

  private let flow: SeqFlow<Scalar>
  private let count: Int
  private let length: Int
  private let features: Int
  /// T blocks of F x n, from z to v in place.
  private var v: Tensor<Scalar>

  package init(_ flow: SeqFlow<Scalar>, latents: Tensor<Scalar>, length: Int) {
    self.flow = flow
    self.length = length
    count = latents.rows
    features = flow.configuration.features
    v = Tensor(uninitialized: [length, features, latents.rows])
    let to = v.mutablePointer
    let width = latents.columns
    for t in 0..<length {
      for j in 0..<features {
        let row = to + (t * features + j) * count
        let from = latents.pointer + t * features + j
        for b in 0..<count { row[b] = from[b * width] }
      }
    }
  }

  /// Decodes every sequence from its first position, keeping what variations of them need.
  package mutating func runRecording() -> Prefix {
    var states = [[Tensor<Scalar>]](repeating: [], count: flow.blocks.count)
    for k in flow.blocks.indices.reversed() {
      states[k] = invert(flow.blocks[k], starts: nil, from: nil, record: true)
    }
    return Prefix(states: states, vectors: v, count: count)
  }

  /// Decodes; a sequence with a start begins there with the states of its anchor in `prefix`.
  /// `starts` ascend.
  package mutating func run(starts: [(position: Int, anchor: Int)]?, from prefix: Prefix?) {
    for k in flow.blocks.indices.reversed() {
      _ = invert(flow.blocks[k], starts: starts, from: prefix?.states[k], record: false)
    }
    guard let starts, let prefix else { return }
    // Before its start a sequence is its anchor.
    let to = v.mutablePointer
    for (b, start) in starts.enumerated() {
      for row in 0..<start.position * features {
        to[row * count + b] = prefix.vectors.pointer[row * prefix.count + start.anchor]
      }
    }
  }

  private mutating func invert(
    _ block: AutoregressiveBlock<Scalar>, starts: [(position: Int, anchor: Int)]?,
    from prefix: [Tensor<Scalar>]?, record: Bool
  ) -> [Tensor<Scalar>] {
    let (hidden, layers, n) = (block.hidden, block.layers, count)
    let initial = block.initialStates(length: length)
    let positions = block.positionRows(length: length)
    var states = StepStates<Scalar>(rows: n, layers: layers, hidden: hidden)
    var workspace = CouplingWorkspace(block.stack, rows: n)
    var y = Tensor<Scalar>(uninitialized: [features, n])
    var gates = Tensor<Scalar>(uninitialized: [n, 4 * hidden])
    var recorded: [Tensor<Scalar>] = []
    var active = 0
    let vp = v.mutablePointer
    let yp = y.mutablePointer
    for t in 0..<length {
      let before = active
      while active < n && (starts?[active].position ?? 0) <= t { active += 1 }
      for b in before..<active {
        if let starts, let prefix {
          states.set(b, from: prefix[t].pointer + starts[b].anchor * 2 * layers * hidden)
        } else {
          states.set(b, from: initial.pointer)
        }
      }
      if active == 0 { continue }
      if record { recorded.append(states.packed()) }
      let slice = vp + t * features * n
      for j in 0..<features { (yp + j * active).update(from: slice + j * n, count: active) }
      let context = states.hidden[layers - 1]
      let products = workspace.products.mutablePointer
      block.stack.contextProducts(context.pointer, active, into: products)
      block.stack.inverse(yp, active, products: products, workspace: &workspace)
      for j in 0..<features { (slice + j * n).update(from: yp + j * active, count: active) }
      if t + 1 < length {
        states.advance(
          block, vectors: yp, positionRow: positions.pointer + (t + 1) * 4 * hidden,
          active: active, gates: gates.mutablePointer)
      }
    }
    return recorded
  }

  /// The token nearest to each vector.
  package func tokens(directions: Tensor<Scalar>) -> TokenBatch {
    var columns = Tensor<Scalar>(uninitialized: [features, length * count])
    let to = columns.mutablePointer
    for t in 0..<length {
      for j in 0..<features {
        (to + (j * length + t) * count).update(
          from: v.pointer + (t * features + j) * count, count: count)
      }
    }
    return flow.nearestTokens(columns, batch: count, length: length, directions: directions)
  }

  /// The decoded vectors, F x (T n) in blocks of time: for tests.
  package var vectors: Tensor<Scalar> {
    var columns = Tensor<Scalar>(uninitialized: [features, length * count])
    let to = columns.mutablePointer
    for t in 0..<length {
      for j in 0..<features {
        (to + (j * length + t) * count).update(
          from: v.pointer + (t * features + j) * count, count: count)
      }
    }
    return columns
  }
}

/// LSTM states of a shard while it is decoded, each n x H.
private struct StepStates<Scalar: TensorScalar> {
  var hidden: [Tensor<Scalar>]
  var cells: [Tensor<Scalar>]
  let width: Int
  let rows: Int

  init(rows: Int, layers: Int, hidden width: Int) {
    self.rows = rows
    self.width = width
    hidden = (0..<layers).map { _ in Tensor(uninitialized: [rows, width]) }
    cells = (0..<layers).map { _ in Tensor(uninitialized: [rows, width]) }
  }

  /// Row b from [h of layer 0, c of layer 0, h of layer 1, …].
  mutating func set(_ b: Int, from states: UnsafePointer<Scalar>) {
    for l in hidden.indices {
      (hidden[l].mutablePointer + b * width).update(from: states + 2 * l * width, count: width)
      (cells[l].mutablePointer + b * width).update(from: states + (2 * l + 1) * width, count: width)
    }
  }

  /// All rows in `set`'s layout, n x (2 L H).
  func packed() -> Tensor<Scalar> {
    let stride = 2 * hidden.count * width
    var result = Tensor<Scalar>(uninitialized: [rows, stride])
    let to = result.mutablePointer
    for b in 0..<rows {
      for l in hidden.indices {
        let at = to + b * stride + 2 * l * width
        at.update(from: hidden[l].pointer + b * width, count: width)
        (at + width).update(from: cells[l].pointer + b * width, count: width)
      }
    }
    return result
  }

  /// One step of all layers for the first `active` rows, with the position's vectors (F x active).
  mutating func advance(
    _ block: AutoregressiveBlock<Scalar>, vectors: UnsafePointer<Scalar>,
    positionRow: UnsafePointer<Scalar>, active: Int, gates: UnsafeMutablePointer<Scalar>
  ) {
    for (l, layer) in block.lstm.enumerated() {
      var row = layer.bias.value
      if l == 0 { Scalar.kernels.axpy(4 * width, 1, positionRow, row.mutablePointer) }
      for b in 0..<active {
        (gates + b * 4 * width).update(from: row.pointer, count: 4 * width)
      }
      let inputWeight = layer.inputWeight.value
      let hiddenWeight = layer.hiddenWeight.value
      if l == 0 {
        Scalar.gemm(
          true, true, active, 4 * width, layer.inputs, 1, vectors, active, inputWeight.pointer,
          layer.inputs, 1, gates, 4 * width)
      } else {
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
