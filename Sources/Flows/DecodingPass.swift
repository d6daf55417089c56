import Engine

/// Latent to data for some sequences: positions one after the other, at each all blocks in reverse.
///
/// Sequences sit in slots, each at its own position. One that reaches its `<stop>` leaves, since all
/// that follows is `<stop>` whatever the latent says, and the next takes its slot: so short sequences
/// do not pay for the longest, and products keep their size.
package struct DecodingPass<Scalar: TensorScalar> {
  /// Tokens of decoded sequences and the LSTM states on their way, for others that share their
  /// beginnings.
  package struct Prefix: Sendable {
    /// A sequences.
    package let tokens: TokenBatch
    /// States before a position, by sequence, position and block: (A T K) x (2 L H). Those after a
    /// sequence's `<stop>` are not set.
    fileprivate var states: Tensor<Scalar>
  }

  /// Where a sequence begins: at a position whose earlier tokens and states are those of an anchor.
  package struct Start: Sendable {
    var position: Int
    var anchor: Int
  }

  /// A sequence at work.
  private struct Slot {
    var row: Int
    var position: Int
  }

  private let flow: SeqFlow<Scalar>
  private let latents: Tensor<Scalar>
  private let length: Int
  private let directions: Tensor<Scalar>
  /// By block: initial states (2 L) x H, and T x 4H of what a position and the bias add to the gates.
  private let beginnings: [Tensor<Scalar>]
  private let positions: [Tensor<Scalar>]
  private let keepsVectors: Bool
  /// B x T.
  private var tokens: [Int32]
  private var prefix: Prefix?
  private var recorded: Tensor<Scalar>?
  /// Decoded vectors, B x (T F), where they are kept.
  package private(set) var vectors: Tensor<Scalar>

  /// - Parameters:
  ///   - latents: B x (T F).
  ///   - keepsVectors: decode every position, also behind `<stop>`, and keep the vectors.
  package init(
    _ flow: SeqFlow<Scalar>, latents: Tensor<Scalar>, length: Int, directions: Tensor<Scalar>,
    keepsVectors: Bool = false
  ) {
    self.flow = flow
    self.latents = latents
    self.length = length
    self.directions = directions
    self.keepsVectors = keepsVectors
    beginnings = flow.blocks.map { $0.initialStates(length: length) }
    positions = flow.blocks.map { block in
      var rows = block.positionRows(length: length)
      let bias = block.lstm[0].bias.value
      Scalar.kernels.addRow(length, 4 * block.hidden, bias.pointer, rows.mutablePointer)
      return rows
    }
    tokens = [Int32](repeating: TokenBatch.stop, count: latents.rows * length)
    vectors = keepsVectors ? latents : .zeros([0])
  }

  /// Decodes every sequence.
  package mutating func run() -> TokenBatch {
    decode(starts: nil)
    return TokenBatch(count: latents.rows, length: length, tokens: tokens)
  }

  /// Decodes every sequence, and keeps what variations of them need.
  package mutating func runRecording() -> Prefix {
    recorded = Tensor(
      uninitialized: [latents.rows * length * flow.blocks.count, beginnings[0].count])
    let decoded = run()
    let states = recorded
    recorded = nil
    return Prefix(tokens: decoded, states: states ?? .zeros([0]))
  }

  /// Decodes sequences that share their beginnings with those of `prefix`.
  package mutating func run(starts: [Start], from prefix: Prefix) -> TokenBatch {
    self.prefix = prefix
    for (row, start) in starts.enumerated() {
      for t in 0..<start.position {
        tokens[row * length + t] = prefix.tokens.tokens[start.anchor * length + t]
      }
    }
    decode(starts: starts)
    return TokenBatch(count: latents.rows, length: length, tokens: tokens)
  }

  /// Sequences side by side: so many that the weights of all blocks, which a step reads one after the
  /// other, are worth their way from memory, and so few that those which leave are replaced for long.
  private static func slotCount(_ rows: Int) -> Int { min(128, max(32, rows / 4)) }

  @_specialize(where Scalar == Float)
  private mutating func decode(starts: [Start]?) {
    let blocks = flow.blocks
    let capacity = min(Self.slotCount(latents.rows), latents.rows)
    if capacity == 0 { return }
    var states = blocks.map {
      StepStates<Scalar>(rows: capacity, layers: $0.layers, hidden: $0.hidden)
    }
    var step = StepBuffers(flow, rows: capacity)
    var slots: [Slot] = []
    // Those that have the longest way to go take their seats first, so that few are left alone at the
    // end, where products are thin.
    var waiting = Array(0..<latents.rows)
    if let starts {
      waiting.sort { (starts[$0].position, $0) < (starts[$1].position, $1) }
    }
    var next = 0
    while true {
      while slots.count < capacity, next < waiting.count {
        let row = waiting[next]
        if seat(row, start: starts?[row], in: &states, slot: slots.count) {
          slots.append(Slot(row: row, position: starts?[row].position ?? 0))
        }
        next += 1
      }
      if slots.isEmpty { break }
      advance(slots, &states, &step)
      take(step.nearest(slots.count, directions), &slots, &states)
    }
  }

  /// Gives a sequence its states; false if it is all anchor, because that ended before its start.
  private func seat(
    _ row: Int, start: Start?, in states: inout [StepStates<Scalar>], slot: Int
  ) -> Bool {
    if let start, let prefix {
      if prefix.tokens[start.anchor].prefix(start.position).contains(TokenBatch.stop) {
        return false
      }
      for k in states.indices {
        let at = ((start.anchor * length + start.position) * states.count + k)
        states[k].set(slot, from: prefix.states.pointer + at * prefix.states.columns)
      }
    } else {
      for k in states.indices { states[k].set(slot, from: beginnings[k].pointer) }
    }
    return true
  }

  /// One position of every slot: the vectors of z become those of v, and the states go on.
  @_specialize(where Scalar == Float)
  private mutating func advance(
    _ slots: [Slot], _ states: inout [StepStates<Scalar>], _ step: inout StepBuffers<Scalar>
  ) {
    let (n, f) = (slots.count, flow.configuration.features)
    let y = step.vectors.mutablePointer
    for (s, slot) in slots.enumerated() {
      let from = latents.pointer + slot.row * latents.columns + slot.position * f
      for j in 0..<f { y[j * n + s] = from[j] }
    }
    for k in flow.blocks.indices.reversed() {
      let block = flow.blocks[k]
      if recorded != nil { record(k, slots, states[k]) }
      let products = step.workspace.products.mutablePointer
      block.stack.contextProducts(states[k].context.pointer, n, into: products)
      block.stack.inverse(y, n, products: products, workspace: &step.workspace)
      let (gates, width) = (step.gates.mutablePointer, 4 * block.hidden)
      for (s, slot) in slots.enumerated() {
        // The last position has no next; its states are not used again.
        let row = min(slot.position + 1, length - 1)
        (gates + s * width).update(from: positions[k].pointer + row * width, count: width)
      }
      states[k].advance(block, vectors: y, active: n, gates: gates)
    }
    guard keepsVectors else { return }
    let to = vectors.mutablePointer
    for (s, slot) in slots.enumerated() {
      let at = to + slot.row * latents.columns + slot.position * f
      for j in 0..<f { at[j] = y[j * n + s] }
    }
  }

  private mutating func record(_ k: Int, _ slots: [Slot], _ states: StepStates<Scalar>) {
    guard let width = recorded?.columns, let to = recorded?.mutablePointer else { return }
    for (s, slot) in slots.enumerated() {
      let at = (slot.row * length + slot.position) * flow.blocks.count + k
      states.write(s, to: to + at * width)
    }
  }

  /// Takes in a token of every slot; sequences that are complete leave.
  @_specialize(where Scalar == Float)
  private mutating func take(
    _ nearest: [Int32], _ slots: inout [Slot], _ states: inout [StepStates<Scalar>]
  ) {
    for s in slots.indices.reversed() {
      let slot = slots[s]
      let at = slot.row * length + slot.position
      let isOver = slot.position > 0 && keepsVectors && tokens[at - 1] == TokenBatch.stop
      tokens[at] = isOver ? TokenBatch.stop : nearest[s]
      let ended = tokens[at] == TokenBatch.stop && !keepsVectors
      if !ended, slot.position + 1 < length {
        slots[s].position += 1
        continue
      }
      let last = slots.count - 1
      if s != last {
        for k in states.indices { states[k].move(last, to: s) }
        slots[s] = slots[last]
      }
      slots.removeLast()
    }
  }
}

/// Buffers of one decoding step for up to `rows` sequences.
private struct StepBuffers<Scalar: TensorScalar> {
  /// F x n.
  var vectors: Tensor<Scalar>
  var gates: Tensor<Scalar>
  var workspace: CouplingWorkspace<Scalar>
  private var similarities: Tensor<Scalar>
  private let features: Int

  init(_ flow: SeqFlow<Scalar>, rows: Int) {
    features = flow.configuration.features
    vectors = Tensor(uninitialized: [features, rows])
    gates = Tensor(uninitialized: [rows, 4 * flow.configuration.hidden])
    // All blocks are of one shape.
    workspace = CouplingWorkspace(flow.blocks[0].stack, rows: rows)
    similarities = Tensor(uninitialized: [rows, flow.configuration.vocabulary])
  }

  /// The token nearest in angle to each of the first n vectors; the first of equals.
  @_specialize(where Scalar == Float)
  mutating func nearest(_ n: Int, _ directions: Tensor<Scalar>) -> [Int32] {
    let count = directions.rows
    let to = similarities.mutablePointer
    Scalar.gemm(
      true, true, n, count, features, 1, vectors.pointer, n, directions.pointer, features, 0, to,
      count)
    return (0..<n).map { s in
      let row = to + s * count
      var best = 0
      for token in 1..<max(count, 1) where row[token] > row[best] { best = token }
      return Int32(best)
    }
  }
}
