import Core
import Surrogates

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension MEGS {
  /// The options of `megs`.
  public static let options: [OptionSpec] = [
    OptionSpec("batch", .integer(1...100_000), default: .integer(100), "points of an iteration"),
    OptionSpec(
      "penalty", .real(0...1e6), default: .real(10),
      "lambda: what a violation of one standard deviation costs, in deviations of the objective"),
    OptionSpec(
      "buffer", .integer(10...1_000_000), default: .integer(2000),
      "best points that are learned from"),
    OptionSpec("members", .integer(1...64), default: .integer(8), "members of the ensemble"),
    OptionSpec(
      "sharpness", .real(2...100_000),
      "effective number of points that starts are drawn from (default: 1, 2, 4, 8 and 16 times the "
        + "dimension, preferred by their success)"),
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
      "chains", .integer(8...100_000), "ascents of an iteration (default: 2.4 for each candidate)"),
    OptionSpec("ascent_steps", .integer(1...1000), default: .integer(20), "steps of an ascent"),
    OptionSpec(
      "largest_mean", .integer(1...1024), default: .integer(16),
      "ascents start at the mean of 1, 2, 4, … up to this many good points"),
    OptionSpec(
      "radii", .real(0...10), default: .real(2.5),
      "ascents stay within reach exp(-radii U) spreads of their start, U in 0...1"),
    OptionSpec(
      "reach", .real(1e-3...100), default: .real(1),
      "the largest radius of an ascent, in spreads of the good points"),
    OptionSpec(
      "adaption", .real(0...10), default: .real(1),
      "how strongly members, means and radii that choose well are preferred; 0 for not at all"),
    OptionSpec("hidden", .integer(1...1024), default: .integer(64), "units of a network's layers"),
    OptionSpec(
      "first_steps", .integer(0...100_000), default: .integer(200),
      "training steps of the first iteration"),
    OptionSpec(
      "later_steps", .integer(0...100_000), default: .integer(80),
      "training steps of the later ones"),
    OptionSpec(
      "floor", .real(0...1), default: .real(0.005),
      "smallest spread of a coordinate, in units of the box"),
    OptionSpec("ridge", .real(1e-9...1e6), default: .real(1), "ridge penalty of the quadratic"),
  ]

  /// The options, decoded for a box.
  struct Settings: Sendable {
    var batch, capacity, members, chainsPerMember, ascentSteps, largestMean: Int
    /// Effective numbers of points that starts are drawn from.
    var sharpness: [Double]
    var penalty, narrowest, widest, radii, floor, adaption, reach: Double
    /// 1, 2, 4, … up to the largest mean.
    var meanChoices: Int
    var curvature: String
    var network: QuadraticNetwork.Configuration

    init(_ o: Options, dimension: Int) {
      batch = o.integer("batch")
      capacity = o.integer("buffer")
      members = o.integer("members")
      let chains =
        o.contains("chains") ? o.integer("chains") : max(80, Int(2.4 * Double(batch).rounded(.up)))
      chainsPerMember = max(1, (chains + members - 1) / members)
      ascentSteps = o.integer("ascent_steps")
      largestMean = o.integer("largest_mean")
      penalty = o.real("penalty")
      let many = dimension >= 100
      let d = Double(dimension)
      sharpness =
        o.contains("sharpness") ? [o.real("sharpness")] : [0.5, 1, 2, 4, 8].map { max(20, $0 * d) }
      narrowest = d * (o.contains("narrowest") ? o.real("narrowest") : many ? 1 : 2)
      widest = d * (o.contains("widest") ? o.real("widest") : many ? 6 : 16)
      radii = o.real("radii")
      floor = o.real("floor")
      reach = o.real("reach")
      adaption = o.real("adaption")
      meanChoices = Int.bitWidth - largestMean.leadingZeroBitCount
      curvature = o.text("curvature")
      network = QuadraticNetwork.Configuration()
      network.hidden = o.integer("hidden")
      network.firstSteps = o.integer("first_steps")
      network.laterSteps = o.integer("later_steps")
      network.ridge = o.real("ridge")
    }

    /// The geometric mean of the effective numbers under these shares.
    func meanSharpness(_ shares: [Double]) -> Double {
      exp(zip(sharpness, shares).reduce(0) { $0 + log($1.0) * $1.1 })
    }

    func hasCurvature(member: Int) -> Bool {
      switch curvature {
      case "all": true
      case "none": false
      default: member % 2 == 0
      }
    }
  }
}
