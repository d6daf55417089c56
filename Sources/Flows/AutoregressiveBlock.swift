import Core
import Engine
import Neural

/// One block of a SeqFlow: an LSTM reads the tokens before a position, and a coupling stack
/// transforms the position's vector given that context (NF-BO eq. 16).
struct AutoregressiveBlock<Scalar: TensorScalar>: Module {
  let maxLength: Int
  let hidden: Int
  let layers: Int

  /// Row look-ups for one-hot position codes: 2 max_T x width, the first max_T rows for the position
  /// counted from the start, the others for the position counted from the end.
  var initialTable: Parameter<Scalar>
  var initialBias: Parameter<Scalar>
  /// (L 2 H) x H and (L 2 H): h and c of each layer.
  var stateWeight: Parameter<Scalar>
  var stateBias: Parameter<Scalar>
  var positionTable: Parameter<Scalar>
  var lstm: [LSTMLayer<Scalar>]
  var stack: CouplingStack<Scalar>

  init(_ c: SeqFlowConfiguration, block: Int, using random: inout RandomStream) {
    maxLength = c.maxLength
    hidden = c.hidden
    layers = c.layers
    func draw(_ shape: Shape, bound: Double) -> Parameter<Scalar> {
      Parameter(Tensor(shape, (0..<shape.count).map { _ in Scalar(random.uniform(-bound, bound)) }))
    }
    let codes = 2 * c.maxLength
    let codeBound = 1 / Double(codes).squareRoot()
    let hiddenBound = 1 / Double(c.hidden).squareRoot()
    initialTable = draw([codes, c.hidden], bound: codeBound)
    initialBias = draw([c.hidden], bound: codeBound)
    stateWeight = draw([c.layers * 2 * c.hidden, c.hidden], bound: hiddenBound)
    stateBias = draw([c.layers * 2 * c.hidden], bound: hiddenBound)
    positionTable = draw([codes, 4 * c.hidden], bound: hiddenBound)
    lstm = (0..<c.layers).map { layer in
      LSTMLayer(
        inputs: layer == 0 ? c.features : c.hidden, hidden: c.hidden, fanIn: c.hidden,
        using: &random)
    }
    stack = CouplingStack(c, block: block, using: &random)
  }

  mutating func forEachParameter(_ body: (String, inout Parameter<Scalar>) -> Void) {
    body("initial_table", &initialTable)
    body("initial_bias", &initialBias)
    body("state_weight", &stateWeight)
    body("state_bias", &stateBias)
    body("position_table", &positionTable)
    for i in lstm.indices { lstm[i].forEachParameter { body("lstm.\(i).\($0)", &$1) } }
    stack.forEachParameter { body("stack.\($0)", &$1) }
  }

  /// Rows of a position table for a position of a sequence of this length.
  func codeRows(_ position: Int, length: Int) -> [Int] {
    [position, maxLength + length - 1 - position]
  }

  // MARK: On a tape

  /// Density direction on a tape: v (F x N) to [v', log-det (N)]. `dropoutKey` is nil outside
  /// training. Only the first `steps` of `length` positions are there: what comes later changes
  /// nothing of what comes before.
  func recorded(
    _ v: Variable<Scalar>, batch: Int, steps: Int, length: Int, dropout: Double,
    dropoutKey: RandomStream?
  ) -> [Variable<Scalar>] {
    let tape = v.tape
    let states = recordedStates(tape, length: length)
    var shifted: Variable<Scalar>?
    for (l, layer) in lstm.enumerated() {
      let input: LSTMLayer<Scalar>.Input
      if let shifted {
        input = .hidden(shifted)
      } else {
        input = .vectors(v, positionRows: recordedPositionRows(tape, steps, length: length))
      }
      var output = layer.recorded(
        input, h0: states[2 * l], c0: states[2 * l + 1], batch: batch, length: steps)
      if let dropoutKey, dropout > 0 {
        output = output.dropout(dropout, key: dropoutKey.stream("layer", l).key)
      }
      shifted = output
    }
    guard let context = shifted else { preconditionFailure("a block has at least one LSTM layer") }
    return stack.recorded(v, context: context)
  }

  /// [h of layer 0, c of layer 0, h of layer 1, …], each [H]: a one-hidden-layer ReLU MLP of the
  /// code of position 0.
  private func recordedStates(_ tape: Tape<Scalar>, length: Int) -> [Variable<Scalar>] {
    let code = tape.parameter(initialTable).gatheringRows(codeRows(0, length: length))
    let first = (code.sumOverRows() + tape.parameter(initialBias)).activated(.relu)
    let state = first.reshaped([1, hidden])
      .linear(tape.parameter(stateWeight), tape.parameter(stateBias))
      .reshaped([layers * 2, hidden])
    return (0..<2 * layers).map { state.rows($0..<$0 + 1).reshaped([hidden]) }
  }

  /// What code(t) adds to the first layer's gates at the first positions, steps x 4H.
  private func recordedPositionRows(_ tape: Tape<Scalar>, _ steps: Int, length: Int)
    -> Variable<Scalar>
  {
    let table = tape.parameter(positionTable)
    let fromStart = table.rows(0..<steps)
    let fromEnd = table.gatheringRows((0..<steps).map { maxLength + length - 1 - $0 })
    return fromStart + fromEnd
  }

  // MARK: Without a tape

  /// As `recordedStates`, (2 L) x H.
  func initialStates(length: Int) -> Tensor<Scalar> {
    let rows = codeRows(0, length: length)
    let table = initialTable.value
    var first = table.rows([rows[0]]) + table.rows([rows[1]])
    first.add(initialBias.value)
    let activated = Activation.relu.applied(to: first)
    var state = activated.matmul(stateWeight.value, transposeOther: true)
    state.add(stateBias.value)
    return state.reshaped([2 * layers, hidden])
  }

  /// As `recordedPositionRows`.
  func positionRows(length: Int) -> Tensor<Scalar> {
    let table = positionTable.value
    return table.rows(0..<length)
      + table.rows((0..<length).map { maxLength + length - 1 - $0 })
  }

  /// Density direction in place of v (F x N); returns the log-dets, [N].
  func forward(_ v: inout Tensor<Scalar>, batch: Int, length: Int) -> Tensor<Scalar> {
    let states = initialStates(length: length)
    let positions = positionRows(length: length)
    var below: Tensor<Scalar>?
    for (l, layer) in lstm.enumerated() {
      var gates = layer.inputGates(
        vectors: l == 0 ? v : nil, positionRows: l == 0 ? positions : nil, below: below,
        batch: batch, length: length)
      below =
        layer.recur(
          gates: &gates, h0: states.pointer + 2 * l * hidden,
          c0: states.pointer + (2 * l + 1) * hidden, batch: batch, length: length
        ).hidden
    }
    guard let context = below else { preconditionFailure("a block has at least one LSTM layer") }
    return stack.forward(&v, context: context)
  }
}
