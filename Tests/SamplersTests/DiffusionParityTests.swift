import Core
import Engine
import Neural
import Samplers
import Testing

/// The published program's sampler: paths, probabilities, loss and every gradient.
struct DiffusionParityTests {
  @Test func forwardPaths() throws {
    let fixture = try Fixture()
    let paths = fixture.sampler.trajectories(noise: try fixture.tensor("forward.noise"))
    try check(paths, "forward", fixture)
    let rewards = Fixture.logReward(paths.endPoints)
    #expect(
      relativeError(Tensor([rewards.count], rewards), try fixture.tensor("forward.log_reward"))
        < 1e-5)
  }

  @Test func backwardPaths() throws {
    let fixture = try Fixture()
    let paths = Trajectories(
      bridgesTo: try fixture.tensor("backward.x"), noise: try fixture.tensor("backward.noise"),
      reference: fixture.sampler.reference)
    try check(paths, "backward", fixture)
  }

  private func check(_ paths: Trajectories, _ direction: String, _ fixture: Fixture) throws {
    func theirs(_ name: String) throws -> Tensor<Float> {
      try fixture.tensor("\(direction).\(name)")
    }
    let policy = fixture.sampler.policy
    #expect(relativeError(paths.states, try theirs("states")) < 1e-5)
    #expect(relativeError(paths.logForward(policy), try theirs("log_pf")) < 1e-5)
    #expect(relativeError(paths.logBackward(), try theirs("log_pb")) < 1e-5)

    let rewards = Fixture.logReward(paths.endPoints)
    let tilt = zip(rewards, paths.reference.logDensity(paths.endPoints)).map { $0 - $1 }
    let result = try TrajectoryBalance.loss(
      of: paths, logTilt: tilt, logZ: fixture.sampler.logZ.value.value.item, policy: policy,
      form: .learnedLogZ)
    let loss = Double(try theirs("tb_loss").item)
    #expect(abs(result.loss - loss) < 1e-5 * loss)
    let slope = Double(try theirs("grad.flow_model").item)
    #expect(abs(result.logZGradient - slope) < 1e-4 * abs(slope))
    var checked = 0
    var copy = policy
    var errors: [Double] = []
    copy.forEachParameter { path, parameter in
      guard let mine = result.gradients[parameter],
        let their = try? theirs("grad." + Fixture.theirName(path))
      else { return }
      errors.append(relativeError(mine, their.firstRows(of: mine.shape)))
      checked += 1
    }
    #expect(checked == 13)
    #expect(errors.max()! < 1e-4)
  }

  /// What the loss rests on: the parts that do not depend on the drift telescope.
  @Test(arguments: [1.0, 2.5]) func logProbabilitiesTelescope(_ variance: Double) throws {
    var random = RandomStream(seed: 1)
    var policy = DiffusionPolicy(dimension: 3, width: 16, harmonics: 4, using: &random)
    policy.outputLayer = Linear(16, 3, using: &random)
    let reference = BrownianReference(steps: 7, variance: variance)
    let sampler = DiffusionSampler(policy, reference: reference)
    let paths = try sampler.trajectories(70, using: random)
    let (forward, backward) = (paths.logForward(policy), paths.logBackward())
    let girsanov = TrajectoryBalance.girsanov(paths, policy: policy)
    let ends = reference.logDensity(paths.endPoints)
    for path in 0..<70 {
      let ratio = forward.rows(path..<path + 1).sum - backward.rows(path..<path + 1).sum
      #expect(abs(ratio - girsanov[path] - ends[path]) < 1e-4)
    }
  }
}
