import Core
import Engine
import Neural

/// The velocity u(t, x) of a flow that carries noise to data: a multilayer perceptron of [t, x]
/// (Lipman et al., "Flow matching for generative modeling", ICLR 2023; CiBO section "prior").
public struct VelocityNet: Module, Sendable {
  /// The net, from 1 + D to D entries; t comes first.
  public var net: MLP<Float>

  /// A fresh net.
  /// - Parameters:
  ///   - dimension: entries of a point.
  ///   - hidden: widths of the hidden layers, GELU each; the published three of 512.
  public init(
    dimension: Int, hidden: [Int] = [512, 512, 512], using random: inout RandomStream
  ) {
    net = MLP([1 + dimension] + hidden + [dimension], activation: .gelu, using: &random)
  }

  /// Entries of a point.
  public var dimension: Int { net.layers[net.layers.count - 1].outputs }

  /// The net's parameters.
  public mutating func forEachParameter(_ body: (String, inout Parameter<Float>) -> Void) {
    net.forEachParameter(body)
  }

  /// The velocity as integrators call it, with the parameters of now.
  public var field: VelocityField { VelocityField(RowwiseMLP(net, shared: 1)) }
}
