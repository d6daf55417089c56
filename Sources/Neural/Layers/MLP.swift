import Core
import Engine

/// Linear layers one after the other, with an activation between them: a multilayer perceptron.
public struct MLP<Scalar: TensorScalar>: Module {
  /// From the input to the output.
  public var layers: [Linear<Scalar>]
  /// Applied after every layer but the last.
  public var activation: Activation
  /// Applied after the last layer.
  public var outputActivation: Activation

  /// A net whose layers start as PyTorch's.
  /// - Parameters:
  ///   - widths: entries per row of the input, of each hidden layer and of the output.
  ///   - zeroOutput: let the last layer answer zero until it is trained.
  public init(
    _ widths: [Int], activation: Activation, outputActivation: Activation = .identity,
    zeroOutput: Bool = false, using random: inout RandomStream
  ) {
    precondition(widths.count >= 2, "a net needs an input and an output, not widths \(widths)")
    self.activation = activation
    self.outputActivation = outputActivation
    layers = []
    for (index, (inputs, outputs)) in zip(widths, widths.dropFirst()).enumerated() {
      layers.append(
        zeroOutput && index == widths.count - 2
          ? Linear(zero: inputs, outputs) : Linear(inputs, outputs, using: &random))
    }
  }

  /// The layers in order, as "layers.0.weight" and so on.
  public mutating func forEachParameter(_ body: (String, inout Parameter<Scalar>) -> Void) {
    for index in layers.indices { layers[index].forEachParameter(under: "layers.\(index)", body) }
  }

  /// The net's answer for the rows of x (R x inputs): R x outputs.
  public func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar> {
    var x = x
    for (index, layer) in layers.enumerated() { x = layer(x, activation: activation(of: index)) }
    return x
  }

  /// The same without gradients.
  public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    var x = x
    for (index, layer) in layers.enumerated() { x = layer(x, activation: activation(of: index)) }
    return x
  }

  private func activation(of index: Int) -> Activation {
    index == layers.count - 1 ? outputActivation : activation
  }
}
