import Core
import Foundation

extension CMAES {
  /// The options of `cmaes`.
  public static let options: [OptionSpec] = [
    OptionSpec(
      "batch", .integer(1...100_000),
      "the most points asked for at once; it leaves the population as it is (default: all)"),
    OptionSpec(
      "population", .integer(4...100_000),
      "points of a generation (default: 4 + floor(3 ln d))"),
    OptionSpec(
      "covariance", .choice(["full", "diagonal"]),
      "what is learned of the search distribution (default: diagonal from 40 coordinates on)"),
    OptionSpec(
      "sigma", .real(1e-6...10), default: .real(0.3), "first step size in units of the box"),
    OptionSpec(
      "restarts", .flag, default: .flag(true),
      "when a run has nowhere to go, start again with twice the population"),
  ]

  /// Coordinates from which on a diagonal covariance is the default: a full one has d^2 / 2 entries to
  /// learn, which takes several d^2 evaluations.
  private static let fullLimit = 40

  /// The options, decoded.
  struct Settings: Sendable {
    var batch, population: Int
    var diagonal, restarts: Bool
    var sigma: Double

    init(_ options: Options, dimension: Int) {
      func integer(_ name: String) -> Int? {
        options.contains(name) ? options.integer(name) : nil
      }
      population = integer("population") ?? 4 + Int(3 * log(Double(dimension)))
      batch = integer("batch") ?? .max
      diagonal =
        options.contains("covariance")
        ? options.text("covariance") == "diagonal" : dimension >= CMAES.fullLimit
      restarts = options.flag("restarts")
      sigma = options.real("sigma")
    }
  }
}
