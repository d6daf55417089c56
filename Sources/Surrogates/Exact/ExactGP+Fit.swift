import Core
import Engine
import Foundation

extension ExactGP {
  /// Learns from scratch; errors as the protocol states them.
  @discardableResult
  public mutating func fit<Input: TensorScalar>(
    _ x: Tensor<Input>, _ y: Tensor<Double>, in context: RunContext
  ) throws(Failure) -> FitReport {
    try learn(x, y, from: [], steps: configuration.firstSteps, context)
  }

  /// Learns from these data, starting at the hyperparameters that are known.
  @discardableResult
  public mutating func refit<Input: TensorScalar>(
    _ x: Tensor<Input>, _ y: Tensor<Double>, in context: RunContext
  ) throws(Failure) -> FitReport {
    guard !outputs.isEmpty else {
      throw Failure(.badArgument, "the surrogate has not learned anything yet")
    }
    guard x.columns == dimension, y.columns == outputs.count else {
      throw Failure(
        .badArgument,
        "data of \(x.columns) coordinates and \(y.columns) targets for a surrogate of \(dimension) "
          + "and \(outputs.count)")
    }
    return try learn(
      x, y, from: outputs.map(\.logs), steps: configuration.refitSteps, context)
  }

  /// Goes on from the hyperparameters that are known where there are as many outputs, else learns from scratch.
  package mutating func update<Input: TensorScalar>(
    _ x: Tensor<Input>, _ y: Tensor<Double>, in context: RunContext
  ) throws(Failure) {
    if outputCount == y.columns {
      try refit(x, y, in: context)
    } else {
      try fit(x, y, in: context)
    }
  }

  /// Conditions on data with hyperparameters that are given (of each output the logarithms of the
  /// kernel's, of the variance and of the noise) instead of learned.
  package mutating func condition(
    on x: Tensor<Double>, _ y: Tensor<Double>, logs: [[Double]], in context: RunContext
  ) throws(Failure) {
    let count = y.columns
    let inducing = nearest(configuration.exactLimit, of: try Self.checked(x, y))
    let ladder = JitterLadder(base: configuration.jitter, in: context)
    var found: [Output] = []
    for c in 0..<count {
      let target = Tensor([x.rows], (0..<x.rows).map { y[$0 * count + c] })
      found.append(try condition(x, target, inducing, logs: logs[c], ladder))
    }
    outputs = found
    dimension = x.columns
  }

  private func condition(
    _ x: Tensor<Double>, _ y: Tensor<Double>, _ inducing: [Int]?, logs: [Double],
    _ ladder: JitterLadder
  ) throws(Failure) -> Output {
    let scaler = TargetScaler(of: y.entries)
    let targets = scaler.scaled(y)
    let given =
      if let inducing {
        try GPConditional(
          kernel: kernel, logs: logs, x: x, y: targets, inducing: inducing,
          block: configuration.block, ladder: ladder)
      } else {
        try GPConditional(kernel: kernel, logs: logs, x: x, y: targets, ladder: ladder)
      }
    return Output(logs: logs, scaler: scaler, given: given)
  }

  private mutating func learn<Input: TensorScalar>(
    _ x: Tensor<Input>, _ y: Tensor<Double>, from known: [[Double]], steps: Int,
    _ context: RunContext
  ) throws(Failure) -> FitReport {
    let x = try Self.checked(x, y)
    try context.checkCancellation("stopped before the Gaussian processes were fitted")
    let inducing = nearest(configuration.exactLimit, of: x)
    let learned = nearest(min(configuration.exactLimit, configuration.learningLimit), of: x)
    let (n, count) = (x.rows, y.columns)
    let targets = (0..<count).map { c in Tensor([n], (0..<n).map { y[$0 * count + c] }) }
    let task = self
    let fitted: [(output: Output, result: BoundedLBFGS.Result)]
    do {
      fitted = try Parallel.map(count) { c in
        try task.learn(
          x, targets[c], inducing, learned, from: known.isEmpty ? nil : known[c], steps: steps,
          context)
      }
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(.numerical, "\(error)")
    }
    outputs = fitted.map(\.output)
    dimension = x.columns
    var report = FitReport()
    let longest = fitted.map(\.result.values.count).max() ?? 0
    report.losses = (0..<longest).map { step in
      fitted.reduce(0) { $0 + $1.result.values[min(step, $1.result.values.count - 1)] }
    }
    report.steps = fitted.map { $0.result.values.count - 1 }.max() ?? 0
    report.gradientNorm =
      fitted.map { $0.result.gradient.reduce(0) { $0 + $1 * $1 }.squareRoot() }.max() ?? 0
    report.stoppedEarly = fitted.allSatisfy(\.result.converged)
    report.addedInducingPoints = inducing?.count ?? 0
    return report
  }

  /// One output.
  private func learn(
    _ x: Tensor<Double>, _ y: Tensor<Double>, _ inducing: [Int]?, _ learned: [Int]?,
    from known: [Double]?, steps: Int, _ context: RunContext
  ) throws(Failure) -> (output: Output, result: BoundedLBFGS.Result) {
    let targets = TargetScaler(of: y.entries).scaled(y)
    let parameters =
      kernel.hyperparameters(dimension: x.columns) + [
        Hyperparameter(configuration.variance, start: 1),
        Hyperparameter(
          configuration.noise,
          start: (configuration.noise.lowerBound * configuration.noise.upperBound).squareRoot()),
      ]
    let likelihood = MarginalLikelihood(
      kernel: kernel, x: learned.map { x.rows($0) } ?? x,
      y: learned.map { targets.rows($0) } ?? targets, hyperparameters: parameters)
    let search = BoundedLBFGS(bounds: parameters.map(\.logRange), iterations: steps)
    func evaluate(_ logs: [Double]) throws(Failure) -> (value: Double, gradient: [Double]) {
      try context.checkCancellation("stopped while the Gaussian processes were fitted")
      return likelihood.evaluate(logs)
    }
    let cold = parameters.map { Foundation.log($0.start) }
    var result = try search.minimize(from: known ?? cold, evaluate)
    if !result.value.isFinite, known != nil {
      context.report(.notice("a Gaussian process could not start from its last hyperparameters"))
      result = try search.minimize(from: cold, evaluate)
    }
    if known == nil, configuration.noise.upperBound > 0.01 {
      // Much noise and little are two explanations of data that scatter; each has its own valley.
      var noisy = cold
      noisy[noisy.count - 1] = Foundation.log(0.3 * configuration.noise.upperBound)
      let other = try search.minimize(from: noisy, evaluate)
      if other.value.isFinite, !(result.value <= other.value) { result = other }
    }
    guard result.value.isFinite else {
      throw Failure(
        .numerical, "the covariance of the data has no factorization",
        advice: "check the data for enormous numbers, or raise the noise")
    }
    let ladder = JitterLadder(base: configuration.jitter, in: context)
    return (try condition(x, y, inducing, logs: result.point, ladder), result)
  }

  /// So many rows: all (nil), or those nearest to the focus, or every so-manieth.
  private func nearest(_ limit: Int, of x: Tensor<Double>) -> [Int]? {
    let (n, d) = (x.rows, x.columns)
    guard n > limit else { return nil }
    guard let focus else { return (0..<limit).map { $0 * n / limit } }
    let distances = (0..<n).map { i in
      (0..<d).reduce(0.0) { $0 + (x[i * d + $1] - focus[$1]) * (x[i * d + $1] - focus[$1]) }
    }
    let nearest = (0..<n).sorted { (distances[$0], $0) < (distances[$1], $1) }
    return nearest.prefix(limit).sorted()
  }

  private static func checked<Input: TensorScalar>(_ x: Tensor<Input>, _ y: Tensor<Double>)
    throws(Failure) -> Tensor<Double>
  {
    guard x.rows > 0, x.columns > 0 else {
      throw Failure(.badData, "there are no points to learn from")
    }
    guard y.rows == x.rows, y.columns > 0 else {
      throw Failure(.badArgument, "\(x.rows) points have \(y.rows) rows of targets")
    }
    guard x.isFinite else { throw Failure(.badData, "points to learn from are NaN or infinite") }
    let broken = y.entries.count { !$0.isFinite }
    guard broken == 0 else {
      throw Failure(.badData, "\(broken) of \(y.count) targets are NaN or infinite")
    }
    return x.converted(to: Double.self).reshaped([x.rows, x.columns])
  }
}
