import Core
import Engine
import Neural

/// Learns a velocity net by flow matching, and carries points along it: the prior of CiBO.
///
/// A value: a copy is a snapshot, and `train` goes on with Adam's state from the last call.
public struct FlowMatching: Sendable {
  /// How noise and data are paired within a batch.
  public enum Coupling: String, Sendable, CaseIterable {
    /// At random, as published.
    case independent
    /// By an exact optimal transport plan between blocks of 128 (Tong et al., "Improving and
    /// generalizing flow-based generative models with minibatch optimal transport", TMLR 2024;
    /// Pooladian et al., "Multisample flow matching", ICML 2023): straighter paths.
    case optimalTransport = "ot"
  }

  /// The velocity.
  public var velocity: VelocityNet
  /// Adam's state, kept from call to call.
  public private(set) var optimizer: Adam<Float>
  /// Adam's rate; may change between calls.
  public var rate: Double {
    get { optimizer.rate }
    set { optimizer.rate = newValue }
  }

  /// A fresh flow.
  /// - Parameters:
  ///   - hidden: widths of the net's hidden layers; the published three of 512.
  ///   - rate: Adam's; the published 1e-3.
  public init(
    dimension: Int, hidden: [Int] = [512, 512, 512], rate: Double = 1e-3,
    using random: inout RandomStream
  ) {
    self.init(VelocityNet(dimension: dimension, hidden: hidden, using: &random), rate: rate)
  }

  /// A flow of this velocity, whose optimizer has made no step.
  public init(_ velocity: VelocityNet, rate: Double = 1e-3) {
    self.velocity = velocity
    optimizer = Adam(rate: rate)
  }

  /// Entries of a point.
  public var dimension: Int { velocity.dimension }

  // MARK: The map

  /// f(z): the end points at time 1 of z (N x D) at time 0.
  /// - Throws: `.numerical` if a point is not finite, `.cancelled`.
  public func forward(
    _ z: Tensor<Float>, by solver: ODESolver, cancellation: Cancellation? = nil
  ) throws(Failure) -> Tensor<Float> {
    try solver.solve(z, along: velocity.field, from: 0, to: 1, cancellation: cancellation)
  }

  /// f^-1(x), by the same steps from time 1 to 0. Errors as `forward`.
  public func inverse(
    _ x: Tensor<Float>, by solver: ODESolver, cancellation: Cancellation? = nil
  ) throws(Failure) -> Tensor<Float> {
    try solver.solve(x, along: velocity.field, from: 1, to: 0, cancellation: cancellation)
  }

  /// f(z) with the way back for gradients with respect to z.
  /// - Throws: `.numerical` if a point is not finite.
  public func forwardForGradients(
    _ z: Tensor<Float>, by solver: ODESolver
  ) throws(Failure) -> ODESolver.Solution<VelocityField> {
    try solver.solveForGradients(z, along: velocity.field)
  }

  /// The solver of the same rule with the fewest steps whose end points from `probe` (N x D, at time
  /// 0) differ by at most `tolerance` in every entry from those in `finest`'s steps.
  ///
  /// Halves the steps while that holds. A smooth velocity needs far fewer steps than the published
  /// 250 for the same map to Float32 accuracy, and integration is most of a round's cost.
  /// - Throws: `.numerical` if `finest` itself gives numbers that are not finite, `.cancelled`.
  public func coarsened(
    _ finest: ODESolver, within tolerance: Double, on probe: Tensor<Float>,
    cancellation: Cancellation? = nil
  ) throws(Failure) -> ODESolver {
    let ends = try forward(probe, by: finest, cancellation: cancellation)
    var best = finest
    while best.steps > 1 {
      let coarser = ODESolver(finest.rule, steps: (best.steps + 1) / 2)
      // Too few steps may leave what is finite; then they are too few.
      guard let tried = try? forward(probe, by: coarser, cancellation: cancellation) else { break }
      let (a, b) = (ends.pointer, tried.pointer)
      let largest = (0..<ends.count).reduce(Float(0)) { max($0, abs(a[$1] - b[$1])) }
      guard Double(largest) <= tolerance else { break }
      best = coarser
    }
    try cancellation?.check("the integration was stopped")
    return best
  }

  // MARK: The loss

  /// A batch's noise and data (R x D each, paired row by row) and times [R].
  public struct Batch: Sendable {
    let noise, data: Tensor<Float>
    let times: [Float]

    /// Rows paired with one another.
    public init(noise: Tensor<Float>, data: Tensor<Float>, times: [Float]) {
      precondition(noise.shape == data.shape && times.count == data.rows)
      self.noise = noise
      self.data = data
      self.times = times
    }
  }

  /// |u(t, (1 - t) x0 + t x1) - (x1 - x0)|^2 as a mean over the batch and its entries, and its
  /// gradients (CiBO's prior; Lipman et al. 2023, equation 23 with sigma_min = 0).
  /// - Throws: `.numerical` if it is not finite.
  public func loss(of batch: Batch, cancellation: Cancellation? = nil) throws(Failure)
    -> (loss: Double, gradients: Gradients<Float>)
  {
    let d = dimension
    let share = 1 / Float(batch.data.count)
    let shards = Parallel.ranges(batch.times.count, by: Self.shardSize)
    return try shardedGradients(shards, cancellation: cancellation) { tape, rows in
      var input = Tensor<Float>(uninitialized: [rows.count, 1 + d])
      let target = batch.data.rows(rows) - batch.noise.rows(rows)
      let to = input.mutablePointer
      for (r, row) in rows.enumerated() {
        let t = batch.times[row]
        let point = to + r * (1 + d)
        point[0] = t
        Float.kernels.affine(d, 1 - t, 0, batch.noise.pointer + row * d, point + 1)
        Float.kernels.axpy(d, t, batch.data.pointer + row * d, point + 1)
      }
      return share * velocity.net(tape.constant(input)).sumOfSquaredErrors(to: target)
    }
  }

  /// Rows of a shard of a training step. Fixed: it is part of what a seed reproduces.
  static let shardSize = 64

  /// One step of Adam. Errors as `loss`.
  mutating func step(_ batch: Batch, cancellation: Cancellation?) throws(Failure) -> Double {
    let (loss, gradients) = try loss(of: batch, cancellation: cancellation)
    try optimizer.step(&velocity, gradients)
    return loss
  }
}
