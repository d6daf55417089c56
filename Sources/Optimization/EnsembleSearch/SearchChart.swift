import Core
import Engine
import Flows

/// Coordinates in which a search moves, and the way from them to points in scaled coordinates.
package protocol SearchChart: Sendable {
  /// Points of the buffer in the chart's coordinates.
  func coordinates(of rows: [Int], cancellation: Cancellation) throws -> Tensor<Float>
  /// The points at these coordinates, inside the box.
  func points(_ z: Tensor<Float>, cancellation: Cancellation) throws -> Tensor<Float>
  /// The points at these coordinates, wherever they lie.
  func freePoints(_ z: Tensor<Float>, cancellation: Cancellation) throws -> Tensor<Float>
  /// Those inside the box, and what turns gradients with respect to points into those with respect to z.
  func pointsForGradients(_ z: Tensor<Float>) throws -> (
    points: Tensor<Float>, pullBack: (Tensor<Float>) -> Tensor<Float>
  )
  /// Typical spread of good points along each coordinate.
  var spread: [Float] { get }
  /// Weight of a standard normal prior on z: its log density is part of what is climbed.
  var priorWeight: Float { get }
  /// Brings coordinates back to where the box is, if the chart knows where that is.
  func clamp(_ z: inout Tensor<Float>)
}

/// The scaled coordinates themselves.
package struct DataChart: SearchChart {
  package let view: ScaledView
  /// Weight of N(0, I) in scaled coordinates; 0 for a plain search.
  package var priorWeight: Float

  package init(view: ScaledView, priorWeight: Float = 0) {
    self.view = view
    self.priorWeight = priorWeight
  }

  package var spread: [Float] { view.spread }

  package func coordinates(of rows: [Int], cancellation: Cancellation) -> Tensor<Float> {
    view.points.rows(rows)
  }

  package func points(_ z: Tensor<Float>, cancellation: Cancellation) -> Tensor<Float> {
    var x = z
    view.clamp(&x)
    return x
  }

  package func freePoints(_ z: Tensor<Float>, cancellation: Cancellation) -> Tensor<Float> { z }

  package func pointsForGradients(_ z: Tensor<Float>) -> (
    points: Tensor<Float>, pullBack: (Tensor<Float>) -> Tensor<Float>
  ) { (z, { $0 }) }

  package func clamp(_ z: inout Tensor<Float>) { view.clamp(&z) }
}

/// The latent space of a flow that maps N(0, I) to where good points lie.
package struct LatentChart: SearchChart {
  package let view: ScaledView
  package let flow: FlowMatching
  package let solver: ODESolver
  package var priorWeight: Float

  package init(view: ScaledView, flow: FlowMatching, solver: ODESolver, priorWeight: Float) {
    self.view = view
    self.flow = flow
    self.solver = solver
    self.priorWeight = priorWeight
  }

  package var spread: [Float] { [Float](repeating: 1, count: view.spread.count) }

  package func coordinates(of rows: [Int], cancellation: Cancellation) throws -> Tensor<Float> {
    try flow.inverse(view.points.rows(rows), by: solver, cancellation: cancellation)
  }

  package func points(_ z: Tensor<Float>, cancellation: Cancellation) throws -> Tensor<Float> {
    var x = try freePoints(z, cancellation: cancellation)
    view.clamp(&x)
    return x
  }

  package func freePoints(_ z: Tensor<Float>, cancellation: Cancellation) throws -> Tensor<Float> {
    try flow.forward(z, by: solver, cancellation: cancellation)
  }

  package func pointsForGradients(_ z: Tensor<Float>) throws -> (
    points: Tensor<Float>, pullBack: (Tensor<Float>) -> Tensor<Float>
  ) {
    let solution = try flow.forwardForGradients(z, by: solver)
    var x = solution.points
    view.clamp(&x)
    let (inside, free) = (x, solution.points)
    return (
      inside,
      { gradient in
        // A clamped coordinate does not move with z.
        var g = gradient
        let (to, a, b) = (g.mutablePointer, inside.pointer, free.pointer)
        for i in 0..<g.count where a[i] != b[i] { to[i] = 0 }
        return solution.pullBack(g)
      }
    )
  }

  package func clamp(_ z: inout Tensor<Float>) {}
}
