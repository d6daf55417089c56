import Core
import Flows
import Samplers
import Surrogates

extension CiBO {
  /// The options of `cibo`. Where a default differs between the presets, "published" is what the
  /// authors run (arXiv 2507.00480, its appendix, and their program).
  public static let options: [OptionSpec] = [
    OptionSpec(
      "preset", .choice(["default", "published"]), default: .text("default"),
      "\"published\" runs the method with the authors' choices"),
    OptionSpec(
      "batch", .integer(1...100_000),
      "points of an iteration (default: \(StandardBatch.rule); published 100)"),
    OptionSpec(
      "lambda", .real(0...1e6),
      "Lagrange multiplier of the violations (default: 10, or 10 sqrt(2 / M) with M > 2 constraints; "
        + "published 10)"),
    OptionSpec(
      "adapt_lambda", .flag, default: .flag(false),
      "raise lambda while most of a batch is infeasible, lower it while most is feasible"),
    OptionSpec(
      "beta", .real(0...1e9),
      "inverse temperature of the reward (default: 5 over the reward's deviation on the prior; "
        + "published 1)"),
    OptionSpec(
      "alpha", .real(0...1e3),
      "weight of the prior in the posterior (default 1 for the sampler and 0.05 for the gradient "
        + "search; published 1e-5)"),
    OptionSpec(
      "gamma", .real(0...100),
      "weight of the surrogates' spread in the reward; with \"multiscale\" each member climbs its own, so "
        + "that it counts for the sampler and the prior (default 0; published 1)"),
    OptionSpec(
      "buffer", .integer(10...1_000_000),
      "best points that are learned from (default: 20 for each dimension, at least 2000; published "
        + "2000)"),
    OptionSpec(
      "weights", .choice(["sharp", "exponential"]),
      "softmax of L at a set effective sample size, or exp(L) (default sharp; published exponential)"
    ),
    OptionSpec(
      "sharpness", .real(2...100_000),
      "effective sample size of sharp weights (default: 4 for each dimension, at least 20)"),
    OptionSpec(
      "constraint_scale", .choice(["deviation", "largest"]),
      "what constraint values are divided by (default deviation; published largest)"),
    OptionSpec(
      "surrogate", .choice(["multiscale", "networks"]),
      "quadratics with small networks at several scales, or plain networks (default multiscale; "
        + "published networks)"),
    OptionSpec(
      "surrogate_hidden", .integer(1...8192), default: .integer(1024),
      "units of the plain networks' four layers"),
    OptionSpec(
      "surrogate_epochs", .integer(1...10_000), default: .integer(100),
      "epochs of the plain networks in each iteration"),
    OptionSpec(
      "flow_hidden", .integer(1...8192),
      "units of the flow's three layers (default 128; published 512)"),
    OptionSpec(
      "flow_steps", .integer(1...1_000_000),
      "training steps of a fresh flow (default 100; published 500, an epoch of up to 256 points each)"
    ),
    OptionSpec(
      "flow_resteps", .integer(1...1_000_000), default: .integer(20),
      "training steps of a flow that is reused"),
    OptionSpec(
      "coupling", .choice(["independent", "ot"]),
      "pairs of noise and data: by optimal transport, or at random (default ot; published "
        + "independent)"),
    OptionSpec(
      "solver", .choice(["midpoint", "rk4"]),
      "of the flow's equation (default midpoint; published rk4)"
    ),
    OptionSpec(
      "solver_steps", .integer(1...10_000), "its steps, at most (default 8; published 250)"),
    OptionSpec(
      "solver_tolerance", .real(0...1),
      "take half the steps, and half of these, as long as a probe's end points differ by no more, in "
        + "deviations of the data; 0 for all steps (default 0; published 0.0001)"),
    OptionSpec(
      "reuse", .flag,
      "go on training the models of the last iteration (default true; published "
        + "false)"),
    OptionSpec(
      "search", .choice(["gradient", "sampler", "prior"]),
      "how the posterior's candidates are found: ascents in latent space, the learned diffusion "
        + "sampler, or samples of the prior alone (default gradient; published sampler)"),
    OptionSpec(
      "space", .choice(["latent", "data"]), default: .text("latent"),
      "where the search moves; \"data\" is the ablation without a flow"),
    OptionSpec(
      "balance", .choice(["log_variance", "trajectory_balance"]),
      "the sampler's loss (default log_variance; published trajectory_balance)"),
    OptionSpec(
      "sampler_steps", .integer(1...100_000), default: .integer(51), "training steps of the sampler"
    ),
    OptionSpec(
      "sampler_hidden", .integer(1...8192), default: .integer(256), "units of the sampler's layers"),
    OptionSpec(
      "sampler_batch", .integer(2...100_000), default: .integer(500), "paths of a training step"),
    OptionSpec(
      "trajectory", .integer(2...10_000), default: .integer(50), "steps of a path"),
    OptionSpec(
      "filter", .integer(1...100),
      "N: N^2 samples are drawn for each candidate (default 3 with the sampler, 10 with the prior; "
        + "published 10)"),
    OptionSpec(
      "clamp_first", .flag,
      "bring samples into the box before they are ranked (default true; published false)"),
    OptionSpec(
      "turns", .flag,
      "of the sampler's and the prior's samples members of the ensemble choose in turns (default true); "
        + "else all rank together (published). Ascents are always chosen in turns"),
    OptionSpec(
      "chains", .integer(8...100_000),
      "ascents of the gradient search (default: 2.4 for each candidate, at least 80; with plain networks 1, "
        + "so that all are taken and separate optima stay apart)"),
    OptionSpec(
      "largest_mean", .integer(1...1024),
      "ascents start at the mean of 1, 2, 4, … up to this many good points (default: "
        + "16); 1 keeps separate optima apart"),
    OptionSpec(
      "reach", .real(1e-3...100), default: .real(3),
      "the largest radius of an ascent, in deviations of the prior"),
    OptionSpec(
      "ascent_steps", .integer(2...1000), default: .integer(20), "steps of an ascent"),
    OptionSpec(
      "caution", .flag,
      "\(BorderCaution.rule) (default true; published false)"),
  ]

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
    var samplerHidden, trajectory: Int
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
      let lambda = o.contains("lambda") ? o.real("lambda") : LagrangeMultiplier.ofTwo
      let start: LagrangeMultiplier.Start =
        o.contains("lambda") || published ? .given(lambda) : .byCount
      multiplier = .init(start, isDual: o.flag("adapt_lambda"))
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
        winsorizes: !published)
      let hidden = o.integer("surrogate_hidden")
      networks = MLPEnsemble.Configuration(hidden: [hidden, hidden, hidden, hidden])
      networkTraining = MLPEnsemble.Training(epochs: o.integer("surrogate_epochs"))
      let width = integer("flow_hidden", 128, 512)
      flowHidden = [width, width, width]
      let coupling: FlowMatching.Coupling =
        text("coupling", "ot", "independent") == "ot" ? .optimalTransport : .independent
      firstFlow = FlowMatching.Training(steps: integer("flow_steps", 100, 500), coupling: coupling)
      laterFlow = FlowMatching.Training(steps: o.integer("flow_resteps"), coupling: coupling)
      solver = ODESolver(
        text("solver", "midpoint", "rk4") == "rk4" ? .rungeKutta38 : .midpoint,
        steps: integer("solver_steps", 8, 250))
      solverTolerance = real("solver_tolerance", 0, 1e-4)
      samplerHidden = o.integer("sampler_hidden")
      trajectory = o.integer("trajectory")
      samplerTraining = DiffusionSampler.Training(
        steps: o.integer("sampler_steps"), batch: o.integer("sampler_batch"),
        form: TrajectoryBalance.Form(
          rawValue: text("balance", "log_variance", "trajectory_balance")) ?? .logVariance)
      var given: [String: OptionValue] = ["batch": .integer(batch)]
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
}
