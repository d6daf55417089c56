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
    let known = outputs.count == y.columns ? outputs.map(\.logs) : []
    let data = Data(self, points)
    var report = FitReport()
    var logs: [[Double]] = []
    for c in 0..<y.columns {
      let result = try learn(
        data, Self.column(c, of: y), from: known.isEmpty ? nil : known[c], context)
      logs.append(result.point)
      report.steps = max(report.steps, result.values.count - 1)
      report.losses.append(result.value)
    }
    report.losses = [report.losses.reduce(0, +)]
    report.addedInducingPoints = data.isSparse ? data.basis.count : 0
    try condition(data, y, logs: logs, context)
    return report
  }

  /// The data's pairs, which all outputs share.
  private struct Data {
    /// What entries of vectors are divided by, measured on the data.
    let scales: [VectorScales?]
    let points: SequencePoints
    var count: Int { points.count }
    /// The data, or where they are many the inducing points.
    let basis: SequenceKernel.Basis
    /// Of the basis: the lower triangle.
    let pairs: SequenceKernel.Pairs
    /// Rows whose likelihood is learned from.
    let learned: [Int]
    let learnedPairs: SequenceKernel.Pairs

    /// Whether the data are seen through inducing points.
    var isSparse: Bool { basis.count < count }

    init(_ model: SequenceGP, _ points: SequencePoints) {
      let (n, limit) = (points.count, model.configuration.exactLimit)
      let kernel = model.kernel
      scales = zip(kernel.vectors, points.vectors).map { scale, vectors in
        scale == .standardized ? VectorScales(of: vectors) : nil
      }
      let points = points.divided(by: scales)
      self.points = points
      basis = kernel.basis(n > limit ? points.rows(SequenceGP.spread(limit, of: n)) : points)
      pairs = kernel.ownPairs(basis)
      learned =
        n > model.configuration.learningLimit
        ? SequenceGP.spread(model.configuration.learningLimit, of: n) : Array(0..<n)
      learnedPairs =
        learned.count == n && n <= limit
        ? pairs : kernel.ownPairs(kernel.basis(points.rows(learned)))
    }
  }

  /// `count` of the rows 0..<n, evenly spread over the order of evaluation.
  static func spread(_ count: Int, of n: Int) -> [Int] { (0..<count).map { $0 * n / count } }

  /// The hyperparameters of one output's largest likelihood.
  private func learn(
    _ data: Data, _ y: Tensor<Double>, from known: [Double]?, _ context: RunContext
  ) throws(Failure) -> BoundedLBFGS.Result {
    let targets = TargetScaler(of: y.entries).scaled(y)
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
    return result
  }

  /// What the data say of each output, with its hyperparameters.
  /// - Parameter targets: by output, standardised, [N].
  private func conditionals(
    _ data: Data, _ targets: [Tensor<Double>], logs: [[Double]], _ context: RunContext
  ) throws(Failure) -> [GramConditional] {
    let ladder = JitterLadder(base: configuration.jitter, in: context)
    var result: [GramConditional] = []
    guard data.isSparse else {
      for (logs, targets) in zip(logs, targets) {
        var covariance = kernel.covariance(data.pairs, logs)
        let view = MatrixView(&covariance)
        for i in 0..<view.rows { view.row(i)[i] += exp(logs[kernel.parameterCount]) }
        result.append(try GramConditional(covariance: covariance, targets, ladder))
      }
      return result
    }
    var sums: [SparseSums] = []
    for logs in logs {
      sums.append(try SparseSums(inducing: kernel.covariance(data.pairs, logs), ladder))
    }
    for rows in Parallel.ranges(data.count, by: configuration.block) {
      try context.checkCancellation("stopped while the Gaussian processes were fitted")
      let pairs = kernel.pairs(data.points.rows(Array(rows)), data.basis)
      for (c, logs) in logs.enumerated() {
        sums[c].add(
          cross: kernel.covariance(pairs, logs), targets[c].rows(rows),
          variance: kernel.variance(logs), noise: exp(logs[kernel.parameterCount]))
      }
    }
    for sum in sums { result.append(try GramConditional(sum)) }
    return result
  }

  /// Conditions on data with hyperparameters that are given, by output: the kernel's, then the noise.
  package mutating func condition(
    on points: SequencePoints, _ y: Tensor<Double>, logs: [[Double]], in context: RunContext
  ) throws(Failure) {
    try condition(Data(self, points), y, logs: logs, context)
  }

  private mutating func condition(
    _ data: Data, _ y: Tensor<Double>, logs: [[Double]], _ context: RunContext
  ) throws(Failure) {
    let targets = logs.indices.map { Self.column($0, of: y) }
    let scalers = targets.map { TargetScaler(of: $0.entries) }
    let solved = try conditionals(
      data, zip(scalers, targets).map { $0.scaled($1) }, logs: logs, context)
    outputs = logs.indices.map { Output(logs: logs[$0], scaler: scalers[$0], solved: solved[$0]) }
    basis = data.basis
    scales = data.scales
  }

  private static func column(_ c: Int, of y: Tensor<Double>) -> Tensor<Double> {
    Tensor([y.rows], (0..<y.rows).map { y[$0 * y.columns + c] })
  }

  /// The kernel's, then the noise. Lengthscales start at the median distance of the data.
  private func hyperparameters(_ data: Data) -> [Hyperparameter] {
    var result: [Hyperparameter] = []
    let parts = Double(kernel.countKinds + kernel.vectors.count)
    let each = Hyperparameter(configuration.variance, start: 2 / parts)
    result += [Hyperparameter](repeating: each, count: kernel.countKinds)
    for squares in data.learnedPairs.squares {
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
