import Core
import Engine
import Neural
import Surrogates

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Ascents of one member's reward from means of good points.
struct Ascent {
  let member: QuadraticNetwork
  let view: ScaledView
  let penalty: Float
  let settings: MEGS.Settings

  /// Where a chain starts and how far it may go.
  struct Plan: Sendable {
    /// The sharpness of the weights by which the good points are drawn.
    var level: Int
    /// The start is the mean of 2^doublings good points.
    var doublings: Int
    /// Which part of the range of radii, and the radius, in spreads of the good points.
    var band: Int
    var radius: Float
  }

  /// y - lambda sum max(0, c) of each row of outputs.
  static func rewards(_ outputs: Tensor<Float>, penalty: Float) -> [Float] {
    let c = outputs.columns
    return (0..<outputs.rows).map { row in
      let y = outputs.pointer + row * c
      var reward = y[0]
      for k in 1..<max(1, c) { reward -= penalty * max(0, y[k]) }
      return reward.isNaN ? -.infinity : reward
    }
  }

  private func cotangents(_ outputs: Tensor<Float>) -> Tensor<Float> {
    let c = outputs.columns
    var g = Tensor<Float>.zeros(outputs.shape)
    let to = g.mutablePointer
    for row in 0..<outputs.rows {
      let y = outputs.pointer + row * c
      to[row * c] = 1
      for k in 1..<max(1, c) where y[k] > 0 { to[row * c + k] = -penalty }
    }
    return g
  }

  /// Runs the chains side by side and keeps the states of the last half of their steps, chain
  /// after chain for each step.
  func run(_ plans: [Plan], using random: inout RandomStream) -> Tensor<Float> {
    let d = view.mean.count
    let chains = plans.count
    let radii = plans.map(\.radius)
    let spreads = plans.map { view.levels[$0.level].spread }
    let origin = starts(plans, using: &random)
    var state = origin
    perturb(&state, by: radii.map { 0.1 * $0 }, spreads, using: &random)
    clamp(&state, radii: radii, spreads, origin: origin)
    var first = Tensor<Float>.zeros(state.shape)
    var second = Tensor<Float>.zeros(state.shape)
    let steps = settings.ascentSteps
    let kept = max(1, steps / 2)
    var pool: [Tensor<Float>] = []
    for step in 1...steps {
      let g = member.gradient(at: state, cotangents: cotangents).gradient
      let correction = 1 - pow(0.95, Float(step))
      let (s, g0, m1, m2) = (
        state.mutablePointer, g.pointer, first.mutablePointer, second.mutablePointer
      )
      for r in 0..<chains {
        var square: Float = 0
        for k in r * d..<(r + 1) * d {
          m1[k] = 0.8 * m1[k] + 0.2 * g0[k]
          m2[k] = 0.95 * m2[k] + 0.05 * g0[k] * g0[k]
          square += m2[k] / correction
        }
        let length = 2 * radii[r] / Float(steps)
        let factor = length / ((square / Float(d)).squareRoot() + 1e-12)
        let spread = spreads[r]
        for k in 0..<d { s[r * d + k] += factor * spread[k] * m1[r * d + k] }
      }
      perturb(&state, by: radii.map { 0.3 * 2 * $0 / Float(steps) }, spreads, using: &random)
      clamp(&state, radii: radii, spreads, origin: origin)
      if step > steps - kept { pool.append(state) }
    }
    return Tensor.concatenated(pool)
  }

  /// Means of 1, 2, 4, … points drawn by weight.
  private func starts(_ plans: [Plan], using random: inout RandomStream) -> Tensor<Float> {
    let d = view.mean.count
    var result = Tensor<Float>.zeros([plans.count, d])
    let to = result.mutablePointer
    for (r, plan) in plans.enumerated() {
      let m = 1 << plan.doublings
      for _ in 0..<m {
        let i = view.levels[plan.level].draw.draw(using: &random)
        Float.kernels.axpy(d, 1 / Float(m), view.points.pointer + i * d, to + r * d)
      }
    }
    return result
  }

  private func perturb(
    _ state: inout Tensor<Float>, by lengths: [Float], _ spreads: [[Float]],
    using random: inout RandomStream
  ) {
    let d = view.mean.count
    let noise = Tensor<Float>.normal(state.shape, using: &random)
    let s = state.mutablePointer
    for r in lengths.indices {
      let spread = spreads[r]
      for k in 0..<d { s[r * d + k] += lengths[r] * spread[k] * noise.pointer[r * d + k] }
    }
  }

  /// Pulls states back to their radius around the start, then into the box.
  private func clamp(
    _ state: inout Tensor<Float>, radii: [Float], _ spreads: [[Float]], origin: Tensor<Float>
  ) {
    let d = view.mean.count
    let (s, o) = (state.mutablePointer, origin.pointer)
    for r in radii.indices {
      var square: Float = 0
      let spread = spreads[r]
      for k in 0..<d {
        let away = (s[r * d + k] - o[r * d + k]) / spread[k]
        square += away * away
      }
      let distance = (square / Float(d)).squareRoot()
      let shrink = distance > radii[r] ? radii[r] / distance : 1
      for k in 0..<d {
        let place = r * d + k
        let pulled = o[place] + shrink * (s[place] - o[place])
        s[place] = min(view.high[k], max(view.low[k], pulled))
      }
    }
  }
}
