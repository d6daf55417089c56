import Core
import Flows
import Samplers
import Surrogates

extension CiBO {
  /// The options, decoded for a box.
  struct Settings: Sendable {
    enum Search: String, Sendable { case gradient, sampler, prior }

    var batch, ascentSteps, filter: Int
    var usesNetworks, reuses, isLatent, clampsFirst, takesTurns, isSharp, isCautious: Bool
    var sharpness, alpha, gamma: Double
    var multiplier: LagrangeMultiplier.Rule
    /// Nil where it follows the reward's spread.
    var beta: Double?
    var search: Search
    var buffer: LagrangianBuffer.Rule
    var networks: MLPEnsemble.Configuration
    var networkTraining: MLPEnsemble.Training
    var flowHidden: [Int]
    var firstFlow, laterFlow: FlowMatching.Training
    var solver: ODESolver
    var solverTolerance: Double
    var flowRate: Double
    var sampler: Sampler
    var samplerTraining: DiffusionSampler.Training
    /// The multi-scale ensemble and the plans of ascents, shared with MEGS.
    var shared: MEGS.Settings

    /// - Parameter budget: evaluations after the start set; nil for no limit.
    init(_ o: Options, dimension: Int, budget: Int?) throws(Failure) {
      let published = o.text("preset") == "published"
      func flag(_ name: String, _ ours: Bool, _ theirs: Bool) -> Bool {
        o.contains(name) ? o.flag(name) : published ? theirs : ours
      }
      func text(_ name: String, _ ours: String, _ theirs: String) -> String {
        o.contains(name) ? o.text(name) : published ? theirs : ours
      }
      func integer(_ name: String, _ ours: Int, _ theirs: Int) -> Int {
        o.contains(name) ? o.integer(name) : published ? theirs : ours
      }
      func real(_ name: String, _ ours: Double, _ theirs: Double) -> Double {
        o.contains(name) ? o.real(name) : published ? theirs : ours
      }
      batch = integer("batch", StandardBatch.size(budget: budget), StandardBatch.largest)
      ascentSteps = o.integer("ascent_steps")
      multiplier = .init(
        o.contains("lambda")
          ? .given(o.real("lambda")) : published ? .given(LagrangeMultiplier.ofTwo) : .byCount,
        isDual: o.flag("adapt_lambda"))
      isCautious = flag("caution", true, false)
      isSharp = text("weights", "sharp", "exponential") == "sharp"
      sharpness = real("sharpness", max(20, 4 * Double(dimension)), 200)
      usesNetworks = text("surrogate", "multiscale", "networks") == "networks"
      reuses = flag("reuse", true, false)
      isLatent = o.text("space") == "latent"
      clampsFirst = flag("clamp_first", true, false)
      takesTurns = flag("turns", true, false)
      search = Search(rawValue: text("search", "gradient", "sampler")) ?? .gradient
      gamma = real("gamma", 0, 1)
      beta = o.contains("beta") ? o.real("beta") : published ? 1 : nil
      alpha = real("alpha", search == .gradient ? 0.05 : 1, 1e-5)
      filter = integer("filter", search == .prior ? 10 : 3, 10)
      buffer = LagrangianBuffer.Rule(
        capacity: integer("buffer", max(2000, 20 * dimension), 2000),
        constraintScale: .init(rawValue: text("constraint_scale", "deviation", "largest"))
          ?? .deviation,
        winsorizes: flag("winsorize", true, false))
      networks = MLPEnsemble.Configuration(
        members: o.integer("surrogate_members"),
        hidden: [Int](
          repeating: o.integer("surrogate_hidden"), count: o.integer("surrogate_layers")),
        rate: o.real("surrogate_rate"))
      let noise = o.real("input_noise")
      networkTraining = MLPEnsemble.Training(
        epochs: o.integer("surrogate_epochs"), batch: o.integer("surrogate_batch"),
        inputNoise: noise)
      flowHidden = [Int](
        repeating: integer("flow_hidden", 128, 512), count: o.integer("flow_layers"))
      flowRate = o.real("flow_rate")
      let coupling: FlowMatching.Coupling =
        text("coupling", "ot", "independent") == "ot" ? .optimalTransport : .independent
      func flowTraining(_ steps: Int) -> FlowMatching.Training {
        FlowMatching.Training(
          steps: steps, batch: o.integer("flow_batch"), inputNoise: noise, coupling: coupling)
      }
      firstFlow = flowTraining(integer("flow_steps", 100, 500))
      laterFlow = flowTraining(o.integer("flow_resteps"))
      solver = ODESolver(
        text("solver", "midpoint", "rk4") == "rk4" ? .rungeKutta38 : .midpoint,
        steps: integer("solver_steps", 8, 250))
      solverTolerance = real("solver_tolerance", 0, 1e-4)
      sampler = Sampler(o)
      samplerTraining = DiffusionSampler.Training(
        steps: o.integer("sampler_steps"), batch: o.integer("sampler_batch"),
        form: TrajectoryBalance.Form(
          rawValue: text("balance", "log_variance", "trajectory_balance")) ?? .logVariance)
      var given: [String: OptionValue] = ["batch": .integer(batch)]
      given["floor"] = .real(o.real("floor"))
      given["reach"] = .real(o.real("reach"))
      given["ascent_steps"] = .integer(ascentSteps)
      // Plain networks are one judge: of more ascents than candidates it would choose those of one optimum.
      if usesNetworks {
        given["members"] = .integer(1)
        given["chains"] = .integer(max(8, batch))
      }
      if let mean = o["largest_mean"] { given["largest_mean"] = mean }
      if let chains = o["chains"] { given["chains"] = chains }
      shared = MEGS.Settings(
        try Options(given, specs: MEGS.options), dimension: dimension, budget: budget)
    }
  }

  /// How a fresh diffusion sampler is made.
  struct Sampler: Sendable {
    let reference: BrownianReference
    private let width, layers, replay: Int
    private let rate, logZRate, replayRank: Double
    private let startsGaussian: Bool

    init(_ o: Options) {
      reference = BrownianReference(
        steps: o.integer("trajectory"), variance: o.real("diffusion"))
      width = o.integer("sampler_hidden")
      layers = o.integer("sampler_layers")
      rate = o.real("sampler_rate")
      logZRate = o.real("log_z_rate")
      startsGaussian = o.text("log_z") == "gaussian"
      replay = o.integer("replay")
      replayRank = o.real("replay_rank")
    }

    /// One that has learned nothing.
    func fresh(dimension: Int, using random: inout RandomStream) -> DiffusionSampler {
      DiffusionSampler(
        DiffusionPolicy(dimension: dimension, width: width, hidden: layers, using: &random),
        reference: reference, rate: rate, logZRate: logZRate,
        initialLogZ: startsGaussian ? DiffusionSampler.gaussianLogZ(dimension: dimension) : 0,
        buffer: ReplayBuffer(dimension: dimension, capacity: replay, rankShare: replayRank))
    }
  }
}
