import Engine
import Neural

/// A velocity net's field for integrators.
public struct VelocityField: VectorField {
  let net: RowwiseMLP<Float>

  init(_ net: RowwiseMLP<Float>) { self.net = net }

  /// Entries of a point.
  public var dimension: Int { net.outputs }

  /// Buffers, as `VectorField` asks for them.
  public func workspace(rows: Int, slots: Int) -> RowwiseMLP<Float>.Workspace {
    net.workspace(rows: rows, slots: slots)
  }

  /// The velocity at the rows of x.
  public func evaluate(
    time: Float, _ x: UnsafePointer<Float>, rows: Int, into u: UnsafeMutablePointer<Float>,
    slot: Int?, in workspace: inout RowwiseMLP<Float>.Workspace
  ) {
    net.evaluate(
      x, rows: rows, firstBias: net.firstBias(shared: [time]), into: u, slot: slot, in: &workspace)
  }

  /// The gradient with respect to x of a call that was kept.
  public func pullBack(
    _ du: UnsafePointer<Float>, rows: Int, slot: Int, into dx: UnsafeMutablePointer<Float>,
    in workspace: inout RowwiseMLP<Float>.Workspace
  ) {
    net.pullBack(du, rows: rows, slot: slot, into: dx, in: &workspace)
  }
}
