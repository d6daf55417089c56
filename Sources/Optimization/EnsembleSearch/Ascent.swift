import Core
import Engine
import Neural

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Noisy ascents of a reward in a chart, side by side, each within a radius of its start.
package struct Ascent {
  let reward: any RewardModel
  let chart: any SearchChart
  /// beta: what the reward is multiplied by beside the prior's log density.
  let sharpness: Float
  let steps: Int

  /// Where a chain starts and how far it may go.
  package struct Plan: Sendable {
    /// The good points whose mean the chain starts from: rows of the buffer.
    package var rows: [Int]
    /// Which of the means' sizes that is: there are 2^doublings rows.
    package var doublings: Int
    /// Which part of the range of radii, and the radius, in spreads of the good points.
    package var band: Int
    package var radius: Float

    package init(rows: [Int], doublings: Int, band: Int, radius: Float) {
      self.rows = rows
      self.doublings = doublings
      self.band = band
      self.radius = radius
    }
  }

  package init(reward: any RewardModel, chart: any SearchChart, sharpness: Float, steps: Int) {
    self.reward = reward
    self.chart = chart
    self.sharpness = sharpness
    self.steps = steps
  }

  /// Runs the chains and keeps the points of the last half of their steps: chain after chain for
  /// each kept step, in scaled coordinates.
  package func run(
    _ plans: [Plan], origin: Tensor<Float>, using random: inout RandomStream,
    cancellation: Cancellation
  ) throws -> Tensor<Float> {
    let radii = plans.map(\.radius)
    let d = chart.spread.count
    var state = origin
    perturb(&state, by: radii.map { 0.1 * $0 }, using: &random)
    pullIn(&state, radii: radii, origin: origin)
    var first = Tensor<Float>.zeros(state.shape)
    var second = Tensor<Float>.zeros(state.shape)
    let kept = max(1, steps / 2)
    let spread = chart.spread
    var pool: [Tensor<Float>] = []
    for step in 1...steps {
      try cancellation.check("stopped while searching for candidates")
      let g = try gradient(state, keep: step > steps - kept + 1 ? { pool.append($0) } : nil)
      let correction = 1 - pow(0.95, Float(step))
      let (s, g0, m1, m2) = (
        state.mutablePointer, g.pointer, first.mutablePointer, second.mutablePointer
      )
      for r in plans.indices {
        var square: Float = 0
        for k in r * d..<(r + 1) * d {
          m1[k] = 0.8 * m1[k] + 0.2 * g0[k]
          m2[k] = 0.95 * m2[k] + 0.05 * g0[k] * g0[k]
          square += m2[k] / correction
        }
        let length = 2 * radii[r] / Float(steps)
        let factor = length / ((square / Float(d)).squareRoot() + 1e-12)
        for k in 0..<d { s[r * d + k] += factor * spread[k] * m1[r * d + k] }
      }
      perturb(&state, by: radii.map { 0.3 * 2 * $0 / Float(steps) }, using: &random)
      pullIn(&state, radii: radii, origin: origin)
    }
    pool.append(try chart.points(state, cancellation: cancellation))
    return Tensor.concatenated(pool)
  }

  /// beta dr/dz - w z, where w is the prior's weight.
  private func gradient(_ z: Tensor<Float>, keep: ((Tensor<Float>) -> Void)?) throws
    -> Tensor<Float>
  {
    let (points, pullBack) = try chart.pointsForGradients(z)
    keep?(points)
    var g = pullBack(try reward.valuesAndGradient(points).gradient)
    if chart.priorWeight > 0 {
      g = g.affine(sharpness, 0)
      g.add(z, scale: -chart.priorWeight)
    }
    return g
  }

  private func perturb(
    _ state: inout Tensor<Float>, by lengths: [Float], using random: inout RandomStream
  ) {
    let spread = chart.spread
    let d = spread.count
    let noise = Tensor<Float>.normal(state.shape, using: &random)
    let s = state.mutablePointer
    for r in lengths.indices {
      for k in 0..<d { s[r * d + k] += lengths[r] * spread[k] * noise.pointer[r * d + k] }
    }
  }

  /// Pulls states back to their radius around the start, then into the box.
  private func pullIn(_ state: inout Tensor<Float>, radii: [Float], origin: Tensor<Float>) {
    let spread = chart.spread
    let d = spread.count
    let (s, o) = (state.mutablePointer, origin.pointer)
    for r in radii.indices {
      var square: Float = 0
      for k in 0..<d {
        let away = (s[r * d + k] - o[r * d + k]) / spread[k]
        square += away * away
      }
      let distance = (square / Float(d)).squareRoot()
      guard distance > radii[r] else { continue }
      let shrink = radii[r] / distance
      for k in r * d..<(r + 1) * d { s[k] = o[k] + shrink * (s[k] - o[k]) }
    }
    chart.clamp(&state)
  }
}
