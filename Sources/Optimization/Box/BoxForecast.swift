import Core
import Engine
import Oracles
import Surrogates

/// What Gaussian processes of all evaluations expect in a box, whatever method chose them.
///
/// A search's own models serve the search: MEGS and CiBO learn little but good points, SCBO ranks instead of
/// values, and both expect other points with twice the error (docs/search-methods.md, "What is expected").
struct BoxForecast {
  private let archive: BoxArchive
  private var model: ExactGP<StationaryKernel>
  private var working: WorkingRegion

  /// - Throws: `.badData` where no trial worked.
  init(_ trials: [Trial], in space: BoxSpace, context: RunContext) throws {
    var archive = BoxArchive(space: space)
    try archive.append(trials)
    guard let best = archive.ranking.first else { throw archive.nothingWorked }
    self.archive = archive
    var configuration = ExactGP<StationaryKernel>.Configuration()
    // Results may be nothing but scatter.
    configuration.noise = 1e-6...1
    model = ExactGP(
      kernel: StationaryKernel(.matern52, lengthscales: .scaledByDimension),
      configuration: configuration)
    working = WorkingRegion(model)
    let rows = Array(archive.points.indices)
    model.focus = archive.points[best]
    try model.fit(
      archive.matrix(rows, as: Double.self),
      Tensor(
        [rows.count, 1 + archive.constraintCount],
        rows.flatMap { [archive.objectives[$0]] + archive.bilogs($0) }),
      in: context)
    try working.learn(archive, rows, focus: archive.points[best], context)
  }

  /// What is expected of points of the box. That an evaluation works is a part of its feasibility, once any failed.
  func expectations(of points: [[Double]], context: RunContext) throws -> [Expectation] {
    let x = Tensor<Double>(
      [points.count, archive.space.dimension], points.flatMap(archive.space.unit))
    let expected = Expectation.of(
      try [model, working.model].flatMap { model in
        try (0..<model.outputCount).map { try model.posterior(at: x, output: $0, in: context) }
      })
    // The process' spread is that of the values it has learned: few of them leave it open, as in Student's
    // distribution, and one says nothing.
    let widening = StudentT.quantile95(degrees: archive.count - 1) / Prediction.reach
    return expected.map { one in
      let (mean, reach) = (one.goal.mean, one.goal.range.upperBound - one.goal.mean)
      let wide = widening.isFinite ? widening * reach : .infinity
      return Expectation(
        goal: Prediction(mean: mean, range: (mean - wide)...(mean + wide)),
        feasibility: one.feasibility)
    }
  }
}
