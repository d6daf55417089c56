import Core
import Engine
import Neural

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Draws from an unnormalised density by a learned diffusion: CiBO's outsourced sampler.
///
/// s_0 = 0, s_{i+1} = s_i + dt mu(s_i, t_i) + sqrt(dt v) noise. Untrained, mu = 0 and samples are
/// N(0, v I). A value: a copy is a snapshot, and `train` goes on with optimizers and buffer as they are.
public struct DiffusionSampler: Sendable {
  /// What the reward closure gives.
  public enum Target: Sendable, Equatable {
    /// log R of the density itself, as published.
    case logDensity
    /// r of a posterior N(0, v I) exp(beta r): well conditioned, since the reference cancels.
    case tilt(beta: Double)
  }

  /// The process without drift.
  public let reference: BrownianReference
  /// What is sampled.
  public var target: Target
  /// The drift.
  public var policy: DiffusionPolicy
  /// The learned log Z, [1].
  public internal(set) var logZ: LogZ
  /// End points seen, and their rewards as the closure gave them.
  public var buffer: ReplayBuffer
  var optimizer: Adam<Float>
  var logZOptimizer: Adam<Double>

  /// The scalar log Z as a model of its own, since its rate is its own.
  public struct LogZ: Module, Sendable {
    /// [1].
    public var value: Parameter<Double>

    /// "log_z".
    public mutating func forEachParameter(_ body: (String, inout Parameter<Double>) -> Void) {
      body("log_z", &value)
    }
  }

  /// A fresh sampler.
  /// - Parameters:
  ///   - rate: Adam's for the policy; the published 1e-3.
  ///   - logZRate: Adam's for log Z; the published 0.1.
  ///   - initialLogZ: published 0. With `.logDensity` and log R near alpha log N, alpha << 1, the value
  ///     to start from is (d / 2) log(2 pi e): see `gaussianLogZ`.
  ///   - buffer: of end points; nil for an empty one as published.
  public init(
    _ policy: DiffusionPolicy, reference: BrownianReference = BrownianReference(),
    target: Target = .logDensity, rate: Double = 1e-3, logZRate: Double = 0.1,
    initialLogZ: Double = 0, buffer: ReplayBuffer? = nil
  ) {
    self.policy = policy
    self.reference = reference
    self.target = target
    logZ = LogZ(value: Parameter(Tensor([1], [initialLogZ])))
    self.buffer = buffer ?? ReplayBuffer(dimension: policy.dimension)
    optimizer = Adam(rate: rate)
    logZOptimizer = Adam(rate: logZRate)
  }

  /// (d / 2) log(2 pi e): the entropy of a standard normal, which is log Z of a flat reward over its
  /// typical set.
  public static func gaussianLogZ(dimension: Int) -> Double {
    Double(dimension) / 2 * (1 + log(2 * Double.pi))
  }

  /// Entries of a sample.
  public var dimension: Int { policy.dimension }

  /// log R(s) - log N(s; 0, v I) of end points with these rewards.
  func logTilt(_ ends: Tensor<Float>, rewards: [Double]) -> [Double] {
    switch target {
    case .tilt(let beta): rewards.map { beta * $0 }
    case .logDensity: zip(rewards, reference.logDensity(ends)).map { $0 - $1 }
    }
  }

  // MARK: Drawing

  /// `count` samples, N x D.
  /// - Throws: `.numerical` if one is not finite, `.cancelled`.
  public func sample(
    _ count: Int, using random: RandomStream, cancellation: Cancellation? = nil
  ) throws(Failure) -> Tensor<Float> {
    let ends = rollOut(count, keepingStates: false, using: random, cancellation: cancellation)
    try cancellation?.check("sampling was stopped")
    return try checked(ends)
  }

  /// `count` paths with all their states. Errors as `sample`.
  public func trajectories(
    _ count: Int, using random: RandomStream, cancellation: Cancellation? = nil
  ) throws(Failure) -> Trajectories {
    let states = rollOut(count, keepingStates: true, using: random, cancellation: cancellation)
    try cancellation?.check("sampling was stopped")
    return Trajectories(try checked(states), reference: reference)
  }

  /// Paths from given noise, standard normal, N x T x D.
  public func trajectories(noise: Tensor<Float>) -> Trajectories {
    precondition(noise.columns == reference.steps * dimension, "noise of shape \(noise.shape)")
    var roll = Rollout(self, rows: noise.rows, keepingStates: true)
    let d = dimension
    for step in 0..<reference.steps {
      roll.fillNoise { row, to in
        to.update(from: noise.pointer + row * noise.columns + step * d, count: d)
      }
      roll.advance(step)
    }
    return Trajectories(roll.states, reference: reference)
  }

  private func checked(_ states: Tensor<Float>) throws(Failure) -> Tensor<Float> {
    guard states.isFinite else {
      throw Failure(
        .numerical, "the sampler's paths are not finite",
        advice: "lower the sampler's rate, or train it for fewer steps")
    }
    return states
  }

  private func rollOut(
    _ count: Int, keepingStates: Bool, using random: RandomStream, cancellation: Cancellation?
  ) -> Tensor<Float> {
    let pieces = Parallel.ranges(count, by: RowwiseMLP<Float>.pieceSize(count))
    let parts = Parallel.map(pieces.count) { p -> Tensor<Float> in
      var own = random.stream("paths", p)
      var roll = Rollout(self, rows: pieces[p].count, keepingStates: keepingStates)
      for step in 0..<reference.steps where cancellation?.isRequested != true {
        roll.drawNoise(using: &own)
        roll.advance(step)
      }
      return keepingStates ? roll.states : roll.state
    }
    let d = dimension
    let empty = Tensor<Float>.zeros(keepingStates ? [0, reference.steps + 1, d] : [0, d])
    return parts.isEmpty ? empty : .concatenated(parts)
  }
}
