import Core
import Engine
import Foundation
import Neural
import Surrogates
import Testing

struct StandardNormalTests {
  /// Values of log Phi from the continued fraction of Mills' ratio, worked out to 20 digits.
  @Test func logarithmHoldsInBothTails() {
    #expect(abs(StandardNormal.logCDF(0).value + log(2.0)) < 1e-15)
    #expect(abs(StandardNormal.cdf(1.96) - 0.9750021048517795) < 1e-14)
    // Below the change to the series and above it: both sides must agree.
    let (above, below) = (StandardNormal.logCDF(-29.999999), StandardNormal.logCDF(-30.000001))
    #expect(abs(above.value - below.value - 2e-6 * 30.033259667) < 1e-9)
    #expect(abs(StandardNormal.logCDF(-1e8).value / -0.5e16 - 1) < 1e-12)
    #expect(abs(StandardNormal.logCDF(-1e8).slope / 1e8 - 1) < 1e-12)
    #expect(abs(StandardNormal.logCDF(8).value / -6.220960574271785e-16 - 1) < 1e-10)
    #expect(StandardNormal.logCDF(60).slope == 0)
  }

  @Test func quantileInvertsTheDistribution() {
    for p in [1e-300, 1e-20, 1e-3, 0.2, 0.5, 0.7, 0.999] {
      #expect(abs(StandardNormal.cdf(StandardNormal.quantile(p)) / p - 1) < 1e-12 * max(1, -log(p)))
    }
  }

  /// E z^2k = (2k - 1)!!.
  @Test func quadratureIsExactForPolynomials() {
    var factorial = 1.0
    for k in 0...19 {
      if k > 0 { factorial *= Double(2 * k - 1) }
      let moment = GaussHermite.standard.expectation(mean: 0, deviation: 1) {
        pow($0, Double(2 * k))
      }
      #expect(abs(moment / factorial - 1) < 1e-9, "\(k)")
    }
    let shifted = GaussHermite.standard.expectation(mean: 2, deviation: 3) { $0 * $0 }
    #expect(abs(shifted - 13) < 1e-10)
  }
}

struct BernoulliTests {
  let context = RunContext(seed: 5)
  let ladder = JitterLadder(base: 1e-6) { _, _ in }

  static func head(inducing m: Int, dimension d: Int) -> VariationalGPHead {
    let known = GradientTests.head(inducing: m, dimension: d)
    var head = VariationalGPHead(
      inducingPoints: known.inducingPoints.value, likelihood: .bernoulli)
    head.variationalMean.value = known.variationalMean.value
    head.variationalRoot.value = known.variationalRoot.value
    head.rawLengthscale.value = known.rawLengthscale.value
    head.rawOutputScale.value = known.rawOutputScale.value
    head.constant.value = known.constant.value
    return head
  }

  /// A Gaussian and a Bernoulli output on shared features, entry by entry of every parameter.
  @Test(arguments: VariationalLoss.allCases)
  func gradientsAgreeWithCentralDifferences(kind: VariationalLoss) throws {
    var random = RandomStream(seed: 8)
    var configuration = DeepKernelGP.Configuration.small
    configuration.loss = kind
    let features = MLP<Double>(
      [4, 5, 3], activation: .swish, outputActivation: .swish, using: &random)
    let heads = [
      GradientTests.head(inducing: 6, dimension: 3), Self.head(inducing: 4, dimension: 3),
    ]
    let model = try DeepKernelGP(
      configuration, features: features, heads: heads, scalers: [TargetScaler(), TargetScaler()],
      ladder: ladder)
    let x = Tensor<Double>([9, 4], random.normals(36))
    let targets = [
      Tensor<Double>([9], random.normals(9)), Tensor<Double>([9], [0, 1, 1, 0, 1, 0, 0, 0, 1]),
    ]
    func loss(_ model: DeepKernelGP) throws -> Double {
      try model.lossAndGradients(x, targets, dataCount: 20, ladder: ladder).loss
    }
    let gradients = try model.lossAndGradients(x, targets, dataCount: 20, ladder: ladder).gradients
    var listed = model
    var analytic: [(path: String, values: [Double])] = []
    listed.forEachParameter { path, parameter in
      analytic.append((path, gradients[parameter]?.entries ?? []))
    }
    #expect(!analytic.contains { $0.path == "heads.1.raw_noise" })
    #expect(analytic.allSatisfy { !$0.values.isEmpty })
    for (path, values) in analytic {
      for entry in values.indices where !(path.hasSuffix("root") && values[entry] == 0) {
        var difference = 0.0
        for sign in [1.0, -1.0] {
          var moved = model
          moved.forEachParameter { name, parameter in
            if name == path { parameter.value[entry] += sign * 1e-5 }
          }
          difference += sign * (try loss(moved)) / 2e-5
        }
        #expect(abs(difference - values[entry]) < 1e-6 + 1e-5 * abs(difference), "\(path) \(entry)")
      }
    }
  }

  /// Both losses against means over draws of the latent function: with n = 400,000 draws the standard
  /// error of the mean of log Phi (spread below 2 here) is below 0.0032, of Phi below 0.0008; the
  /// bounds are 4.5 of these, and the seed is fixed.
  @Test func lossesAreTheExpectationsTheyStandFor() throws {
    let head = Self.head(inducing: 4, dimension: 3)
    var random = RandomStream(seed: 2)
    let x = Tensor<Double>([1, 3], random.normals(3))
    let features = MLP<Double>([3, 3], activation: .swish, using: &random)
    let model = try DeepKernelGP(
      .small, features: features, heads: [head], scalers: [TargetScaler()], ladder: ladder)
    let posterior = try model.posterior(at: x, in: context)
    let n = 400_000
    let deviation = posterior.variance(observationNoise: false)[0].squareRoot()
    let draws = random.normals(n).map { posterior.mean[0] + deviation * $0 }
    let divergence = try Self.loss(head, model, x, 1, .predictive) - Self.predictive(posterior, 1)
    for observed in [0.0, 1.0] {
      let sign = 2 * observed - 1
      let predictive = try Self.loss(head, model, x, observed, .predictive) - divergence
      let bound = try Self.loss(head, model, x, observed, .elbo) - divergence
      let likelihood = draws.reduce(0.0) { $0 + StandardNormal.cdf(sign * $1) } / Double(n)
      let logarithm = draws.reduce(0.0) { $0 + StandardNormal.logCDF(sign * $1).value } / Double(n)
      #expect(abs(exp(-predictive) - likelihood) < 0.0036)
      #expect(abs(-bound - logarithm) < 0.0145)
      #expect(bound > predictive)
    }
  }

  private static func loss(
    _ head: VariationalGPHead, _ model: DeepKernelGP, _ x: Tensor<Double>, _ observed: Double,
    _ kind: VariationalLoss
  ) throws -> Double {
    let tape = Tape<Double>()
    let features = try #require(model.features)
    return try head.loss(
      kind, features: features(tape.constant(x)), targets: Tensor([1], [observed]), divisor: 1,
      ladder: JitterLadder(base: 1e-6) { _, _ in }
    ).value.item
  }

  private static func predictive(_ posterior: any Posterior, _ observed: Double) -> Double {
    let p = posterior.probabilitiesAboveZero[0]
    return -log(observed == 1 ? p : 1 - p)
  }

  /// A linear boundary with labels drawn by a probit: probabilities are learned, and calibrated.
  @Test(arguments: VariationalLoss.allCases)
  func learnsProbabilities(kind: VariationalLoss) throws {
    let (seen, unseen) = (Labels(400, seed: 1), Labels(2000, seed: 2))
    var configuration = DeepKernelGP.Configuration.small
    configuration.epochs = 60
    configuration.loss = kind
    var model = try DeepKernelGP(configuration)
    try model.fit(seen.x, seen.y, likelihoods: [.bernoulli], in: context)
    let posterior = try model.posterior(at: unseen.x, in: context)
    #expect(posterior.noiseVariance == 1)
    let p = posterior.probabilitiesAboveZero
    #expect(p.entries.allSatisfy { (0...1).contains($0) })
    // A model that saw only the first of the two inputs would reach 1.5 / sqrt(3.25) = 0.83.
    #expect(correlation(p, Tensor([2000], unseen.probabilities)) > 0.9)
    // Among points with a probability between a and b, about that share is 1. Each group holds 100
    // points at least: 4 standard errors of a share are 0.2 at most, less than a flipped sign or a
    // latent scale twice too large would make.
    for low in [0.0, 0.25, 0.5, 0.75] {
      let group = (0..<2000).filter { (low..<low + 0.25 + 1e-9).contains(p[$0]) }
      #expect(group.count >= 100)
      let share = group.reduce(0.0) { $0 + unseen.y[$1] } / Double(group.count)
      let expected = group.reduce(0.0) { $0 + p[$1] } / Double(group.count)
      #expect(abs(share - expected) < 0.12, "\(low): \(share) against \(expected)")
    }
  }

  struct Labels {
    let x: Tensor<Double>
    let probabilities: [Double]
    let y: Tensor<Double>

    init(_ count: Int, seed: UInt64) {
      var random = RandomStream(seed: seed)
      let x = Tensor<Double>([count, 4], random.normals(count * 4))
      let latent = (0..<count).map { 1.5 * x[$0, 0] - x[$0, 1] - 0.3 }
      let noise = random.normals(count)
      self.x = x
      probabilities = latent.map { StandardNormal.cdf($0) }
      y = Tensor([count], zip(latent, noise).map { $0 + $1 > 0 ? 1 : 0 })
    }
  }

  /// Where one answer was never seen, the model thinks it unlikely, not impossible.
  @Test(arguments: [0.0, 1.0]) func constantLabels(_ label: Double) throws {
    let x = SmoothData(60).x
    var model = try DeepKernelGP(.small)
    try model.fit(
      x, Tensor([60], repeating: label), likelihoods: [.bernoulli], in: context)
    try model.refit(x, Tensor([60], repeating: label), in: context)
    let p = try model.posterior(at: x, in: context).probabilitiesAboveZero.entries
    #expect(p.allSatisfy { label == 0 ? $0 < 0.1 : $0 > 0.9 })
    #expect(p.allSatisfy { $0 > 0 && $0 < 1 })
  }

  @Test func otherNumbersAreRefused() throws {
    let data = SmoothData(20)
    var model = try DeepKernelGP(.small)
    for bad in [
      Tensor<Double>([20], repeating: 0.5), Tensor([20], repeating: -1), Tensor([20], repeating: 2),
    ] {
      let failure = #expect(throws: Failure.self) {
        try model.fit(data.x, bad, likelihoods: [.bernoulli], in: context)
      }
      #expect(failure?.kind == .badData)
    }
    #expect(throws: Failure.self) {
      try model.fit(data.x, data.y, likelihoods: [.gaussian, .bernoulli], in: context)
    }
    try model.fit(data.x, Tensor([20], repeating: 1), likelihoods: [.bernoulli], in: context)
    #expect(throws: Failure.self) { try model.refit(data.x, data.y, in: context) }
  }

  @Test func snapshotsKeepTheLikelihoodAndRescalingLeavesItAlone() throws {
    let labels = Labels(80, seed: 3)
    let both = Tensor<Double>(
      [80, 2], (0..<80).flatMap { [7 + 3 * labels.x[$0, 0], labels.y[$0]] })
    var model = try DeepKernelGP(.small)
    try model.fit(labels.x, both, likelihoods: [.gaussian, .bernoulli], in: context)
    var restored = try DeepKernelGP(
      .small, restoring: model.snapshot, from: "snapshot", in: context)
    #expect(restored.heads.map(\.likelihood) == [.gaussian, .bernoulli])
    try model.refit(labels.x, both, in: context.scoped("refit"))
    try restored.refit(labels.x, both, in: context.scoped("refit"))
    #expect(model.parameters.map(\.value) == restored.parameters.map(\.value))
    let before = try model.posterior(at: labels.x, output: 1, in: context).mean
    try model.rescale(to: both.rows(Array(0..<30)), in: context)
    #expect(try model.posterior(at: labels.x, output: 1, in: context).mean == before)
  }
}
