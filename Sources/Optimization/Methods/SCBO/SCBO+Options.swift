import Core

extension SCBO {
  /// The options of `scbo`.
  public static let options: [OptionSpec] = [
    OptionSpec(
      "batch", .integer(1...10_000), "points of an iteration (default: \(StandardBatch.rule))"),
    OptionSpec(
      "candidates", .integer(2...20_000),
      "points that Thompson sampling chooses from (default: 200 d, from 2000 to 5000)"),
    OptionSpec(
      "exact_limit", .integer(10...20_000), default: .integer(2000),
      "points up to which the Gaussian processes are exact"),
    OptionSpec(
      "lengthscales", .choice(["interval", "scaled"]), default: .text("interval"),
      "\"interval\": 0.005 to 4, as published; \"scaled\": a prior that grows with the dimension"),
    OptionSpec(
      "objective", .choice(["copula", "standardized"]), default: .text("copula"),
      "how the Gaussian process sees it: by ranks, as published, or by its values"),
    OptionSpec(
      "noise", .real(1e-6...1),
      "the largest share of a variance that the Gaussian processes may take for noise, for results that "
        + "scatter (default: 0.001, as published; `predict` has a model of its own and looks for it up to 1)"
    ),
    OptionSpec(
      "stretch", .flag, default: .flag(false),
      "stretch the trust region by the objective's lengthscales, as TuRBO does"),
    OptionSpec("length", .real(0.01...10), default: .real(0.8), "first side of the trust region"),
    OptionSpec(
      "length_min", .real(1e-9...1), default: .real(0.0078125),
      "side below which the search starts again elsewhere"),
    OptionSpec("length_max", .real(0.01...10), default: .real(1.6), "largest side"),
    OptionSpec(
      "successes", .integer(1...1_000_000),
      "batches in a row that improve before the side doubles (default: d / 10, at least 3)"),
    OptionSpec(
      "failures", .integer(1...1_000_000),
      "batches in a row that do not before it halves (default: d / batch, at least 4 / batch)"),
    OptionSpec(
      "design", .integer(1...100_000),
      "Sobol points of a new start (default: as many as the start set has, or 2 d)"),
  ]

  /// The options, decoded.
  struct Settings: Sendable {
    var batch, candidates, exactLimit, design: Int
    var scaledLengthscales, copula, stretch: Bool
    /// The largest variance of noise, in standardised units.
    var noise: Double
    var rule: SCBORegion.Rule

    /// - Parameters:
    ///   - start: points of the start set.
    ///   - budget: evaluations after it; nil for no limit.
    init(_ options: Options, dimension d: Int, start: Int, budget: Int?) {
      func integer(_ name: String) -> Int? {
        options.contains(name) ? options.integer(name) : nil
      }
      func quotient(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }
      let batch = integer("batch") ?? StandardBatch.size(budget: budget)
      self.batch = batch
      candidates = integer("candidates") ?? min(5000, max(2000, 200 * d))
      exactLimit = options.integer("exact_limit")
      scaledLengthscales = options.text("lengthscales") == "scaled"
      copula = options.text("objective") == "copula"
      stretch = options.flag("stretch")
      noise = options.contains("noise") ? options.real("noise") : 1e-3
      design = integer("design") ?? (start > 0 ? start : max(4, 2 * d))
      rule = SCBORegion.Rule(
        successes: integer("successes") ?? max(3, quotient(d, 10)),
        failures: integer("failures") ?? quotient(max(4, d), batch))
      rule.first = options.real("length")
      rule.smallest = options.real("length_min")
      rule.largest = options.real("length_max")
    }
  }
}
