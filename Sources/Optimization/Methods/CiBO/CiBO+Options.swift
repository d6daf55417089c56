import Core

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
      "winsorize", .flag,
      "raise objectives that lie further below the median than the best lies above it to there (default "
        + "true; published false)"),
    OptionSpec(
      "floor", .real(0...1), default: .real(0.005),
      "smallest spread of a coordinate that points are standardised by, in units of the box (the paper has "
        + "none)"),
    OptionSpec(
      "input_noise", .real(0...1), default: .real(0.001),
      "deviation of the noise that plain networks and flow are trained with, in standardised units"),
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
      "units of the plain networks' layers"),
    OptionSpec(
      "surrogate_layers", .integer(1...20), default: .integer(4), "their hidden layers"),
    OptionSpec(
      "surrogate_members", .integer(1...100), default: .integer(5),
      "plain networks of the objective; each constraint has one"),
    OptionSpec(
      "surrogate_rate", .real(1e-9...1), default: .real(1e-3), "Adam's rate of the plain networks"),
    OptionSpec(
      "surrogate_batch", .integer(1...100_000), default: .integer(256),
      "points of one of their training steps"),
    OptionSpec(
      "surrogate_epochs", .integer(1...10_000), default: .integer(100),
      "epochs of the plain networks in each iteration"),
    OptionSpec(
      "flow_hidden", .integer(1...8192),
      "units of the flow's layers (default 128; published 512)"),
    OptionSpec("flow_layers", .integer(1...20), default: .integer(3), "its hidden layers"),
    OptionSpec("flow_rate", .real(1e-9...1), default: .real(1e-3), "Adam's rate of the flow"),
    OptionSpec(
      "flow_batch", .integer(1...100_000), default: .integer(256), "points of its training step"),
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
      "sampler_layers", .integer(0...20), default: .integer(2),
      "its hidden layers after the embeddings"),
    OptionSpec("sampler_rate", .real(1e-9...1), default: .real(1e-3), "Adam's rate of the sampler"),
    OptionSpec(
      "log_z", .choice(["zero", "gaussian"]), default: .text("zero"),
      "where the trajectory balance's log Z begins: 0, or (d / 2) log(2 pi e), near which it ends where "
        + "alpha is small"),
    OptionSpec("log_z_rate", .real(1e-9...100), default: .real(0.1), "Adam's rate of log Z"),
    OptionSpec(
      "sampler_batch", .integer(2...100_000), default: .integer(500), "paths of a training step"),
    OptionSpec(
      "trajectory", .integer(2...10_000), default: .integer(50), "steps of a path"),
    OptionSpec(
      "diffusion", .real(1e-6...1e6), default: .real(1),
      "variance of the sampler's Brownian motion at the end of a path"),
    OptionSpec(
      "replay", .integer(1...100_000_000), default: .integer(600_000),
      "end points that the replay buffer keeps"),
    OptionSpec(
      "replay_rank", .real(1e-6...1e6), default: .real(0.01),
      "k: end points are replayed with weights 1 / (k n + rank); the larger, the more alike"),
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
}
