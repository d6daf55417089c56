/// A vector field u(t, x) as an integrator calls it: on blocks of rows, on one thread each.
public protocol VectorField: Sendable {
  /// Buffers for one block of rows on one thread.
  associatedtype Workspace
  /// Entries of x.
  var dimension: Int { get }

  /// Buffers for blocks of at most `rows` rows that keep what the gradients of `slots` calls need.
  func workspace(rows: Int, slots: Int) -> Workspace

  /// u(time, x) of the rows of x (rows x dimension); `slot` as in `pullBack`, nil without gradients.
  func evaluate(
    time: Float, _ x: UnsafePointer<Float>, rows: Int, into u: UnsafeMutablePointer<Float>,
    slot: Int?, in workspace: inout Workspace)

  /// The gradient with respect to x of the call kept in `slot`, from that with respect to u.
  func pullBack(
    _ du: UnsafePointer<Float>, rows: Int, slot: Int, into dx: UnsafeMutablePointer<Float>,
    in workspace: inout Workspace)
}
