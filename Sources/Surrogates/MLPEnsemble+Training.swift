import Core
import Engine
import Neural

extension MLPEnsemble {
  /// How a call of `train` goes about it.
  public struct Training: Sendable {
    /// Passes over as many draws as there are points; the published 100.
    public var epochs: Int
    /// Rows of a gradient step; the published 256.
    public var batch: Int
    /// Standard deviation of normal noise added to the inputs; the published 0.001.
    public var inputNoise: Double

    /// The published values.
    public init(epochs: Int = 100, batch: Int = 256, inputNoise: Double = 0.001) {
      self.epochs = epochs
      self.batch = batch
      self.inputNoise = inputNoise
    }
  }

  /// Fits every net to points drawn with replacement by weight, going on from the last call. Nets
  /// train beside one another, each with draws of its own, so that members differ.
  /// - Parameters:
  ///   - x: N x D.
  ///   - y: the objective's values, [N].
  ///   - constraintValues: N x C.
  ///   - weights: proportional to how often a point is drawn, [N].
  ///   - apart: a constraint that draws its points by weights of its own.
  ///   - random: each net derives its own stream from it.
  /// - Returns: each net's mean loss in its last epoch, the objective's first.
  /// - Throws: `.badArgument` for shapes or weights that cannot be, `.badData` for numbers that are
  ///   not finite, `.numerical` if training breaks down, `.cancelled`; the ensemble is then unchanged.
  @discardableResult
  public mutating func train(
    _ x: Tensor<Float>, _ y: [Double], constraints constraintValues: Tensor<Double>,
    weights: [Double], apart: (constraint: Int, weights: [Double])? = nil,
    _ training: Training = Training(), using random: RandomStream, in context: RunContext
  ) throws -> [Double] {
    try check(x)
    let (count, width) = (x.rows, constraints.count)
    guard count > 0, y.count == count, weights.count == count,
      constraintValues.count == count * width
    else {
      throw Failure(
        .badArgument,
        "\(count) points with \(y.count) values, \(weights.count) weights and constraints of shape "
          + "\(constraintValues.shape) do not fit together")
    }
    guard training.epochs >= 0, training.batch >= 1, training.inputNoise >= 0 else {
      throw Failure(.badArgument, "an ensemble needs epochs >= 0, batch >= 1 and noise >= 0")
    }
    guard x.isFinite, y.allSatisfy(\.isFinite), constraintValues.isFinite else {
      throw Failure(.badData, "the data for the ensemble have entries that are not finite")
    }
    var draws = [WeightedDraws](
      repeating: try WeightedDraws(weights), count: members.count + width)
    if let apart { draws[members.count + apart.constraint] = try WeightedDraws(apart.weights) }
    let drawn = draws
    let targets =
      Array(repeating: y.map { Float($0) }, count: members.count)
      + (0..<width).map { c in (0..<count).map { Float(constraintValues[$0, c]) } }
    let before = members + constraints
    let trained = try Parallel.map(before.count) { n in
      var member = before[n]
      let loss = try member.train(
        x, targets[n], drawn[n], training, using: random.stream("net", n),
        cancellation: context.cancellation)
      return (member: member, loss: loss)
    }
    let split = members.count
    members = trained[..<split].map(\.member)
    constraints = trained[split...].map(\.member)
    return trained.map(\.loss)
  }
}

extension MLPEnsemble.Member {
  /// Fits the net on the calling thread; returns the mean loss of the last epoch.
  fileprivate mutating func train(
    _ x: Tensor<Float>, _ y: [Float], _ draws: WeightedDraws,
    _ training: MLPEnsemble.Training, using random: RandomStream, cancellation: Cancellation
  ) throws(Failure) -> Double {
    var loss = 0.0
    for epoch in 0..<training.epochs {
      var own = random.stream("epoch", epoch)
      loss = 0
      let batches = Parallel.ranges(x.rows, by: training.batch)
      for batch in batches {
        try cancellation.check("training the ensemble was stopped")
        let rows = draws.draw(batch.count, using: &own)
        var input = x.rows(rows)
        if training.inputNoise > 0 {
          input.add(.normal(input.shape, using: &own), scale: Float(training.inputNoise))
        }
        loss += try step(input, Tensor([rows.count, 1], rows.map { y[$0] }))
      }
      loss /= Double(batches.count)
    }
    return loss
  }

  /// One step of Adam on the mean squared error.
  private mutating func step(_ x: Tensor<Float>, _ y: Tensor<Float>) throws(Failure) -> Double {
    let tape = Tape<Float>()
    let loss = net(tape.constant(x)).meanSquaredError(to: y)
    let value = Double(loss.value.item)
    guard value.isFinite else {
      throw Failure(
        .numerical, "training the ensemble broke down: a loss is not finite",
        advice: "lower the learning rate, or check the data for extreme values")
    }
    try optimizer.step(&net, tape.gradients(of: loss))
    return value
  }
}
