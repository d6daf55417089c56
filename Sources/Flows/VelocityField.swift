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

/// A velocity net's field for integrators.
public struct VelocityField: VectorField {
  let net: RowwiseMLP<Float>

  init(_ net: RowwiseMLP<Float>) { self.net = net }

  public var dimension: Int { net.outputs }

  public func workspace(rows: Int, slots: Int) -> RowwiseMLP<Float>.Workspace {
    net.workspace(rows: rows, slots: slots)
  }

  public func evaluate(
    time: Float, _ x: UnsafePointer<Float>, rows: Int, into u: UnsafeMutablePointer<Float>,
    slot: Int?, in workspace: inout RowwiseMLP<Float>.Workspace
  ) {
    net.evaluate(
      x, rows: rows, firstBias: net.firstBias(shared: [time]), into: u, slot: slot, in: &workspace)
  }

  public func pullBack(
    _ du: UnsafePointer<Float>, rows: Int, slot: Int, into dx: UnsafeMutablePointer<Float>,
    in workspace: inout RowwiseMLP<Float>.Workspace
  ) {
    net.pullBack(du, rows: rows, slot: slot, into: dx, in: &workspace)
  }
}
