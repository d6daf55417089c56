import Core
import Foundation

extension CMAES {
  /// The options of `cmaes`.
  public static let options: [OptionSpec] = [
    OptionSpec(
      "batch", .integer(1...100_000),
      "points asked for at once; the population is at least as large (default: the population)"),
    OptionSpec(
      "population", .integer(4...100_000),
      "points of a generation (default: `batch:`, at least 4 + floor(3 ln d))"),
    OptionSpec(
      "covariance", .choice(["full", "diagonal"]),
      "what is learned of the search distribution (default: diagonal from 100 coordinates on)"),
    OptionSpec(
      "sigma", .real(1e-6...10), default: .real(0.3), "first step size in units of the box"),
    OptionSpec(
      "restarts", .flag, default: .flag(true),
      "when a run has nowhere to go, start again with twice the population"),
  ]

  /// Coordinates from which on a diagonal covariance is the default: a full one has d^2 / 2 entries to
  /// learn, far more than evaluations that cost anything.
  private static let fullLimit = 100

  /// The options, decoded.
  struct Settings: Sendable {
    var batch, population: Int
    var diagonal, restarts: Bool
    var sigma: Double

    init(_ options: Options, dimension: Int) {
      func integer(_ name: String) -> Int? {
        options.contains(name) ? options.integer(name) : nil
      }
      let least = 4 + Int(3 * log(Double(dimension)))
      population = integer("population") ?? max(integer("batch") ?? 0, least)
      batch = integer("batch") ?? .max
      diagonal =
        options.contains("covariance")
        ? options.text("covariance") == "diagonal" : dimension >= CMAES.fullLimit
      restarts = options.flag("restarts")
      sigma = options.real("sigma")
    }
  }
}
