import Core
import Engine
import Neural

/// One thread's paths of a diffusion sampler, a block of rows that moves a step at a time.
struct Rollout {
  private let net: RowwiseMLP<Float>
  private let biases: [Tensor<Float>]
  private let reference: BrownianReference
  private let rows: Int
  private var workspace: RowwiseMLP<Float>.Workspace
  private var drift: Tensor<Float>
  private var noise: Tensor<Float>
  /// Where the paths are, rows x D.
  private(set) var state: Tensor<Float>
  /// All states so far, rows x (T + 1) x D, if they are kept.
  private(set) var states: Tensor<Float>
  private let keepingStates: Bool

  init(_ sampler: DiffusionSampler, rows: Int, keepingStates: Bool) {
    self.rows = rows
    self.keepingStates = keepingStates
    reference = sampler.reference
    net = sampler.policy.rowwise
    let all = sampler.policy.firstBiases(reference.times)
    biases = (0..<reference.steps).map { all.rows($0..<$0 + 1) }
    workspace = net.workspace(rows: rows)
    let d = sampler.dimension
    drift = Tensor(uninitialized: [rows, d])
    noise = Tensor(uninitialized: [rows, d])
    state = .zeros([rows, d])
    states = .zeros(keepingStates ? [rows, reference.steps + 1, d] : [0])
  }

  /// Sets each row's noise.
  mutating func fillNoise(_ fill: (Int, UnsafeMutablePointer<Float>) -> Void) {
    let d = noise.columns
    let to = noise.mutablePointer
    for row in 0..<rows { fill(row, to + row * d) }
  }

  mutating func drawNoise(using random: inout RandomStream) {
    random.fillNormal(
      UnsafeMutableBufferPointer(start: noise.mutablePointer, count: noise.count))
  }

  /// s += dt clip(mu(s, t)) + sqrt(dt v) noise.
  mutating func advance(_ step: Int) {
    let (count, d) = (state.count, state.columns)
    let at = state.mutablePointer
    let mu = drift.mutablePointer
    net.evaluate(at, rows: rows, firstBias: biases[step], into: mu, in: &workspace)
    let clip = DiffusionPolicy.clip
    for i in 0..<count { mu[i] = max(-clip, min(clip, mu[i])) }
    Float.kernels.axpy(count, Float(reference.timeStep), mu, at)
    let deviation = (reference.timeStep * reference.variance).squareRoot()
    Float.kernels.axpy(count, Float(deviation), noise.pointer, at)
    guard keepingStates else { return }
    let width = states.columns
    let to = states.mutablePointer + (step + 1) * d
    for row in 0..<rows { (to + row * width).update(from: at + row * d, count: d) }
  }
}
