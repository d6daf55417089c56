import Core
import Engine
import Flows
import Foundation
import Samplers
import Surrogates

extension NFBO {
  /// What the regions of an iteration gave.
  struct Found {
    var candidates: [CodedCandidate] = []
    /// What the surrogate expects of each; empty where it was not asked.
    var predictions: [Prediction?] = []
    /// Share of the decoded picks that were valid, and that were valid and never seen.
    var validShare = 0.0
    var newShare = 0.0
    /// Share of the picks that the posterior sample which chose them calls feasible; nil without
    /// constraints or samples.
    var predictedFeasible: Double?
    /// What else was measured.
    var measures: [IterationReport.Measure] = []
  }

  /// Steps 4, 6 and 7: candidates in each region, picks by the surrogate, decoded and made distinct.
  mutating func pick(
    _ wanted: Int, around anchors: Tensor<Float>, probabilities: [[Double]],
    context: RunContext, _ phases: inout Phases
  ) throws -> Found {
    let regions = anchors.rows
    let scales = latentScales(try latents(context))
    let quotas = quotas(wanted, regions)
    var chosen: [Tensor<Float>] = []
    var feasibleCount = 0
    var predictions: [Prediction?] = []
    var seconds = (candidates: 0.0, thompson: 0.0)
    let clock = ContinuousClock()
    for r in 0..<regions {
      try context.checkCancellation("stopped while choosing candidates")
      let tried = quotas[r] * settings.oversample
      let count = max(settings.candidates / regions, tried)
      let start = clock.now
      let points = try regionPoints(count, r, anchors, probabilities, scales, context)
      let middle = clock.now
      let (order, feasible, expected) =
        settings.acquisition == .random
        ? randomOrder(tried, of: points.rows, region: r, context: context)
        : try pickOrder(tried, from: points, region: r, context: context)
      predictions += expected
      feasibleCount += feasible
      seconds.candidates += (middle - start) / .seconds(1)
      seconds.thompson += (clock.now - middle) / .seconds(1)
      chosen.append(points.rows(order))
    }
    phases.add("candidates", seconds.candidates)
    phases.add("thompson", seconds.thompson)
    let decoded = try phases.time("decode") {
      try space.allowed(space.candidates(try decode(chosen, around: anchors, context)))
    }
    var found = distinct(
      decoded, predictions, rows: chosen.map(\.rows), quotas: quotas, wanted: wanted)
    if settings.acquisition != .random, surrogate.outputCount > 1 {
      found.predictedFeasible = Double(feasibleCount) / Double(max(1, decoded.count))
    }
    return found
  }

  /// Picks of each region. The remainder goes to the first regions, so that the batch is full.
  func quotas(_ wanted: Int, _ regions: Int) -> [Int] {
    (0..<regions).map { wanted / regions + ($0 < wanted % regions ? 1 : 0) }
  }

  /// Step 6: candidates of one region.
  func regionPoints(
    _ count: Int, _ r: Int, _ anchors: Tensor<Float>, _ probabilities: [[Double]],
    _ scales: [Double], _ context: RunContext
  ) throws -> Tensor<Float> {
    try CandidateSampling.points(
      count, around: anchors.rows(r..<r + 1), tokenProbabilities: probabilities[r],
      features: space.flow.configuration.features,
      halfWidths: scales.map { 4 * region.length * $0 },
      random: context.stream("candidates", r))
  }

  /// Which candidates to try, first the best, how many of them are thought feasible, and what is
  /// expected of each.
  typealias PickOrder = (order: [Int], feasible: Int, predictions: [Prediction?])

  /// Any candidates, of which nothing is expected.
  func randomOrder(_ count: Int, of candidates: Int, region: Int, context: RunContext) -> PickOrder
  {
    var random = context.stream("picks", region)
    return (random.sample(count, of: candidates), 0, [Prediction?](repeating: nil, count: count))
  }

  /// The order by samples of the surrogate's posterior.
  func pickOrder(
    _ count: Int, from points: Tensor<Float>, region: Int, context: RunContext
  ) throws -> PickOrder {
    var random = context.stream("picks", region)
    var samples: [Tensor<Double>] = []
    var expected: (means: Tensor<Double>, variances: Tensor<Double>)?
    for output in 0..<surrogate.outputCount {
      let posterior = try surrogate.posterior(at: points, output: output, in: context)
      if output == 0 {
        expected = (posterior.mean, posterior.variance(observationNoise: true))
      }
      samples.append(
        try posterior.samples(
          min(100, count), observationNoise: settings.observationNoise, using: &random))
    }
    let merged = ConstrainedSamples(goal: samples[0], constraints: Array(samples.dropFirst()))
    let order = try ThompsonSampling.picks(count, from: merged.merits)
    let predictions = order.map { i in
      expected.map { Prediction(mean: $0.means[i], deviation: $0.variances[i].squareRoot()) }
    }
    return (order, merged.feasibleCount(of: order), predictions)
  }

  /// The latent's spread by entry, in which the box is measured: 1 for the published box.
  ///
  /// An entry that hardly varies over the data (padding) still gets a quarter of the mean spread, so
  /// that sequences can grow.
  func latentScales(_ latents: Tensor<Float>) -> [Double] {
    let width = latents.columns
    guard settings.scalesByData, latents.rows > 1 else {
      return [Double](repeating: 1, count: width)
    }
    let n = Double(latents.rows)
    var (sums, squares) = (
      Tensor<Float>.zeros([width]), Tensor<Float>.zeros([width])
    )
    Float.kernels.sumRows(latents.rows, width, latents.pointer, sums.mutablePointer)
    let product = latents * latents
    Float.kernels.sumRows(latents.rows, width, product.pointer, squares.mutablePointer)
    let spreads = (0..<width).map { j in
      let mean = Double(sums[j]) / n
      return max(0, Double(squares[j]) / n - mean * mean).squareRoot()
    }
    let mean = spreads.reduce(0, +) / Double(width)
    return spreads.map { max($0, 0.25 * mean, 1e-3) }
  }

  /// Fills each region's quota with valid, new, distinct sequences, then the batch with what is left.
  private func distinct(
    _ decoded: [CodedCandidate?], _ predictions: [Prediction?], rows: [Int], quotas: [Int],
    wanted: Int
  ) -> Found {
    var found = Found()
    var taken = buffer.seen
    var spare: [(CodedCandidate, Prediction?)] = []
    var valid = 0
    var new: Set<String> = []
    var next = 0
    for (count, quota) in zip(rows, quotas) {
      var filled = 0
      for i in next..<next + count {
        guard let candidate = decoded[i] else { continue }
        valid += 1
        guard !buffer.seen.contains(candidate.text) else { continue }
        new.insert(candidate.text)
        guard taken.insert(candidate.text).inserted else { continue }
        if filled < quota {
          found.candidates.append(candidate)
          found.predictions.append(predictions[i])
          filled += 1
        } else {
          spare.append((candidate, predictions[i]))
        }
      }
      next += count
    }
    for (candidate, prediction) in spare.prefix(max(0, wanted - found.candidates.count)) {
      found.candidates.append(candidate)
      found.predictions.append(prediction)
    }
    found.validShare = Double(valid) / Double(max(1, decoded.count))
    found.newShare = Double(new.count) / Double(max(1, decoded.count))
    return found
  }
}

/// Points of one region.
package enum CandidateSampling {
  /// Scrambled Sobol points in the box around an anchor (1 x (T F)) for the entries that are
  /// perturbed, the anchor's own entries elsewhere: count x (T F).
  ///
  /// Which entries a candidate perturbs is drawn by its own stream, with its token's probability;
  /// a candidate that would perturb nothing perturbs one entry.
  package static func points(
    _ count: Int, around anchor: Tensor<Float>, tokenProbabilities: [Double], features: Int,
    halfWidths: [Double], random: RandomStream
  ) throws -> Tensor<Float> {
    let width = anchor.columns
    let sobol = try SobolSequence(dimensions: width, scrambledBy: random.stream("sobol"))
    let ranges = Parallel.ranges(count, by: 128)
    let parts = try Parallel.map(ranges.count) { i in
      var block = Tensor<Float>(uninitialized: [ranges[i].count, width])
      let to = block.mutablePointer
      try sobol.fill(
        UnsafeMutableBufferPointer(start: to, count: block.count), points: ranges[i])
      for (row, index) in ranges[i].enumerated() {
        var stream = random.stream("mask", index)
        perturb(
          to + row * width, anchor.pointer, width, tokenProbabilities, features, halfWidths,
          using: &stream)
      }
      return block
    }
    return parts.isEmpty ? Tensor(uninitialized: [0, width]) : .concatenated(parts)
  }

  /// Moves a point of the unit cube into the box, or to the anchor where it is not perturbed.
  private static func perturb(
    _ point: UnsafeMutablePointer<Float>, _ anchor: UnsafePointer<Float>, _ width: Int,
    _ tokenProbabilities: [Double], _ features: Int, _ halfWidths: [Double],
    using stream: inout RandomStream
  ) {
    func inBox(_ j: Int, _ u: Float) -> Float { anchor[j] + Float(halfWidths[j]) * (2 * u - 1) }
    let forced = stream.integer(below: width)
    let forcedValue = inBox(forced, point[forced])
    var perturbed = false
    for j in 0..<width {
      if stream.uniform() < tokenProbabilities[j / features] {
        point[j] = inBox(j, point[j])
        perturbed = true
      } else {
        point[j] = anchor[j]
      }
    }
    if !perturbed { point[forced] = forcedValue }
  }
}
