import Core
import Samplers

/// Points spread over what may be evaluated of a box: all of it, or what satisfies what is required.
extension BoxSpace {
  /// Points of a sequence that are looked at for each one wanted before another way is taken.
  private static let patience = 200

  /// `count` points that cover the space evenly: the next of a scrambled Sobol sequence, without those that
  /// may not be evaluated. Where hardly any may, hit-and-run finds points of the region and those are taken
  /// that are far from each other. Where coordinates have levels no point comes twice, and there may be fewer.
  /// - Parameters:
  ///   - next: the sequence's next point; moved on.
  ///   - random: what scrambles the sequence.
  ///   - known: points that are not wanted again, where coordinates have levels.
  ///   - start: points that may be of the region, where a walk may begin.
  /// - Throws: `.badData` if no point is found that may be evaluated.
  public func cover(
    _ count: Int, from next: inout Int, scrambledBy random: RandomStream,
    except known: Set<[Double]> = [], near start: [[Double]] = [], _ context: RunContext
  ) throws -> [[Double]] {
    guard isRestricted else {
      next += count
      return try sobolPoints(next - count..<next, scrambledBy: random)
    }
    var seen = hasLevels ? known : []
    var found: [[Double]] = []
    let end = next + max(1, count) * Self.patience
    while found.count < count, next < end {
      try context.checkCancellation("stopped while looking for points to evaluate")
      let size = min(end - next, max(64, 2 * (count - found.count)))
      let points = try sobolPoints(next..<next + size, scrambledBy: random)
      let holds = try Parallel.map(size) { try allows(points[$0]) }
      for (point, holds) in zip(points, holds) where found.count < count {
        next += 1
        if holds, seen.insert(point).inserted { found.append(point) }
      }
    }
    guard found.count < count else { return found }
    if let rest = try rest(except: seen) {
      return found + apart(count - found.count, of: rest, from: found)
    }
    guard requirement != nil else { return found }
    var walk = random.stream("walk", next)
    let spread = try walked(4 * (count - found.count), from: found + start, &walk, context)
      .filter { seen.insert($0).inserted }
    return found + apart(count - found.count, of: spread, from: found)
  }

  /// `count` independent uniform draws from what may be evaluated; where coordinates have levels none twice,
  /// and perhaps fewer.
  /// - Parameters:
  ///   - known: points that are not wanted again, where coordinates have levels.
  ///   - start: points that may be of the region, where a walk may begin.
  /// - Throws: `.badData` if no point is found that may be evaluated.
  func draws(
    _ count: Int, _ random: inout RandomStream, except known: Set<[Double]> = [],
    near start: [[Double]] = [], _ context: RunContext
  ) throws -> [[Double]] {
    var seen = hasLevels ? known : []
    var found: [[Double]] = []
    var tries = 0
    while found.count < count, tries < count * Self.patience {
      tries += 1
      let point = point(spread: (0..<dimension).map { _ in random.uniform() })
      if try allows(point), !hasLevels || seen.insert(point).inserted { found.append(point) }
    }
    guard found.count < count else { return found }
    try context.checkCancellation("stopped while looking for points to evaluate")
    if let rest = try rest(except: seen) {
      let order = random.permutation(rest.count).prefix(count - found.count)
      return found + order.map { rest[$0] }
    }
    guard requirement != nil else { return found }
    return try found
      + walked(count - found.count, from: found + start, &random, context)
      .filter { !hasLevels || seen.insert($0).inserted }
  }

  /// Whether not every point of the unit cube is a point of its own that may be evaluated.
  private var isRestricted: Bool { requirement != nil || hasLevels }

  /// What is left of a grid that is small enough to look through: points that may be evaluated; nil for other
  /// spaces.
  private func rest(except seen: Set<[Double]>) throws -> [[Double]]? {
    var points: [[Double]] = [[]]
    for levels in levels {
      guard let levels, points.count * levels.count <= Self.largestGrid else { return nil }
      points = points.flatMap { point in levels.map { point + [$0] } }
    }
    let left = points.filter { !seen.contains($0) }
    let holds = try Parallel.map(left.count) { try allows(left[$0]) }
    return zip(left, holds).filter(\.1).map(\.0)
  }

  private static let largestGrid = 100_000

  /// Points of the region by hit-and-run, from the first of some points that is of the region.
  private func walked(
    _ count: Int, from start: [[Double]], _ random: inout RandomStream, _ context: RunContext
  ) throws -> [[Double]] {
    // A walk forgets where it was in some d^2 moves; where these are quick, 2 d lie between two points.
    let thin = max(10, min(100, 2 * dimension), dimension / 2)
    let walk = HitAndRun(space: self, burnIn: 50 + 10 * dimension, thin: thin)
    return try walk.points(
      count, from: try start.first { try allows($0) } ?? requiredPoint(context), random: &random
    ) { point in
      try context.checkCancellation("stopped while looking for points to evaluate")
      return try allows(point)
    }
  }

  /// Of some points, `count` that are far from each other and from `others`: each the farthest from all
  /// before.
  private func apart(_ count: Int, of points: [[Double]], from others: [[Double]]) -> [[Double]] {
    let units = points.map(unit)
    let known = others.map(unit)
    var nearest = units.map { u in
      known.map { $0.squaredDistance(to: u) }.min() ?? .infinity
    }
    var chosen: [[Double]] = []
    while chosen.count < min(count, points.count),
      let i = nearest.indices.max(by: { nearest[$0] < nearest[$1] })
    {
      chosen.append(points[i])
      for k in units.indices {
        nearest[k] = min(nearest[k], units[i].squaredDistance(to: units[k]))
      }
    }
    return chosen
  }

  /// A point of the box that satisfies what is required: the least violation, each entry in units of what
  /// is seen of it, is gone for by an evolution strategy.
  /// - Throws: `.badData` if none is found.
  func requiredPoint(_ context: RunContext) throws -> [Double] {
    guard let requirement else { return point(unit: .init(repeating: 0.5, count: dimension)) }
    var random = context.stream("required point")
    let units = (0..<512).map { _ in (0..<dimension).map { _ in random.uniform() } }
    let verdicts = try Parallel.map(units.count) {
      try requirement.verdict(.vector(point(unit: units[$0])))
    }
    if let i = verdicts.firstIndex(where: \.holds) { return point(unit: units[i]) }
    let entries = verdicts.compactMap(\.violations)
    var best = (unit: units[0], violation: Double.infinity, reason: verdicts[0].reason)
    guard let width = entries.first?.count else {
      throw Failure(
        .badData, "what is required cannot be worked out at any point that was tried",
        advice: best.reason)
    }
    let scale = (0..<width).map { m in
      entries.reduce(0) { max($0, m < $1.count && $1[m].isFinite ? $1[m] : 0) }
    }
    func amount(_ violations: [Double]?) -> Double {
      guard let violations else { return .infinity }
      return zip(violations, scale).reduce(0) { $0 + max(0, $1.0) / ($1.1 > 0 ? $1.1 : 1) }
    }
    for (unit, verdict) in zip(units, verdicts) where amount(verdict.violations) < best.violation {
      best = (unit, amount(verdict.violations), verdict.reason)
    }
    // Some restarts, each from the nearest point so far.
    for _ in 0..<4 {
      var search = CMAESDistribution(
        mean: BoxFold.unfolded(best.unit), sigma: 0.3, population: 8 + 4 * dimension.bitWidthUsed,
        diagonal: dimension > 50)
      for _ in 0..<(100 + 10 * dimension) {
        try context.checkCancellation("stopped while looking for points to evaluate")
        let draws = search.draws(&random)
        let points = draws.map { BoxFold.folded(search.point($0)) }
        let found = try points.map { try requirement.verdict(.vector(point(unit: $0))) }
        if let i = found.firstIndex(where: \.holds) { return point(unit: points[i]) }
        let amounts = found.map { amount($0.violations) }
        let order = amounts.indices.sorted { (amounts[$0], $0) < (amounts[$1], $1) }
        if amounts[order[0]] < best.violation {
          best = (points[order[0]], amounts[order[0]], found[order[0]].reason)
        }
        guard (try? search.update(ranked: order.map { draws[$0] })) != nil,
          search.largestSpread > 1e-9
        else { break }
      }
    }
    throw Self.nothing(best.reason)
  }

  private static func nothing(_ reason: String?) -> Failure {
    Failure(
      .badData,
      "no point of the box was found that satisfies what is required"
        + (reason.map { "; at the nearest \($0)" } ?? ""),
      advice: "check the `require` lines of the problem, or widen the box")
  }
}

extension Int {
  /// Bits that the number takes: its logarithm, rounded up.
  fileprivate var bitWidthUsed: Int { Int.bitWidth - leadingZeroBitCount }
}
