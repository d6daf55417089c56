import Core
import Surrogates

extension NFBO {
  /// The options of `nfbo`, with the defaults of this program; `preset: "published"` takes the
  /// authors' choices for those marked.
  public static let options: [OptionSpec] = [
    OptionSpec(
      "preset", .choice(["default", "published"]), default: .text("default"),
      "\"published\" runs the authors' region rule, box, refits and picks"),
    OptionSpec(
      "batch", .integer(1...100_000),
      "candidates of an iteration (default: 10, 100, 1000 for budgets to 2000, to 20,000, above; "
        + "published 50, 1000, 1000)"),
    OptionSpec(
      "anchors", .integer(1...1000), "anchors of an iteration (default: 5, 10, 10 by budget)"),
    OptionSpec(
      "train_every", .integer(1...1_000_000),
      "evaluations between fine-tunings of the flow (default: 10, 200, 1000 by budget; published "
        + "10, 200, 200)"),
    OptionSpec("top", .integer(1...100_000), default: .integer(100), "best points to fine-tune on"),
    OptionSpec("newest", .integer(0...100_000), default: .integer(10), "newest points beside them"),
    OptionSpec("tacs", .flag, default: .flag(true), "perturb tokens by their importance"),
    OptionSpec(
      "temperature", .real(1e-6...1e12), default: .real(400), "tau of the importances' softmax"),
    OptionSpec("draws", .integer(1...100), default: .integer(1), "draws for a token's importance"),
    OptionSpec(
      "surrogate", .choice(["latent", "sequence", "both"]),
      "what the surrogate looks at: latents (a deep-kernel GP), what they decode to (a GP with a "
        + "Tanimoto kernel on counts), or both (default: sequence; published: latent)"),
    OptionSpec(
      "counts",
      .choice(["auto", "fingerprint", "ngrams", "ecfp4", "ecfp6", "fcfp4", "atom_pairs"]),
      default: .text("auto"),
      "what is counted of a sequence: a molecule's fingerprint, or runs of one to three tokens; "
        + "\"auto\" takes fingerprints where there are any"),
    OptionSpec(
      "descriptors", .flag, default: .flag(true),
      "let the surrogate look at a molecule's composition and physicochemical descriptors too"),
    OptionSpec(
      "acquisition", .choice(["thompson", "ucb", "random"]), default: .text("thompson"),
      "how candidates are picked"),
    OptionSpec(
      "rounds", .integer(0...100),
      "further rounds in which candidates are made around the surrogate's best, without "
        + "evaluations (sequence and both; default 3)"),
    OptionSpec(
      "calibrate", .flag,
      "stretch the intervals of predictions by how far the last picks missed theirs (default true; "
        + "published false)"),
    OptionSpec(
      "optimism", .real(0...100),
      "deviations added to a prediction where candidates are ranked by an upper bound (default 1)"),
    OptionSpec(
      "shortlist", .integer(1...20_000),
      "candidates that joint samples are drawn over (sequence and both; default 1000)"),
    OptionSpec(
      "moves", .real(0...1),
      "share of the other candidates made by moves (rows of an anchor's latent replaced, inserted, left "
        + "out or taken from another) instead of in its region (default 1; published 0)"),
    OptionSpec(
      "recombine", .real(0...1),
      "share of the candidates that are made of parts of two molecules: a side of an acyclic bond "
        + "exchanged, put in the place of a hydrogen, or left out (molecules only; default 0.6; published 0)"
    ),
    OptionSpec(
      "alike", .flag, default: .flag(false),
      "let in candidates that the surrogate cannot tell from evaluated ones (stereoisomers, where "
        + "fingerprints do not see them)"),
    OptionSpec(
      "strangers", .real(0...1),
      "share of the sequences that moves borrow from which are not the best: any that was evaluated, and "
        + "draws from the flow (default: 0.5 for budgets above 2000, else 0)"),
    OptionSpec(
      "retire", .real(0...1),
      "an anchor of whose candidates a smaller share is new is no anchor any more (default: 0.25 for "
        + "budgets above 2000, else 0)"),
    OptionSpec(
      "apart", .real(0...1),
      "least Tanimoto distance between two anchors (default: 0.4 for budgets above 2000, else 0)"),
    OptionSpec(
      "candidates", .integer(10...1_000_000),
      "points tried in an iteration (default: 5000 points, or 3000, 4000, 10,000 sequences by "
        + "budget)"),
    OptionSpec(
      "score", .choice(["points", "sequences"]),
      "what the surrogate scores: points of the regions, or the distinct sequences they decode to "
        + "(default: sequences; published: points)"),
    OptionSpec(
      "scale", .choice(["data", "published"]),
      "box measured in the latent's own spread, or in units of the prior (default: data)"),
    OptionSpec(
      "novelty_low", .real(0...1),
      "the region grows when a smaller share of its picks is new (default 0.5; published 0.05)"),
    OptionSpec(
      "novelty_high", .real(0...1),
      "and shrinks when a larger share is (default 0.9; published 0.2)"),
    OptionSpec("length", .real(1e-6...1e6), default: .real(0.8), "first length of the regions"),
    OptionSpec(
      "restarts", .flag, default: .flag(false),
      "TuRBO's rule for the length: success, failure and restart"),
    OptionSpec(
      "refit", .flag, "refit the surrogate in every iteration (default true; published false)"),
    OptionSpec(
      "observation_noise", .flag, "add it to Thompson samples (default false; published true)"),
    OptionSpec(
      "oversample", .integer(1...100),
      "candidates tried for each one wanted at least, so that known ones can be left out (default "
        + "4; published 1)"),
    OptionSpec(
      "inducing", .integer(1...4096), default: .integer(1024), "inducing points of the surrogate"),
    OptionSpec(
      "epochs", .integer(1...10_000),
      "epochs of the surrogate's first fit (default 600; published 100)"),
  ]

  /// What the surrogate looks at.
  enum SurrogateKind: String, Sendable { case latent, sequence, both }

  /// How candidates are picked.
  enum Acquisition: String, Sendable {
    case thompson
    /// Upper confidence bounds, one pick after the other, each taken for observed.
    case ucb
    case random
  }

  /// The options, decoded.
  struct Settings: Sendable {
    var batch, anchors, trainEvery, top, newest, draws, candidates, oversample: Int
    var rounds, shortlist: Int
    var optimism, apart, moves, recombine, strangers, retire: Double
    var surrogate: SurrogateKind
    var counts: String
    var acquisition: Acquisition
    var alike, calibrates, descriptors, tacs, scoresSequences, scalesByData, restarts, refits,
      observationNoise: Bool
    var temperature, noveltyLow, noveltyHigh, length: Double

    /// - Parameter budget: of the study; none counts as a small one.
    init(_ o: Options, budget: Int?) {
      let published = o.text("preset") == "published"
      func integer(_ name: String, _ byScale: Int...) -> Int {
        if o.contains(name) { return o.integer(name) }
        let budget = budget ?? 0
        return byScale[min(byScale.count - 1, budget > 20_000 ? 2 : budget > 2000 ? 1 : 0)]
      }
      func flag(_ name: String, _ ours: Bool, _ theirs: Bool) -> Bool {
        o.contains(name) ? o.flag(name) : published ? theirs : ours
      }
      func real(_ name: String, _ ours: Double, _ theirs: Double) -> Double {
        o.contains(name) ? o.real(name) : published ? theirs : ours
      }
      batch = published ? integer("batch", 50, 1000, 1000) : integer("batch", 10, 100, 1000)
      anchors = min(integer("anchors", 5, 10, 10), batch)
      trainEvery =
        published ? integer("train_every", 10, 200, 200) : integer("train_every", 10, 200, 1000)
      top = o.integer("top")
      newest = o.integer("newest")
      draws = o.integer("draws")
      scoresSequences = o.contains("score") ? o.text("score") == "sequences" : !published
      candidates =
        scoresSequences ? integer("candidates", 3000, 4000, 10_000) : integer("candidates", 5000)
      oversample = o.contains("oversample") ? o.integer("oversample") : published ? 1 : 4
      tacs = o.flag("tacs")
      acquisition = Acquisition(rawValue: o.text("acquisition")) ?? .thompson
      surrogate =
        o.contains("surrogate")
        ? SurrogateKind(rawValue: o.text("surrogate")) ?? .sequence
        : published ? .latent : .sequence
      counts = o.text("counts")
      descriptors = o.flag("descriptors")
      rounds = integer("rounds", 3)
      shortlist = integer("shortlist", 1000)
      optimism = real("optimism", 1, 1)
      alike = o.flag("alike")
      moves = real("moves", 1, 0)
      recombine = real("recombine", 0.6, 0)
      // Few evaluations are best spent around the best; more of them use it up.
      let isLarge = (budget ?? 0) > 2000
      strangers = real("strangers", isLarge ? 0.5 : 0, 0)
      retire = real("retire", isLarge ? 0.25 : 0, 0)
      apart = real("apart", isLarge ? 0.4 : 0, 0)
      scalesByData = o.contains("scale") ? o.text("scale") == "data" : !published
      restarts = o.flag("restarts")
      calibrates = flag("calibrate", true, false)
      refits = flag("refit", true, false)
      observationNoise = flag("observation_noise", false, true)
      temperature = o.real("temperature")
      noveltyLow = real("novelty_low", 0.5, 0.05)
      noveltyHigh = real("novelty_high", 0.9, 0.2)
      length = o.real("length")
    }
  }

  /// The surrogate's configuration that the options ask for.
  static func surrogateConfiguration(_ o: Options) -> DeepKernelGP.Configuration {
    var configuration = DeepKernelGP.Configuration()
    configuration.inducingPoints = o.integer("inducing")
    let published = o.text("preset") == "published"
    configuration.epochs = o.contains("epochs") ? o.integer("epochs") : published ? 100 : 600
    if published { configuration.divisor = .batch }
    return configuration
  }
}
