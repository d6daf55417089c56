import Core
import Engine
import Foundation
import Oracles
import Samplers
import Surrogates

extension SCBO {
  /// One batch from the trust region.
  mutating func search(_ wanted: Int, _ context: RunContext) throws -> Proposal {
    guard let centre = best(of: local) else { throw archive.nothingWorked }
    var phases = Phases()
    try phases.time("surrogate") { try learn(around: centre, context) }
    let points = try phases.time("candidates") {
      try candidates(around: archive.points[centre], max(settings.candidates, wanted), context)
    }
    if points.rows == 0 {
      return Proposal(candidates: [], exhausted: "every point that may be evaluated was")
    }
    let chosen = try phases.time("sampling") { try choose(wanted, of: points, context) }
    let d = archive.space.dimension
    return Proposal(
      candidates: chosen.rows.map { row -> Candidate in
        .vector(archive.space.point(unit: (0..<d).map { points[row, $0] }))
      },
      measures: [
        .init("region_length", region.length), .init("local_points", Double(local.count)),
        .init("predicted_feasible", chosen.feasibleShare), .init("restarts", Double(restarts)),
      ], seconds: phases.summed)
  }

  /// Gaussian processes of the local points.
  mutating func learn(around centre: Int, _ context: RunContext) throws(Failure) {
    let rows = Array(local)
    let x: Tensor<Double> = archive.matrix(rows)
    let objectives = rows.map { archive.objectives[$0] }
    let goals = settings.copula ? SCBOTransforms.copula(objectives) : objectives
    let targets = Tensor(
      [rows.count, 1 + archive.constraintCount],
      zip(rows, goals).flatMap { row, goal in [goal] + archive.bilogs(row) })
    model.focus = archive.points[centre]
    try model.update(x, targets, in: context)
    try working.learn(archive, rows, focus: archive.points[centre], context)
  }

  /// Scrambled Sobol points of the trust region; each takes over its coordinates with probability
  /// min(1, 20 / d), at least one, and the centre's elsewhere. In unit coordinates.
  func candidates(around centre: [Double], _ count: Int, _ context: RunContext) throws
    -> Tensor<Double>
  {
    let d = centre.count
    let lengthscales =
      settings.stretch
      ? model.kernelHyperparameters(output: 0) : [Double](repeating: 1, count: d)
    let sides = Self.sides(lengthscales, length: region.length)
    let low = zip(centre, sides).map { max(0, $0 - $1 / 2) }
    let high = zip(centre, sides).map { min(1, $0 + $1 / 2) }
    let sobol = try SobolSequence(dimensions: d, scrambledBy: context.stream("candidates"))
      .points(0..<count)
    var random = context.stream("coordinates")
    let probability = min(1, 20 / Double(d))
    var result = Tensor<Double>(uninitialized: [count, d])
    let to = result.mutablePointer
    for i in 0..<count {
      let always = random.integer(below: d)
      for k in 0..<d {
        let moves = random.uniform() < probability
        to[i * d + k] = centre[k]
        if moves { to[i * d + k] = low[k] + (high[k] - low[k]) * Double(sobol[i * d + k]) }
      }
      // Drawn for every candidate, so that streams do not depend on who needs it.
      if (0..<d).allSatisfy({ to[i * d + $0] == centre[$0] }) {
        to[i * d + always] =
          low[always] + (high[always] - low[always]) * Double(sobol[i * d + always])
      }
    }
    return try allowed(result, atLeast: settings.batch, context)
  }

  /// Candidates where they may be evaluated, each once: as they are where nothing is required and coordinates
  /// take any value.
  private func allowed(
    _ candidates: Tensor<Double>, atLeast least: Int, _ context: RunContext
  ) throws -> Tensor<Double> {
    let space = archive.space
    let known = local.map { archive.points[$0] }
    let region = try RequiredRegion(space, known: known, context)
    guard region != nil || space.hasLevels else { return candidates }
    let (d, entries) = (candidates.columns, candidates.entries)
    let rows = (0..<candidates.rows).map { Array(entries[$0 * d..<($0 + 1) * d]) }
    // Several may be brought to one point: of the border, of the levels, or to where they came from.
    var seen = archive.evaluated
    let brought = try region?.brought(rows) ?? rows
    var kept = zip(rows, brought).filter { row, own in
      // What was brought to a border may be all but the point that it came from.
      (row == own || !known.contains { $0.squaredDistance(to: own) < Novelty.alike })
        && seen.insert(space.point(unit: own)).inserted
    }.map(\.1)
    if kept.count < least {
      var random = context.stream("fill")
      kept += try space.draws(least - kept.count, &random, except: seen, context).map(space.unit)
    }
    return Tensor([kept.count, d], kept.flatMap(space.onLevels))
  }

  /// Sides of the region: proportional to the lengthscales, with the volume of a cube of this length
  /// (TuRBO, Eriksson et al. 2019, section 2).
  package static func sides(_ lengthscales: [Double], length: Double) -> [Double] {
    let mean = lengthscales.reduce(0) { $0 + log($1) } / Double(lengthscales.count)
    return lengthscales.map { length * $0 / exp(mean) }
  }

  /// Rows of candidates by Thompson sampling, and the mean share that samples call feasible.
  private func choose(_ wanted: Int, of candidates: Tensor<Double>, _ context: RunContext)
    throws(Failure) -> (rows: [Int], feasibleShare: Double)
  {
    var goals: Tensor<Double>?
    var violations = Tensor<Double>.zeros([wanted, candidates.rows])
    let others = (0..<working.model.outputCount).map { (working.model, $0) }
    let outputs = (0..<model.outputCount).map { (model, $0) } + others
    for (place, (model, output)) in outputs.enumerated() {
      try context.checkCancellation("stopped while candidates were sampled")
      var random = context.stream("sample", place)
      let samples = try model.posteriorSamples(
        candidates, count: wanted, output: output, using: &random, in: context)
      if place == 0 {
        goals = samples
      } else {
        let (from, to) = (samples.pointer, violations.mutablePointer)
        for i in 0..<samples.count { to[i] += max(0, from[i]) }
      }
    }
    guard let goals, goals.isFinite, violations.isFinite else {
      throw Failure(
        .numerical, "the surrogate's samples are not finite",
        advice: "check the objective and constraints for extreme values")
    }
    return Self.picks(goals: goals, violations: violations)
  }

  /// One row for each sample, no row twice: the best goal without violation, or the least violation.
  package static func picks(goals: Tensor<Double>, violations: Tensor<Double>)
    -> (rows: [Int], feasibleShare: Double)
  {
    let (count, q) = (goals.rows, goals.columns)
    var taken = [Bool](repeating: false, count: q)
    var rows: [Int] = []
    var feasible = 0
    for s in 0..<min(count, q) {
      let (goal, violation) = (goals.pointer + s * q, violations.pointer + s * q)
      var best = -1
      for i in 0..<q {
        if violation[i] == 0 { feasible += 1 }
        if taken[i] { continue }
        if best < 0 || violation[i] < violation[best]
          || (violation[i] == violation[best] && goal[i] > goal[best])
        {
          best = i
        }
      }
      taken[best] = true
      rows.append(best)
    }
    return (rows, Double(feasible) / Double(max(1, rows.count * q)))
  }
}
