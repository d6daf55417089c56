import Core
import Engine
import Neural

extension DiffusionSampler {
  /// How a call of `train` goes about it.
  public struct Training: Sendable {
    /// Gradient steps; even ones on the sampler's own paths, odd ones on bridges to end points of the
    /// buffer. The published 51.
    public var steps: Int
    /// Paths of a step; the published 500.
    public var batch: Int
    /// What is squared.
    public var form: TrajectoryBalance.Form

    /// The published values.
    public init(
      steps: Int = 51, batch: Int = 500, form: TrajectoryBalance.Form = .learnedLogZ
    ) {
      self.steps = steps
      self.batch = batch
      self.form = form
    }
  }

  /// What one step measured.
  public struct Step: Sendable {
    /// Whether the paths were the sampler's own.
    public var isOnPolicy: Bool
    /// As `TrajectoryBalance.Result`.
    public var loss: Double
    /// Mean of the closure's rewards over the batch.
    public var meanReward: Double
    /// The learned log Z after the step.
    public var logZ: Double
    /// log Z from the paths' importance weights.
    public var logZEstimate: Double
    /// Effective number of the batch's paths as weighted samples of the target; of bridges it says
    /// little.
    public var effectiveSampleSize: Double
  }

  /// Makes gradient steps, going on from the last call.
  ///
  /// Rewards in the buffer are those of the time they were computed: when the reward has changed, call
  /// `buffer.rescore` or `buffer.removeAll` first.
  /// - Parameters:
  ///   - random: each step derives its own stream from it.
  ///   - reward: for the rows of a matrix (N x D) what `target` says, N numbers. No gradient is asked.
  /// - Throws: what `reward` throws; `.numerical` for rewards, losses or gradients that are not finite;
  ///   `.badArgument`, `.cancelled` (what was trained stays).
  @discardableResult
  public mutating func train(
    _ training: Training, using random: RandomStream, in context: RunContext,
    reward: (Tensor<Float>) throws -> [Double]
  ) throws -> [Step] {
    guard training.steps >= 0, training.batch >= 1 else {
      throw Failure(.badArgument, "a sampler needs steps >= 0 and a batch of at least 1")
    }
    var steps: [Step] = []
    for index in 0..<training.steps {
      try context.checkCancellation("training the sampler stopped after \(index) steps")
      let own = random.stream("step", index)
      // A fresh sampler's first step fills the buffer.
      let isOnPolicy = index % 2 == 0 || buffer.count == 0
      let (paths, rewards) =
        isOnPolicy
        ? try onPolicy(training.batch, own, context, reward) : try offPolicy(training.batch, own)
      let result = try TrajectoryBalance.loss(
        of: paths, logTilt: logTilt(paths.endPoints, rewards: rewards),
        logZ: logZ.value.value.item, policy: policy, form: training.form,
        cancellation: context.cancellation)
      try update(result, training.form)
      steps.append(
        Step(
          isOnPolicy: isOnPolicy, loss: result.loss,
          meanReward: rewards.reduce(0, +) / Double(rewards.count),
          logZ: logZ.value.value.item, logZEstimate: result.logZEstimate,
          effectiveSampleSize: result.effectiveSampleSize))
    }
    return steps
  }

  private mutating func onPolicy(
    _ count: Int, _ random: RandomStream, _ context: RunContext,
    _ reward: (Tensor<Float>) throws -> [Double]
  ) throws -> (Trajectories, [Double]) {
    let paths = try trajectories(count, using: random, cancellation: context.cancellation)
    let ends = paths.endPoints
    let rewards = try reward(ends)
    guard rewards.count == count else {
      throw Failure(
        .badArgument, "the sampler's reward gave \(rewards.count) numbers for \(count) points")
    }
    guard rewards.allSatisfy(\.isFinite) else {
      throw Failure(
        .numerical, "the sampler's reward is not finite at a sample",
        advice: "check what the reward is made of for NaN and extreme values")
    }
    buffer.add(ends, rewards: rewards)
    return (paths, rewards)
  }

  private func offPolicy(_ count: Int, _ random: RandomStream) throws(Failure)
    -> (Trajectories, [Double])
  {
    var choice = random.stream("replay")
    let (ends, rewards) = try buffer.draw(count, using: &choice)
    return (Trajectories(bridgesTo: ends, reference: reference, using: random), rewards)
  }

  private mutating func update(
    _ result: TrajectoryBalance.Result, _ form: TrajectoryBalance.Form
  ) throws(Failure) {
    try optimizer.step(&policy, result.gradients)
    guard form == .learnedLogZ else { return }
    let tape = Tape<Double>()
    let slope = result.logZGradient * tape.parameter(logZ.value).sum()
    try logZOptimizer.step(&logZ, tape.gradients(of: slope))
  }
}
