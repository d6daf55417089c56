import Core
import Engine
import Flows
import Surrogates

extension NFBO {
  /// Steps 4, 6 and 7 with the surrogate looking at sequences: all candidates of the regions are
  /// decoded, those that are invalid, known or equal are left out, and the others are scored at their
  /// own latents, which is what the surrogate was fitted to.
  ///
  /// A point of a region and the latent of the sequence it decodes to differ by what does not change
  /// the sequence; scored at the point, picks follow that difference more than the sequence.
  mutating func pickSequences(
    _ wanted: Int, around anchors: Centres, probabilities: [[Double]],
    context: RunContext, _ phases: inout Phases
  ) throws -> Found {
    let regions = anchors.tokens.count
    let sources = try sources(context)
    let quotas = quotas(wanted, regions)
    let count = max(settings.candidates / regions, settings.oversample * quotas[0])
    let decoded = try candidates(
      count, around: anchors, probabilities: probabilities, sources, context, &phases)
    var found = Found()
    let pools = pools(decoded, each: count, &found)
    var latents: Tensor<Float>?
    if settings.acquisition != .random {
      latents = try phases.time("encode") {
        let all = pools.flatMap { $0 }
        return try space.flow.encode(
          TokenBatch(count: all.count, length: space.length, tokens: all.flatMap(\.tokens)),
          context: context)
      }
    }
    try phases.time("thompson") {
      try choose(quotas, wanted, from: pools, at: latents, &found, context)
    }
    return found
  }

  /// Each region's valid, new sequences, each once over all regions.
  private func pools(_ decoded: [CodedCandidate?], each count: Int, _ found: inout Found)
    -> [[CodedCandidate]]
  {
    var taken = buffer.seen
    var result: [[CodedCandidate]] = []
    var valid = 0
    for first in stride(from: 0, to: decoded.count, by: count) {
      var pool: [CodedCandidate] = []
      for candidate in decoded[first..<first + count] {
        guard let candidate else { continue }
        valid += 1
        if taken.insert(candidate.text).inserted { pool.append(candidate) }
      }
      result.append(pool)
    }
    found.validShare = Double(valid) / Double(max(1, decoded.count))
    found.newShare =
      Double(result.reduce(0) { $0 + $1.count }) / Double(max(1, decoded.count))
    return result
  }

  /// Fills each region's quota by the surrogate, then the batch with the next best of regions that
  /// have more.
  /// - Parameter latents: of all pools, one after the other; nil where picks are random.
  private func choose(
    _ quotas: [Int], _ wanted: Int, from pools: [[CodedCandidate]], at latents: Tensor<Float>?,
    _ found: inout Found, _ context: RunContext
  ) throws {
    var spare: [(CodedCandidate, Prediction?)] = []
    var (feasible, picked, next) = (0, 0, 0)
    for (r, pool) in pools.enumerated() where !pool.isEmpty {
      try context.checkCancellation("stopped while choosing candidates")
      let count = min(pool.count, wanted)
      let (order, thoughtFeasible, expected) =
        if let latents {
          try pickOrder(
            count, from: latents.rows(next..<next + pool.count), region: r, context: context)
        } else {
          randomOrder(count, of: pool.count, region: r, context: context)
        }
      next += pool.count
      feasible += thoughtFeasible
      picked += order.count
      found.candidates += order.prefix(quotas[r]).map { pool[$0] }
      found.predictions += expected.prefix(quotas[r])
      spare += zip(order, expected).dropFirst(quotas[r]).map { (pool[$0], $1) }
    }
    for (candidate, prediction) in spare.prefix(max(0, wanted - found.candidates.count)) {
      found.candidates.append(candidate)
      found.predictions.append(prediction)
    }
    if settings.acquisition != .random, surrogate.outputCount > 1 {
      found.predictedFeasible = Double(feasible) / Double(max(1, picked))
    }
  }
}
