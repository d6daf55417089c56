import Core
import Engine
import Neural

extension FlowMatching {
  /// How a call of `train` goes about it.
  public struct Training: Sendable {
    /// Gradient steps.
    public var steps: Int
    /// Rows of a step.
    public var batch: Int
    /// Standard deviation of normal noise added to the data; the published 0.001.
    public var inputNoise: Double
    /// How noise and data are paired.
    public var coupling: Coupling

    /// The default batch of 256 is two blocks of optimal transport.
    public init(
      steps: Int = 500, batch: Int = 256, inputNoise: Double = 0.001,
      coupling: Coupling = .independent
    ) {
      self.steps = steps
      self.batch = batch
      self.inputNoise = inputNoise
      self.coupling = coupling
    }
  }

  /// Makes gradient steps on points drawn with replacement by weight, going on from the last call.
  /// - Parameters:
  ///   - points: N x D, standardised by the caller.
  ///   - weights: proportional to how often a point is drawn, [N].
  ///   - random: each step derives its own stream from it.
  /// - Returns: the loss of each step.
  /// - Throws: `.badArgument` for shapes or weights that cannot be, `.badData` for points that are
  ///   not finite, `.numerical` if training breaks down, `.cancelled` (what was trained stays).
  @discardableResult
  public mutating func train(
    _ points: Tensor<Float>, weights: [Double], _ training: Training,
    using random: RandomStream, in context: RunContext
  ) throws(Failure) -> [Double] {
    guard points.rows > 0, points.count == points.rows * dimension, weights.count == points.rows
    else {
      throw Failure(
        .badArgument,
        "a flow of \(dimension) dimensions cannot learn from points of shape \(points.shape) "
          + "with \(weights.count) weights")
    }
    guard points.isFinite else {
      throw Failure(.badData, "the points for the flow have entries that are not finite")
    }
    guard training.steps >= 0, training.batch >= 1, training.inputNoise >= 0 else {
      throw Failure(.badArgument, "a flow needs steps >= 0, batch >= 1 and noise >= 0")
    }
    let draws = try WeightedDraws(weights)
    var losses: [Double] = []
    for steps in Parallel.ranges(training.steps, by: Self.stepsPreparedAtOnce) {
      // Noise and transport plans of several steps at once fill the cores, a step's own do not.
      let batches = Parallel.map(steps.count) { i in
        var own = random.stream("step", steps.lowerBound + i)
        return Self.batch(points, draws, training, using: &own)
      }
      for batch in batches {
        try context.checkCancellation("training the flow stopped after \(losses.count) steps")
        losses.append(try step(batch, cancellation: context.cancellation))
      }
    }
    return losses
  }

  /// A multiple of common numbers of cores; results do not depend on it.
  private static let stepsPreparedAtOnce = 16

  private static func batch(
    _ points: Tensor<Float>, _ draws: WeightedDraws, _ training: Training,
    using random: inout RandomStream
  ) -> Batch {
    var data = points.rows(draws.draw(training.batch, using: &random))
    if training.inputNoise > 0 {
      data.add(.normal(data.shape, using: &random), scale: Float(training.inputNoise))
    }
    var noise = Tensor<Float>.normal(data.shape, using: &random)
    if training.coupling == .optimalTransport {
      noise = transported(noise, to: data)
    }
    let times = (0..<training.batch).map { _ in Float(random.uniform()) }
    return Batch(noise: noise, data: data, times: times)
  }

  /// Rows of an optimal transport plan: its cost grows with their cube.
  static let transportBlock = 128

  /// The rows of `noise` in the order in which they lie nearest to those of `data` in all: the least
  /// sum of squared distances within each block.
  static func transported(_ noise: Tensor<Float>, to data: Tensor<Float>) -> Tensor<Float> {
    var order: [Int] = []
    for block in Parallel.ranges(data.rows, by: transportBlock) {
      let costs = LinearAlgebra.squaredDistances(data.rows(block), noise.rows(block))
      let columns = Assignment.columns(block.count, costs: costs.pointer)
      order += columns.map { block.lowerBound + $0 }
    }
    return noise.rows(order)
  }
}
