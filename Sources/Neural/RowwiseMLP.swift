import Engine

/// A multilayer perceptron ready to answer for many blocks of rows without a tape, and to carry
/// gradients back from its output to its input (not to its weights).
///
/// This is what integrators, rollouts and searches call thousands of times: activations stay in a
/// `Workspace` that is used again, and bias, activation and slope are one pass. Leading entries that
/// all rows of a call share (a time) are part of the first layer's bias instead of every row.
public struct RowwiseMLP<Scalar: TensorScalar>: Sendable {
  struct Layer: Sendable {
    let weight: Tensor<Scalar>
    /// Leading columns of the weight that stand for shared entries.
    let skipped: Int
    let bias: Tensor<Scalar>

    var inputs: Int { weight.columns - skipped }
    var outputs: Int { weight.rows }
  }

  let layers: [Layer]
  let activation: Activation
  /// Entries of the widest layer, input and output included.
  let widest: Int

  /// Entries of an input row, those shared by all rows not counted.
  public var inputs: Int { layers[0].inputs }
  /// Entries of an output row.
  public var outputs: Int { layers[layers.count - 1].outputs }
  /// Entries of all hidden layers together.
  var hiddenEntries: Int { layers.dropLast().reduce(0) { $0 + $1.outputs } }
  /// Floating-point operations for one row, forward.
  public var operationsPerRow: Int { layers.reduce(0) { $0 + 2 * $1.inputs * $1.outputs } }

  /// The net of these layers, with the activation after each but the last.
  /// - Parameter shared: leading entries of the input that are the same for all rows of a call.
  public init(_ layers: [Linear<Scalar>], activation: Activation, shared: Int = 0) {
    precondition(!layers.isEmpty && shared >= 0 && shared <= layers[0].inputs)
    self.layers = layers.enumerated().map { index, layer in
      Layer(
        weight: layer.weight.value, skipped: index == 0 ? shared : 0,
        bias: layer.bias?.value ?? .zeros([layer.outputs]))
    }
    self.activation = activation
    widest = self.layers.reduce(0) { max($0, $1.inputs, $1.outputs) }
  }

  /// A net whose output has no activation.
  public init(_ net: MLP<Scalar>, shared: Int = 0) {
    precondition(net.outputActivation == .identity, "a row-wise net ends in a linear layer")
    self.init(net.layers, activation: net.activation, shared: shared)
  }

  /// The first layer's bias for these values of the shared entries.
  public func firstBias(shared values: [Scalar]) -> Tensor<Scalar> {
    let first = layers[0]
    precondition(values.count == first.skipped, "\(first.skipped) shared entries are needed")
    if values.isEmpty { return first.bias }
    var bias = first.bias
    Scalar.gemm(
      false, true, 1, first.outputs, values.count, 1, values, values.count, first.weight.pointer,
      first.weight.columns, 1, bias.mutablePointer, first.outputs)
    return bias
  }

  /// Buffers for one block of rows on one thread.
  public struct Workspace {
    /// Rows it has room for.
    public let rows: Int
    /// Calls whose slopes it can keep for gradients.
    public let slots: Int
    var first: Tensor<Scalar>
    var second: Tensor<Scalar>
    var slopes: Tensor<Scalar>
  }

  /// Buffers for blocks of at most `rows` rows that keep what the gradients of `slots` calls need.
  public func workspace(rows: Int, slots: Int = 0) -> Workspace {
    Workspace(
      rows: rows, slots: slots, first: Tensor(uninitialized: [rows, widest]),
      second: Tensor(uninitialized: [rows, widest]),
      slopes: Tensor(uninitialized: [slots, rows * hiddenEntries]))
  }

  /// The answers y (rows x outputs) for x (rows x inputs), on the calling thread.
  /// - Parameters:
  ///   - firstBias: from `firstBias(shared:)`, or nil for the layer's own.
  ///   - slot: where to keep what `pullBack` needs, or nil if no gradient is wanted.
  public func evaluate(
    _ x: UnsafePointer<Scalar>, rows: Int, firstBias: Tensor<Scalar>? = nil,
    into y: UnsafeMutablePointer<Scalar>, slot: Int? = nil, in workspace: inout Workspace
  ) {
    precondition(rows <= workspace.rows && (slot ?? -1) < workspace.slots)
    let (buffers, slopes) = workspace.pointers
    var slope = slopes + (slot ?? 0) * workspace.rows * hiddenEntries
    var input = x
    for (index, layer) in layers.enumerated() {
      let isLast = index == layers.count - 1
      let output = isLast ? y : index % 2 == 0 ? buffers.0 : buffers.1
      Scalar.gemm(
        false, true, rows, layer.outputs, layer.inputs, 1, input, layer.inputs,
        layer.weight.pointer + layer.skipped, layer.weight.columns, 0, output, layer.outputs)
      let bias = index == 0 ? firstBias ?? layer.bias : layer.bias
      if isLast {
        Scalar.kernels.addRow(rows, layer.outputs, bias.pointer, output)
      } else if slot == nil {
        Scalar.kernels.biasActivate(
          activation.rawValue, rows, layer.outputs, bias.pointer, output)
      } else {
        Scalar.kernels.biasActivateSlope(
          activation.rawValue, rows, layer.outputs, bias.pointer, output, slope)
        slope += workspace.rows * layer.outputs
      }
      input = UnsafePointer(output)
    }
  }

  /// The gradient dx (rows x inputs) with respect to the input of the call kept in `slot`, from dy
  /// (rows x outputs) with respect to its answer, on the calling thread.
  public func pullBack(
    _ dy: UnsafePointer<Scalar>, rows: Int, slot: Int,
    into dx: UnsafeMutablePointer<Scalar>, in workspace: inout Workspace
  ) {
    precondition(rows <= workspace.rows && slot < workspace.slots)
    let (buffers, slopes) = workspace.pointers
    var slope = slopes + (slot + 1) * workspace.rows * hiddenEntries
    var gradient = dy
    for index in layers.indices.reversed() {
      let layer = layers[index]
      let output = index == 0 ? dx : index % 2 == 0 ? buffers.0 : buffers.1
      Scalar.gemm(
        false, false, rows, layer.inputs, layer.outputs, 1, gradient, layer.outputs,
        layer.weight.pointer + layer.skipped, layer.weight.columns, 0, output, layer.inputs)
      if index > 0 {
        slope -= workspace.rows * layer.inputs
        Scalar.kernels.mul(rows * layer.inputs, output, slope, output)
      }
      gradient = UnsafePointer(output)
    }
  }

  /// Rows of a piece when `count` rows are cut for all cores: small enough that a few hundred rows
  /// keep four cores busy, large enough that products of many rows run at full speed.
  public static func pieceSize(_ count: Int) -> Int {
    count <= 512 ? 64 : count <= 2048 ? 128 : 256
  }
}

extension RowwiseMLP.Workspace {
  /// Good as long as the workspace lives and is not copied.
  fileprivate var pointers:
    (
      buffers: (UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>),
      slopes: UnsafeMutablePointer<Scalar>
    )
  {
    mutating get { ((first.mutablePointer, second.mutablePointer), slopes.mutablePointer) }
  }
}
