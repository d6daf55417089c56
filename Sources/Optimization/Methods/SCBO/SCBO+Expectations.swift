import Core
import Engine
import Oracles
import Surrogates

extension SCBO: PredictingMethod {
  /// What the Gaussian processes of the present trust region's points expect.
  public func expectations(of candidates: [Candidate], context: RunContext) throws -> [Expectation]
  {
    guard let centre = best(of: local) else { throw archive.nothingWorked }
    var asked = self
    // A search may take scatter for structure; who asks what to expect of a measurement may not.
    asked.model = Self.newModel(settings, noise: 1)
    try asked.learn(around: centre, context)
    let points = candidates.compactMap(\.vector)
    let x = Tensor<Double>(
      [points.count, archive.space.dimension], points.flatMap(archive.space.unit))
    let scale = GoalScale(local.map { archive.objectives[$0] })
    return Expectation.of(
      try (0..<asked.model.outputCount).map {
        try asked.model.posterior(at: x, output: $0, in: context)
      }, goal: { settings.copula ? scale.goal($0) : $0 })
  }
}
