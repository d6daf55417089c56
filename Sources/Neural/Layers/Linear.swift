import Core
import Engine

/// A linear layer, x W^T + b.
public struct Linear<Scalar: TensorScalar>: Module {
  /// Outputs x inputs.
  public var weight: Parameter<Scalar>
  /// [outputs], or nil for a layer without.
  public var bias: Parameter<Scalar>?

  /// A layer with weights and bias uniform in ±1/sqrt(inputs), PyTorch's default.
  public init(
    _ inputs: Int, _ outputs: Int, bias hasBias: Bool = true, using random: inout RandomStream
  ) {
    let bound = 1 / Double(max(1, inputs)).squareRoot()
    weight = Parameter(.uniform([outputs, inputs], -bound, bound, using: &random))
    bias = hasBias ? Parameter(.uniform([outputs], -bound, bound, using: &random)) : nil
  }

  /// A layer that answers zero until it is trained.
  public init(zero inputs: Int, _ outputs: Int) {
    weight = Parameter(.zeros([outputs, inputs]))
    bias = Parameter(.zeros([outputs]))
  }

  /// Entries of an input row.
  public var inputs: Int { weight.value.columns }
  /// Entries of an output row.
  public var outputs: Int { weight.value.rows }

  /// "weight", then "bias" if there is one.
  public mutating func forEachParameter(_ body: (String, inout Parameter<Scalar>) -> Void) {
    body("weight", &weight)
    if var bias {
      self.bias = nil  // one owner, so that the body changes it in place
      body("bias", &bias)
      self.bias = bias
    }
  }

  /// activation(x W^T + b) for the rows of x (R x inputs): R x outputs.
  public func callAsFunction(_ x: Variable<Scalar>, activation: Activation = .identity)
    -> Variable<Scalar>
  {
    x.linear(x.tape.parameter(weight), bias.map(x.tape.parameter), activation: activation)
  }

  /// The same without gradients.
  public func callAsFunction(_ x: Tensor<Scalar>, activation: Activation = .identity)
    -> Tensor<Scalar>
  {
    var y = x.matmul(weight.value, transposeOther: true)
    if let bias = bias?.value {
      Scalar.kernels.addRow(y.rows, y.columns, bias.pointer, y.mutablePointer)
    }
    return activation == .identity ? y : activation.applied(to: y)
  }
}
