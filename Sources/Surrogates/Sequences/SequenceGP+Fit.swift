import Core
import Engine
import Foundation

extension SequenceGP {
  /// Learns from these data; hyperparameters start where the last fit ended, if that is more likely
  /// than where a first one starts.
  ///
  /// - Parameters:
  ///   - y: N x C, or [N] for one output.
  /// - Throws: `.badData` for NaN or no data, `.badArgument` for shapes that disagree, `.numerical`,
  ///   `.cancelled`.
  @discardableResult
  public mutating func fit(
    _ points: SequencePoints, _ y: Tensor<Double>, in context: RunContext
  ) throws(Failure) -> FitReport {
    let n = points.count
    guard n > 0 else { throw Failure(.badData, "there are no sequences to learn from") }
    guard y.rows == n, y.columns > 0 else {
      throw Failure(.badArgument, "\(n) sequences have \(y.rows) rows of targets")
    }
    try check(points)
    let broken = y.entries.count { !$0.isFinite }
    guard broken == 0 else {
      throw Failure(.badData, "\(broken) of \(y.count) targets are NaN or infinite")
    }
    let count = y.columns
    let known = outputs.count == count ? outputs.map(\.logs) : []
    let data = Data(self, points)
    var found: [Output] = []
    var report = FitReport()
    for c in 0..<count {
      let targets = Tensor([n], (0..<n).map { y[$0 * count + c] })
      let (output, result) = try learn(
        data, targets, from: known.isEmpty ? nil : known[c], context)
      found.append(output)
      report.steps = max(report.steps, result.values.count - 1)
      report.losses.append(result.value)
    }
    report.losses = [report.losses.reduce(0, +)]
    report.addedInducingPoints = data.inducing?.count ?? 0
    outputs = found
    basis = data.inducing.map { points.rows($0) } ?? points
    return report
  }

  /// The data's pairs, which all outputs share.
  private struct Data {
    /// Of the data, or of the inducing points: the lower triangle.
    let pairs: SequenceKernel.Pairs
    /// Inducing rows; nil where the process is exact.
    let inducing: [Int]?
    /// Of the data with the inducing points.
    let cross: SequenceKernel.Pairs?
    /// Rows whose likelihood is learned from.
    let learned: [Int]
    let learnedPairs: SequenceKernel.Pairs

    init(_ model: SequenceGP, _ points: SequencePoints) {
      let (n, limit) = (points.count, model.configuration.exactLimit)
      inducing = n > limit ? SequenceGP.spread(limit, of: n) : nil
      let kernel = model.kernel
      if let inducing {
        let basis = points.rows(inducing)
        let (table, latents) = kernel.tables(basis.joined(points))
        let m = inducing.count
        pairs = kernel.ownPairs(table, latents, 0..<m)
        cross = kernel.pairs(table, latents, m..<m + n, 0..<m)
      } else {
        let (table, latents) = kernel.tables(points)
        pairs = kernel.ownPairs(table, latents, 0..<n)
        cross = nil
      }
      learned =
        n > model.configuration.learningLimit
        ? SequenceGP.spread(model.configuration.learningLimit, of: n) : Array(0..<n)
      if learned.count == n {
        learnedPairs = pairs
      } else {
        let (table, latents) = kernel.tables(points.rows(learned))
        learnedPairs = kernel.ownPairs(table, latents, 0..<learned.count)
      }
    }
  }

  /// `count` of the rows 0..<n, evenly spread over the order of evaluation.
  static func spread(_ count: Int, of n: Int) -> [Int] { (0..<count).map { $0 * n / count } }

  private func learn(
    _ data: Data, _ y: Tensor<Double>, from known: [Double]?, _ context: RunContext
  ) throws(Failure) -> (Output, BoundedLBFGS.Result) {
    let scaler = TargetScaler(of: y.entries)
    let targets = scaler.scaled(y)
    let parameters = hyperparameters(data)
    let likelihood = SequenceLikelihood(
      kernel: kernel, pairs: data.learnedPairs,
      y: Tensor([data.learned.count], data.learned.map { targets[$0] }))
    func evaluate(_ logs: [Double]) throws(Failure) -> (value: Double, gradient: [Double]) {
      try context.checkCancellation("stopped while the Gaussian processes were fitted")
      return likelihood.evaluate(logs)
    }
    let cold = parameters.map { Foundation.log($0.start) }
    var start = cold
    var steps = configuration.firstSteps
    if let known, try evaluate(known).value < evaluate(cold).value {
      start = known
      steps = configuration.refitSteps
    }
    let search = BoundedLBFGS(bounds: parameters.map(\.logRange), iterations: steps)
    let result = try search.minimize(from: start, evaluate)
    guard result.value.isFinite else {
      throw Failure(
        .numerical, "the covariance of the sequences has no factorization",
        advice: "check the scores for enormous numbers")
    }
    let solved = try conditional(data, targets, result.point, context)
    return (Output(logs: result.point, scaler: scaler, solved: solved), result)
  }

  private func conditional(
    _ data: Data, _ y: Tensor<Double>, _ logs: [Double], _ context: RunContext
  ) throws(Failure) -> GramConditional {
    let ladder = JitterLadder(base: configuration.jitter, in: context)
    let noise = exp(logs[kernel.parameterCount])
    var covariance = kernel.covariance(data.pairs, logs)
    if let cross = data.cross {
      return try GramConditional(
        inducing: covariance, cross: kernel.covariance(cross, logs), y,
        variance: kernel.variance(logs), noise: noise, ladder)
    }
    let view = MatrixView(&covariance)
    for i in 0..<view.rows { view.row(i)[i] += noise }
    return try GramConditional(covariance: covariance, y, ladder)
  }

  /// Conditions on data with hyperparameters that are given, by output: the kernel's, then the noise.
  package mutating func condition(
    on points: SequencePoints, _ y: Tensor<Double>, logs: [[Double]], in context: RunContext
  ) throws(Failure) {
    let data = Data(self, points)
    var found: [Output] = []
    for (c, logs) in logs.enumerated() {
      let targets = Tensor([points.count], (0..<points.count).map { y[$0 * y.columns + c] })
      let scaler = TargetScaler(of: targets.entries)
      let solved = try conditional(data, scaler.scaled(targets), logs, context)
      found.append(Output(logs: logs, scaler: scaler, solved: solved))
    }
    outputs = found
    basis = data.inducing.map { points.rows($0) } ?? points
  }

  /// The kernel's, then the noise. The lengthscale starts at the median distance of the data.
  private func hyperparameters(_ data: Data) -> [Hyperparameter] {
    var result: [Hyperparameter] = []
    let parts = Double(kernel.countKinds + (kernel.hasLatents ? 1 : 0))
    let each = Hyperparameter(configuration.variance, start: 2 / parts)
    result += [Hyperparameter](repeating: each, count: kernel.countKinds)
    if kernel.hasLatents, let squares = data.learnedPairs.squares {
      let n = squares.rows
      let rows = Self.spread(min(n, 100), of: n)
      let distances = rows.flatMap { i in rows.filter { $0 < i }.map { squares[i, $0] } }.sorted()
      let median = distances.isEmpty ? 1 : max(1e-6, distances[distances.count / 2].squareRoot())
      result.append(each)
      result.append(Hyperparameter(median / 20...median * 20, start: median))
    }
    result.append(Hyperparameter(configuration.noise, start: 0.05))
    return result
  }
}
