import Core
import Engine
import Flows
import Foundation
import Neural
import Testing

struct ODESolverTests {
  /// dx/dt = t - x, whose solution from x(0) is t - 1 + (x(0) + 1) exp(-t).
  private struct Relaxation: VectorField {
    let dimension: Int
    func workspace(rows: Int, slots: Int) {}
    func evaluate(
      time: Float, _ x: UnsafePointer<Float>, rows: Int, into u: UnsafeMutablePointer<Float>,
      slot: Int?, in workspace: inout Void
    ) {
      for i in 0..<rows * dimension { u[i] = time - x[i] }
    }
    func pullBack(
      _ du: UnsafePointer<Float>, rows: Int, slot: Int, into dx: UnsafeMutablePointer<Float>,
      in workspace: inout Void
    ) {
      for i in 0..<rows * dimension { dx[i] = -du[i] }
    }
  }

  private func error(_ rule: ODERule, _ steps: Int) throws -> Double {
    let start = Tensor<Float>([3, 2], [0, 1, -2, 0.5, 3, -1])
    let end = try ODESolver(rule, steps: steps).solve(start, along: Relaxation(dimension: 2))
    return zip(start.entries, end.entries).map { abs(Double($1) - (Double($0) + 1) * exp(-1)) }
      .max()!
  }

  @Test func rulesHaveTheirOrder() throws {
    // Halving the step divides the error by 2^order, but for terms of higher order.
    let midpoint = try error(.midpoint, 4) / error(.midpoint, 8)
    #expect(midpoint > 3.6 && midpoint < 5)
    let rungeKutta = try error(.rungeKutta38, 2) / error(.rungeKutta38, 4)
    #expect(rungeKutta > 15 && rungeKutta < 22)
    #expect(try error(.rungeKutta38, 10) < 2e-6)
  }

  /// Many pieces, and more steps than are kept at once.
  @Test(arguments: [
    ODESolver(.midpoint, steps: 8), ODESolver(.midpoint, steps: 37),
    ODESolver(.rungeKutta38, steps: 3), ODESolver(.rungeKutta38, steps: 17),
  ])
  func gradientsAreThoseOfTheIntegration(_ solver: ODESolver) throws {
    var random = RandomStream(seed: 3)
    let (rows, d) = (130, 3)
    let flow = FlowMatching(dimension: d, hidden: [16, 16], using: &random)
    let z = Tensor<Float>.normal([rows, d], using: &random)
    let g = Tensor<Float>.normal([rows, d], using: &random)
    let solution = try flow.forwardForGradients(z, by: solver)
    #expect(solution.points == (try flow.forward(z, by: solver)))
    let dz = solution.pullBack(g)
    #expect(solution.pullBack(g) == dz)
    // Rows do not meet, so one perturbation serves all rows; Float32 leaves about 1e-4.
    let h: Float = 1e-2
    for column in 0..<d {
      var (above, below) = (z, z)
      for row in 0..<rows {
        above[row, column] += h
        below[row, column] -= h
      }
      let change = try flow.forward(above, by: solver) - flow.forward(below, by: solver)
      for row in 0..<rows {
        let slope =
          (0..<d).reduce(0) { $0 + Double(g[row, $1]) * Double(change[row, $1]) }
          / Double(2 * h)
        #expect(abs(slope - Double(dz[row, column])) < 2e-3)
      }
    }
  }

  @Test func noRowsAndOneRow() throws {
    let solver = ODESolver(.midpoint, steps: 2)
    let field = Relaxation(dimension: 2)
    #expect(try solver.solve(.zeros([0, 2]), along: field).rows == 0)
    let solution = try solver.solveForGradients(.zeros([1, 2]), along: field)
    // Each step multiplies x by 1 - h + h^2 / 2.
    let factor: Float = 0.625 * 0.625
    #expect(
      relativeError(solution.pullBack(.ones([1, 2])), .init([1, 2], repeating: factor)) < 1e-6)
  }

  @Test func whatIsNotFiniteIsSaid() {
    #expect(throws: Failure.self) {
      try ODESolver(.midpoint, steps: 2).solve(
        Tensor([1, 1], [.nan]), along: Relaxation(dimension: 1))
    }
  }
}
