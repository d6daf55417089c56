import Core
import Surrogates

extension MEGS {
  /// The options of `megs`.
  public static let options: [OptionSpec] = [
    OptionSpec(
      "batch", .integer(1...100_000), "points of an iteration (default: \(StandardBatch.rule))"),
    OptionSpec(
      "penalty", .real(0...1e6),
      "lambda: what a violation of one standard deviation costs, in deviations of the objective "
        + "(default: 10, or 10 sqrt(2 / M) with M > 2 constraints)"),
    OptionSpec(
      "buffer", .integer(10...1_000_000), default: .integer(2000),
      "best points that are learned from"),
    OptionSpec("members", .integer(1...64), default: .integer(8), "members of the ensemble"),
    OptionSpec(
      "sharpness", .real(2...100_000),
      "effective number of points that starts are drawn from (default: 4 for each dimension, at least 20; from "
        + "100 dimensions on 6, where fewer let the search contract too soon, unless a constraint is yes or "
        + "no)"),
    OptionSpec(
      "narrowest", .real(0.1...1000),
      "effective sample size of the most local member, in units of the dimension (default: 2, or 1 "
        + "from 100 dimensions on)"),
    OptionSpec(
      "widest", .real(0.1...1000),
      "the same of the most global member (default: 16, or 6 from 100 dimensions on)"),
    OptionSpec(
      "curvature", .choice(["all", "none", "half"]), default: .text("all"),
      "which members have a quadratic under their network"),
    OptionSpec(
      "axes", .choice(["both", "coordinates", "principal"]), default: .text("both"),
      "along what the quadratics bend: the coordinates, the principal axes of the good points, or "
        + "each for half of the members"),
    OptionSpec(
      "chains", .integer(8...100_000),
      "ascents of an iteration (default: 2.4 for each candidate, at least 80)"),
    OptionSpec("ascent_steps", .integer(1...1000), default: .integer(20), "steps of an ascent"),
    OptionSpec(
      "largest_mean", .integer(1...1024),
      "ascents start at the mean of 1, 2, 4, … up to this many good points (default: "
        + "16)"),
    OptionSpec(
      "radii", .real(0...10),
      "ascents stay within reach exp(-radii U) spreads of their start, U in 0...1 (default: 2.5, or "
        + "3.5 from 100 dimensions on)"),
    OptionSpec(
      "reach", .real(1e-3...100),
      "the largest radius of an ascent, in spreads of the good points (default: 1, or 3 from 100 "
        + "dimensions on or with more than two constraints)"),
    OptionSpec(
      "adaption", .real(0...10), default: .real(1),
      "how strongly members, means and radii that choose well are preferred; 0 for not at all"),
    OptionSpec("hidden", .integer(1...1024), default: .integer(64), "units of a network's layers"),
    OptionSpec(
      "first_steps", .integer(0...100_000),
      "training steps of the networks in the first iteration (default: 200, or none from 100 "
        + "dimensions on, where the quadratics do as well alone)"),
    OptionSpec(
      "later_steps", .integer(0...100_000),
      "and in the later ones (default: 80, or none from 100 dimensions on)"),
    OptionSpec(
      "floor", .real(0...1), default: .real(0.005),
      "smallest spread of a coordinate, in units of the box"),
    OptionSpec("ridge", .real(1e-9...1e6), default: .real(1), "ridge penalty of the quadratic"),
    OptionSpec("caution", .flag, default: .flag(true), BorderCaution.rule),
  ]

  /// The options, decoded for a box.
  struct Settings: Sendable {
    var batch, ascentSteps: Int
    /// Effective sample sizes: where all constraints tell how far they are violated, and elsewhere.
    var sharpness, indicatorSharpness: Double
    var floor: Double
    var isCautious: Bool
    var buffer: LagrangianBuffer.Rule
    var ensemble: MultiScaleEnsemble.Configuration
    /// Nil where it depends on the number of constraints.
    private var reach: Double?
    private var planning: ChainPlanner.Rule
    var multiplier: LagrangeMultiplier.Rule

    /// - Parameter budget: evaluations after the start set; nil for no limit.
    init(_ o: Options, dimension: Int, budget: Int?) {
      let d = Double(dimension)
      let many = dimension >= 100
      func real(_ name: String, _ standard: Double) -> Double {
        o.contains(name) ? o.real(name) : standard
      }
      func integer(_ name: String, _ standard: Int) -> Int {
        o.contains(name) ? o.integer(name) : standard
      }
      batch = integer("batch", StandardBatch.size(budget: budget))
      ascentSteps = o.integer("ascent_steps")
      sharpness = real("sharpness", max(20, (many ? 6 : 4) * d))
      indicatorSharpness = real("sharpness", max(20, 4 * d))
      floor = o.real("floor")
      buffer = LagrangianBuffer.Rule(capacity: o.integer("buffer"))
      isCautious = o.flag("caution")
      multiplier = .init(
        o.contains("penalty") ? .given(o.real("penalty")) : .byCount, isDual: false)
      var network = QuadraticNetwork.Configuration()
      network.hidden = o.integer("hidden")
      network.firstSteps = integer("first_steps", many ? 0 : 200)
      network.laterSteps = integer("later_steps", many ? 0 : 80)
      network.ridge = o.real("ridge")
      let members = o.integer("members")
      ensemble = MultiScaleEnsemble.Configuration(
        count: members, narrowest: d * real("narrowest", many ? 1 : 2),
        widest: d * real("widest", many ? 6 : 16), network: network,
        curvature: .init(rawValue: o.text("curvature")) ?? .all,
        axes: .init(rawValue: o.text("axes")) ?? .both)
      reach = o.contains("reach") ? o.real("reach") : many ? Self.far : nil
      let chains = integer("chains", max(80, Int(2.4 * Double(batch))))
      planning = ChainPlanner.Rule(
        chainsPerMember: max(1, (chains + members - 1) / members),
        largestMean: integer("largest_mean", 16), reach: Self.far,
        radii: real("radii", many ? 3.5 : 2.5), adaption: o.real("adaption"))
    }

    /// How ascents are planned under so many constraints: with many of them a search that stays near its
    /// good points is slow (Rover planning, 2,000 evaluations, three seeds: 0.6 to 4.6 with a reach of 1,
    /// 4.1 to 4.5 with 3).
    func planning(constraints count: Int) -> ChainPlanner.Rule {
      var rule = planning
      rule.reach = reach ?? (count > 2 ? Self.far : 1)
      return rule
    }

    /// The reach that goes beyond the good points.
    private static let far = 3.0
  }
}
