import Core
import Engine
import Neural
import Surrogates
import Testing

/// Agreement with gpytorch on every fixture of the folder.
struct ParityTests {
  let context = RunContext(seed: 0)

  @Test func fixturesAreThere() throws {
    #expect(try !Fixture.all.isEmpty)
  }

  @Test(arguments: try Fixture.all)
  func meanAndVarianceAtTheData(fixture: Fixture) throws {
    let posterior = try fixture.model.posterior(at: fixture.x, in: context)
    let mean = try fixture.tensor("train.mean")
    let variance = try fixture.tensor("train.variance")
    #expect(Fixture.relativeError(posterior.mean, mean) < 1e-4)
    #expect(Fixture.relativeError(posterior.variance(observationNoise: false), variance) < 1e-4)
  }

  @Test(arguments: try Fixture.all)
  func posteriorAtTestPoints(fixture: Fixture) throws {
    let posterior = try fixture.model.posterior(at: fixture.tensor("test.x"), in: context)
    #expect(Fixture.relativeError(posterior.mean, try fixture.tensor("test.mean")) < 1e-4)
    let covariance = try fixture.tensor("test.covariance")
    #expect(
      Fixture.relativeError(posterior.covariance(observationNoise: false), covariance) < 1e-3)
    let noisy = try fixture.tensor("test.covariance_with_noise")
    #expect(Fixture.relativeError(posterior.covariance(observationNoise: true), noisy) < 1e-3)
  }

  @Test(arguments: try Fixture.all)
  func constrainedValues(fixture: Fixture) throws {
    let head = fixture.model.heads[0]
    for (ours, name) in [
      (head.lengthscale, "value.lengthscale"), (head.outputScale, "value.outputscale"),
      (head.noise, "value.noise"),
    ] {
      let theirs = try fixture.tensor(name).item
      #expect(abs(ours - theirs) < 1e-5 * abs(theirs), "\(name)")
    }
  }

  @Test(arguments: try Fixture.all, VariationalLoss.allCases)
  func lossesAndGradients(fixture: Fixture, kind: VariationalLoss) throws {
    var configuration = fixture.model.configuration
    configuration.loss = kind
    var model = try DeepKernelGP(
      configuration, features: fixture.model.features!, heads: fixture.model.heads,
      scalers: fixture.model.scalers, ladder: JitterLadder(base: configuration.jitter, in: context))
    let (loss, gradients) = try model.lossAndGradients(
      fixture.x, [fixture.y], dataCount: fixture.x.rows,
      ladder: JitterLadder(base: configuration.jitter, in: context))
    let name = kind == .predictive ? "train.ppgpr_loss" : "train.elbo_loss"
    let theirs = try fixture.tensor(name).item
    #expect(abs(loss - theirs) < 1e-4 * abs(theirs))
    // The fixture holds the gradients of one of the two losses.
    guard kind == .predictive else { return }
    var checked = 0
    model.forEachParameter { path, parameter in
      guard let ours = gradients[parameter],
        let theirs = try? fixture.tensor("grad." + Fixture.theirName(path))
      else {
        Issue.record("no gradient of \(path)")
        return
      }
      #expect(Fixture.relativeError(ours, theirs) < 1e-3, "\(path)")
      checked += 1
    }
    #expect(checked == model.parameters.count)
  }
}
