import Core
import Engine
import Flows
import Foundation
import Surrogates

extension NFBO {
  /// Step 1: fine-tunes the flow one epoch on the best and the newest, when it is time.
  mutating func tuneFlow(_ context: RunContext, _ phases: inout Phases) throws {
    guard sinceTuning >= settings.trainEvery else { return }
    var chosen = Array(buffer.ranking.prefix(settings.top))
    let known = Set(chosen)
    chosen += buffer.entries.indices.suffix(settings.newest).filter { !known.contains($0) }
    let data = buffer.batch(chosen, length: space.length)
    _ = try phases.time("fine_tune") {
      try trainer.epoch(&space.flow, on: data, context: context.scoped("fine_tune"))
    }
    // Latents are stale once the flow has changed.
    buffer.latents = nil
    sinceTuning = 0
  }

  /// Latents of all entries under the flow as it is now.
  mutating func latents(_ context: RunContext) throws -> Tensor<Float> {
    if let latents = buffer.latents { return latents }
    let all = buffer.batch(buffer.entries.indices, length: space.length)
    let latents = try space.flow.encode(all, context: context)
    buffer.latents = latents
    return latents
  }

  /// Latents of some entries. A surrogate that looks at sequences alone needs few of them, so others
  /// are not encoded.
  mutating func latents(of rows: [Int], _ context: RunContext) throws -> Tensor<Float> {
    if settings.surrogate == .sequence, buffer.latents == nil {
      return try space.flow.encode(buffer.batch(rows, length: space.length), context: context)
    }
    return try latents(context).rows(rows)
  }

  /// Step 2: fits the surrogate on everything first, then refits it on the new points and the best.
  /// Returns its loss.
  mutating func learn(_ context: RunContext, _ phases: inout Phases) throws -> Double {
    if sequenceModel != nil { return try learnSequences(context, &phases) }
    let latents = try phases.time("encode") { try self.latents(context) }
    return try phases.time("surrogate") {
      let report: FitReport
      if learned == 0 {
        let all = Array(buffer.entries.indices)
        buffer.settleScale()
        report = try surrogate.fit(
          latents, buffer.targets(all),
          likelihoods: [.gaussian] + buffer.indicators.map { $0 ? .bernoulli : .gaussian },
          in: context.scoped("surrogate"))
      } else if settings.refits {
        let chosen = refitted
        try surrogate.rescale(
          to: buffer.targets(Array(buffer.entries.indices)), in: context.scoped("scale"))
        report = try surrogate.refit(
          latents.rows(chosen), buffer.targets(chosen), dataCount: buffer.count,
          in: context.scoped("surrogate"))
      } else {
        return .nan
      }
      learned = buffer.count
      return report.losses.last ?? .nan
    }
  }

  /// Entries that the process on sequences learns from at most.
  private static let mostLearned = 5000

  /// All entries, or of too many the best half, the newest and some of the rest, in order.
  private var learnedFrom: [Int] {
    let (n, most) = (buffer.count, Self.mostLearned)
    guard n > most else { return Array(0..<n) }
    var chosen = Set(buffer.ranking.prefix(most / 2))
    for index in (0..<n).reversed() where chosen.count < most * 3 / 4 { chosen.insert(index) }
    let rest = (0..<n).filter { !chosen.contains($0) }
    let left = most - chosen.count
    chosen.formUnion((0..<left).map { rest[$0 * rest.count / left] })
    return chosen.sorted()
  }

  /// Fits the process on sequences to what is known. An indicator is 1 where violated, else -1.
  private mutating func learnSequences(_ context: RunContext, _ phases: inout Phases) throws
    -> Double
  {
    guard settings.acquisition != .random else { return .nan }
    var points = try phases.time("count") { try buffer.points(reader) }
    if settings.surrogate == .both {
      points.vectors.append(try phases.time("encode") { try self.latents(context) })
    }
    let rows = learnedFrom
    points = points.rows(rows)
    var targets = buffer.targets(rows)
    let view = MatrixView(&targets)
    goalScale = GoalScale(buffer.entries.map(\.objective))
    for (i, row) in rows.enumerated() {
      view.row(i)[0] = goalScale.learned(buffer.entries[row].objective)
    }
    for (k, isIndicator) in buffer.indicators.enumerated() where isIndicator {
      for i in 0..<view.rows { view.row(i)[1 + k] = view.row(i)[1 + k] > 0.5 ? 1 : -1 }
    }
    return try phases.time("surrogate") {
      let report = try sequenceModel?.fit(points, targets, in: context.scoped("surrogate"))
      learned = buffer.count
      return report?.losses.last ?? .nan
    }
  }

  /// What a refit learns from: the best, the new ones, and as many of the least violated, without
  /// which the heads of the constraints would forget where these end to hold.
  private var refitted: [Int] {
    let ranking = buffer.ranking
    var chosen = Set(ranking.prefix(settings.top)).union(learned..<buffer.count)
    chosen.formUnion(ranking.filter { !buffer.entries[$0].isFeasible }.prefix(settings.top))
    return chosen.sorted()
  }

  /// Step 3: distinct anchors drawn from softmax(minmax(merit) / 0.01), kept apart if asked for.
  mutating func chooseAnchors(_ count: Int, _ context: RunContext) throws -> [Int] {
    let count = min(count, buffer.count)
    let merits = buffer.merits
    let (low, high) = (merits.min() ?? 0, merits.max() ?? 0)
    let span = high > low ? high - low : 1
    var weights = merits.enumerated().map { i, merit in
      retired.contains(buffer.entries[i].text) ? 0 : exp((merit - high) / span / 0.01)
    }
    if !weights.contains(where: { $0 > 0 }) {
      weights = merits.map { exp(($0 - high) / span / 0.01) }
    }
    let counted = settings.apart > 0 ? try buffer.points(reader).counts[0] : []
    var random = context.stream("anchors")
    var anchors: [Int] = []
    while anchors.count < count {
      guard weights.contains(where: { $0 > 1e-290 }) else { break }
      let index = random.index(weights: weights)
      weights[index] = 0
      anchors.append(index)
      for (i, other) in counted.enumerated() where weights[i] > 0 {
        if 1 - counted[index].tanimoto(other, empty: 1) < settings.apart { weights[i] = 0 }
      }
    }
    // Weights far below the best underflow: fill up in order of merit.
    for index in buffer.ranking where anchors.count < count {
      if !anchors.contains(index) { anchors.append(index) }
    }
    return anchors
  }
}
