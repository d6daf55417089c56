import Core
import Engine
import Neural

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The process a diffusion sampler discretises: Brownian motion from 0 over unit time, in equal steps.
public struct BrownianReference: Sendable, Equatable {
  /// Steps, T; the published 50.
  public var steps: Int
  /// Variance of the motion at time 1 (the published program's t_scale).
  public var variance: Double

  /// - Parameter steps: at least 1.
  public init(steps: Int = 50, variance: Double = 1) {
    precondition(steps >= 1 && variance > 0, "a process needs steps and a variance")
    self.steps = steps
    self.variance = variance
  }

  /// Length of a step.
  public var timeStep: Double { 1 / Double(steps) }
  /// Times at which the drift is asked for: 0, dt, …, 1 - dt.
  var times: [Float] { (0..<steps).map { Float(Double($0) * timeStep) } }

  /// log N(x; 0, variance I) of the rows of x: where the motion ends without a drift.
  public func logDensity(_ x: Tensor<Float>) -> [Double] {
    let (d, p) = (x.columns, x.pointer)
    let constant = Double(d) * log(2 * Double.pi * variance)
    return (0..<x.rows).map { row in
      -0.5 * (constant + Float.kernels.sumOfSquares(d, p + row * d) / variance)
    }
  }
}

/// Paths of a diffusion sampler, s_0 = 0 to s_T.
public struct Trajectories: Sendable {
  /// The process they belong to.
  public let reference: BrownianReference
  /// N x (T + 1) x D.
  public let states: Tensor<Float>

  /// Number of paths.
  public var count: Int { states.rows }
  /// Entries of a state.
  public var dimension: Int { states.columns / (reference.steps + 1) }

  /// Paths made of these states.
  public init(_ states: Tensor<Float>, reference: BrownianReference) {
    self.states = states
    self.reference = reference
  }

  /// s_T, N x D.
  public var endPoints: Tensor<Float> {
    let d = dimension
    var ends = Tensor<Float>(uninitialized: [count, d])
    let to = ends.mutablePointer
    for path in 0..<count {
      (to + path * d).update(from: states.pointer + (path + 1) * states.columns - d, count: d)
    }
    return ends
  }

  // MARK: Making them

  /// Brownian bridges from 0 to the rows of `ends`, drawn backwards: from s_{i+1} to
  /// s_i ~ N(s_{i+1} i / (i + 1), variance dt i / (i + 1)); s_0 = 0 without noise.
  /// - Parameter noise: standard normal, N x (T - 1) x D, in the order of use.
  public init(bridgesTo ends: Tensor<Float>, noise: Tensor<Float>, reference: BrownianReference) {
    let (d, steps) = (ends.columns, reference.steps)
    precondition(noise.count == ends.count * (steps - 1), "noise of shape \(noise.shape)")
    var states = Tensor<Float>.zeros([ends.rows, steps + 1, d])
    let to = states.mutablePointer
    for path in 0..<ends.rows {
      let start = to + path * (steps + 1) * d
      (start + steps * d).update(from: ends.pointer + path * d, count: d)
      for i in stride(from: steps - 1, to: 0, by: -1) {
        let shrink = Double(i) / Double(i + 1)
        let deviation = (reference.variance * reference.timeStep * shrink).squareRoot()
        let state = start + i * d
        Float.kernels.affine(d, Float(shrink), 0, state + d, state)
        let draw = noise.pointer + (path * (steps - 1) + steps - 1 - i) * d
        Float.kernels.axpy(d, Float(deviation), draw, state)
      }
    }
    self.init(states, reference: reference)
  }

  /// Bridges to the rows of `ends`, their noise drawn in pieces on all cores.
  public init(
    bridgesTo ends: Tensor<Float>, reference: BrownianReference, using random: RandomStream
  ) {
    let pieces = Parallel.ranges(ends.rows, by: Self.pathsOfPiece)
    let parts = Parallel.map(pieces.count) { p in
      var own = random.stream("bridges", p)
      let noise = Tensor<Float>.normal(
        [pieces[p].count, reference.steps - 1, ends.columns], using: &own)
      return Trajectories(
        bridgesTo: ends.rows(pieces[p]), noise: noise, reference: reference
      ).states
    }
    let empty = Tensor<Float>.zeros([0, reference.steps + 1, ends.columns])
    self.init(parts.isEmpty ? empty : .concatenated(parts), reference: reference)
  }

  /// Paths drawn, recorded and differentiated together. Fixed: part of what a seed reproduces.
  static let pathsOfPiece = 32

  // MARK: Their probabilities

  /// log P_B of every step, N x T: the bridges' densities; 0 for the first step, which is certain.
  public func logBackward() -> Tensor<Double> {
    var result = Tensor<Double>.zeros([count, reference.steps])
    let d = dimension
    for path in 0..<count {
      for i in 1..<max(1, reference.steps) {
        let shrink = Double(i) / Double(i + 1)
        let variance = reference.variance * reference.timeStep * shrink
        let state = states.pointer + path * states.columns + i * d
        let squares = (0..<d).reduce(0.0) { sum, k in
          let difference = Double(state[k]) - shrink * Double(state[d + k])
          return sum + difference * difference
        }
        result[path, i] = -0.5 * (squares / variance + Double(d) * log(2 * .pi * variance))
      }
    }
    return result
  }

  /// log P_F of every step under a policy, N x T: N(s_{i+1}; s_i + dt mu, variance dt I).
  public func logForward(_ policy: DiffusionPolicy) -> Tensor<Double> {
    let (d, steps, step) = (dimension, reference.steps, reference.timeStep)
    let variance = reference.variance * step
    let drift = policy(Tape<Float>().constant(starts), times: reference.times).value
    var result = Tensor<Double>.zeros([count, steps])
    for path in 0..<count {
      for i in 0..<steps {
        let state = states.pointer + path * states.columns + i * d
        let mu = drift.pointer + (path * steps + i) * d
        let squares = (0..<d).reduce(0.0) { sum, k in
          let clipped = max(-DiffusionPolicy.clip, min(DiffusionPolicy.clip, mu[k]))
          let difference = Double(state[d + k]) - Double(state[k]) - step * Double(clipped)
          return sum + difference * difference
        }
        result[path, i] = -0.5 * (squares / variance + Double(d) * log(2 * .pi * variance))
      }
    }
    return result
  }

  /// s_0 … s_{T-1} of all paths, N T x D.
  var starts: Tensor<Float> { each(offset: 0) }

  /// s_{i+1} - s_i of all paths, N T x D.
  var changes: Tensor<Float> { each(offset: dimension) - starts }

  private func each(offset: Int) -> Tensor<Float> {
    let size = reference.steps * dimension
    var result = Tensor<Float>(uninitialized: [count * reference.steps, dimension])
    let to = result.mutablePointer
    for path in 0..<count {
      (to + path * size).update(from: states.pointer + path * states.columns + offset, count: size)
    }
    return result
  }
}
