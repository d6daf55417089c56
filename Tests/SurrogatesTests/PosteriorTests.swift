import Core
import Engine
import Surrogates
import Testing

struct PosteriorTests {
  let context = RunContext(seed: 3)

  /// Samples have the mean and covariance of the formula.
  ///
  /// An entry of the covariance of n samples has a standard error of sqrt((c_ii c_jj + c_ij^2) / n);
  /// of the 105 entries and means looked at, the largest deviation in standard errors exceeds 4.5
  /// with a probability of 105 * 7e-6, below 1 in 1,000 — and the seed is fixed.
  @Test(arguments: [false, true])
  func samplesFollowTheCovariance(observationNoise: Bool) throws {
    let data = SmoothData(60)
    var model = try DeepKernelGP(.small)
    try model.fit(data.x, data.y, in: context)
    let at = SmoothData(13, seed: 9).x
    let posterior = try model.posterior(at: at, in: context)
    let n = 20_000
    var random = RandomStream(seed: 11)
    let samples = try posterior.samples(n, observationNoise: observationNoise, using: &random)
    #expect(samples.shape == [n, 13])
    let covariance = posterior.covariance(observationNoise: observationNoise)
    var sums = Tensor<Double>.zeros([13])
    for s in 0..<n { for i in 0..<13 { sums[i] += samples[s, i] } }
    let means = sums.affine(1 / Double(n), 0)
    var centred = samples
    for s in 0..<n { for i in 0..<13 { centred[s, i] -= means[i] } }
    let empirical = centred.matmul(centred, transposeSelf: true).affine(1 / Double(n - 1), 0)
    for i in 0..<13 {
      #expect(
        abs(means[i] - posterior.mean[i]) < 4.5 * (covariance[i, i] / Double(n)).squareRoot())
      for j in 0...i {
        let c = covariance[i, j]
        let error = ((covariance[i, i] * covariance[j, j] + c * c) / Double(n)).squareRoot()
        #expect(abs(empirical[i, j] - c) < 4.5 * error, "\(i) \(j)")
      }
    }
  }

  @Test func varianceIsTheDiagonal() throws {
    let data = SmoothData(60)
    var model = try DeepKernelGP(.small)
    try model.fit(data.x, data.y, in: context)
    let posterior = try model.posterior(at: SmoothData(300, seed: 2).x, in: context)
    for noise in [false, true] {
      let diagonal = LinearAlgebra.diagonal(posterior.covariance(observationNoise: noise))
      #expect(
        Fixture.relativeError(posterior.variance(observationNoise: noise), diagonal) < 1e-10)
    }
    let added =
      posterior.variance(observationNoise: true) - posterior.variance(observationNoise: false)
    #expect(added.entries.allSatisfy { abs($0 / posterior.noiseVariance - 1) < 1e-6 })
  }

  @Test func sameStreamSameSamples() throws {
    let data = SmoothData(30)
    var model = try DeepKernelGP(.small)
    try model.fit(data.x, data.y, in: context)
    var (a, b, c) = (RandomStream(seed: 1), RandomStream(seed: 1), RandomStream(seed: 2))
    let first = try model.posteriorSamples(data.x, count: 4, using: &a, in: context)
    let again = try model.posteriorSamples(data.x, count: 4, using: &b, in: context)
    let next = try model.posteriorSamples(data.x, count: 4, using: &a, in: context)
    let other = try model.posteriorSamples(data.x, count: 4, using: &c, in: context)
    #expect(first == again)
    #expect(first != next)
    #expect(first != other)
  }

  @Test func noPointsNoSamples() throws {
    let data = SmoothData(30)
    var model = try DeepKernelGP(.small)
    try model.fit(data.x, data.y, in: context)
    var random = RandomStream(seed: 1)
    let none = try model.posteriorSamples(
      Tensor<Double>.zeros([0, 6]), count: 4, using: &random, in: context)
    #expect(none.shape == [4, 0])
  }
}
