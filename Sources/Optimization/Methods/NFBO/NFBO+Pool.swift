import Core
import Engine
import Flows
import Foundation
import Oracles
import Surrogates

extension NFBO {
  /// Steps 4 to 7 with a surrogate that looks at sequences: a pool of distinct, new sequences is
  /// decoded around the anchors, then around the best that the surrogate sees in the pool, for some
  /// rounds that cost no evaluation; the batch is picked from all of it.
  mutating func searchPool(
    _ wanted: Int, from anchors: [Int], at anchored: Centres,
    _ model: SequenceGP, _ context: RunContext, _ phases: inout Phases
  ) throws -> Found {
    let sources = try sources(context)
    var pool = SequencePool(
      except: buffer.seen, counts: settings.alike ? nil : try buffer.points(reader).counts)
    var found = Found()
    var centres = anchored
    var used: Set<Int> = []
    for round in 0...settings.rounds {
      try context.checkCancellation("stopped while choosing candidates")
      let scope = context.scoped("round", round)
      let decoded = try surround(centres, sources, scope, &phases)
      if round == 0 { retire(anchors, decoded) }
      let new = pool.new(decoded)
      if round == 0 {
        let tried = Double(max(1, decoded.count))
        found.validShare = Double(decoded.count { $0 != nil }) / tried
        found.newShare = Double(new.count) / tried
      }
      try score(new, model, &pool, context, &phases)
      guard round < settings.rounds, pool.count > 0 else { break }
      var merits = pool.merits(optimism: settings.optimism)
      for index in used { merits[index] = -.infinity }
      let next = pool.best(settings.anchors, by: merits, apart: settings.apart)
      used.formUnion(next)
      centres = try centred(next.map { pool.candidates[$0] }, context, &phases)
    }
    found.measures = [
      .init("pool", Double(pool.count)), .init("retired", Double(retired.count)),
    ]
    try phases.time("thompson") { try pick(wanted, from: pool, model, &found, context) }
    return found
  }

  /// Retires anchors of whose candidates few are new: what is near them has been tried, and the search
  /// goes on from others instead of turning over what is left.
  private mutating func retire(_ anchors: [Int], _ decoded: [CodedCandidate?]) {
    let each = decoded.count / anchors.count
    for (r, anchor) in anchors.enumerated() {
      let texts = Set(decoded[r * each..<(r + 1) * each].compactMap { $0?.text })
      let new = texts.count { !buffer.seen.contains($0) }
      if Double(new) < settings.retire * Double(each) {
        retired.insert(buffer.entries[anchor].text)
      }
    }
  }

  /// Candidates decoded from the regions around some centres.
  private func surround(
    _ centres: Centres, _ sources: Sources, _ context: RunContext, _ phases: inout Phases
  ) throws -> [CodedCandidate?] {
    let regions = centres.latents.rows
    let probabilities =
      settings.moves < 1
      ? try tokenProbabilities(centres.latents, centres.tokens, context, &phases) : []
    let each = max(1, settings.candidates / ((settings.rounds + 1) * regions))
    return try candidates(
      each, around: centres, probabilities: probabilities, sources, context, &phases)
  }

  /// Adds candidates to the pool with what the surrogate says of them.
  private func score(
    _ new: [CodedCandidate], _ model: SequenceGP, _ pool: inout SequencePool,
    _ context: RunContext, _ phases: inout Phases
  ) throws {
    guard !new.isEmpty else { return }
    var new = new
    var points = try phases.time("count") { try reader.points(new) }
    let kept = pool.distinct(points.counts)
    guard !kept.isEmpty else { return }
    new = kept.map { new[$0] }
    points = points.rows(kept)
    if settings.surrogate == .both {
      points.vectors.append(try centred(new, context, &phases).latents)
    }
    try phases.time("predict") {
      let prediction = try model.predict(points, in: context)
      pool.append(
        new, points, (0..<model.outputCount).map { prediction.posterior(output: $0) },
        withNoise: false)
    }
  }

  /// Sequences as centres of regions.
  private func centred(
    _ candidates: [CodedCandidate], _ context: RunContext, _ phases: inout Phases
  ) throws -> Centres {
    let tokens = TokenBatch(
      count: candidates.count, length: space.length, tokens: candidates.flatMap(\.tokens))
    return Centres(
      texts: candidates.map(\.text), tokens: tokens,
      latents: try phases.time("encode") { try space.flow.encode(tokens, context: context) })
  }

  /// Step 7: the batch, from the pool's best by upper bound.
  private func pick(
    _ wanted: Int, from pool: SequencePool, _ model: SequenceGP, _ found: inout Found,
    _ context: RunContext
  ) throws {
    guard pool.count > 0 else { return }
    let merits = pool.merits(optimism: max(1, settings.optimism))
    let shortlist = pool.best(settings.shortlist, by: merits)
    let prediction = try model.predict(pool.points.rows(shortlist), in: context)
    let posteriors = (0..<model.outputCount).map { prediction.posterior(output: $0) }
    let count = min(wanted, shortlist.count)
    let picks: [Int]
    if settings.acquisition == .ucb {
      picks = UpperBoundPicks.picks(
        count, merits: shortlist.map { merits[$0] }, goal: posteriors[0],
        optimism: settings.optimism)
    } else {
      var random = context.stream("picks")
      var samples = try posteriors.map {
        try $0.samples(
          min(100, count), observationNoise: settings.observationNoise, using: &random)
      }
      // A sample's best is the best of what it is wrong about. Once something feasible is known, what
      // is expected to be infeasible does not count as feasible, whatever a sample says.
      if buffer.hasFeasible {
        for output in 1..<max(1, samples.count) {
          let (view, mean) = (MatrixView(&samples[output]), posteriors[output].mean)
          for s in 0..<view.rows {
            for i in 0..<view.columns { view.row(s)[i] = max(view.row(s)[i], mean[i]) }
          }
        }
      }
      let merged = ConstrainedSamples(goal: samples[0], constraints: Array(samples.dropFirst()))
      picks = try ThompsonSampling.picks(count, from: merged.merits)
      if model.outputCount > 1 {
        found.predictedFeasible = Double(merged.feasibleCount(of: picks)) / Double(max(1, count))
      }
    }
    let deviations = posteriors[0].variance(observationNoise: true)
    found.candidates = picks.map { pool.candidates[shortlist[$0]] }
    found.predictions = picks.map {
      let (mean, reach) = (
        posteriors[0].mean[$0], Prediction.reach * deviations[$0].squareRoot()
      )
      return Prediction(
        mean: goalScale.goal(mean),
        range: goalScale.goal(mean - reach)...goalScale.goal(mean + reach))
    }
  }
}
