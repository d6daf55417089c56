import Core
import Engine

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The best points of an archive as models learn from them: standardised objectives, scaled
/// constraints, and the Lagrangian that joins both.
///
/// L = y - lambda sum max(0, c), with y standardised and c in units of its constraint's scale
/// (CiBO, arXiv 2507.00480, section 4.1).
package struct LagrangianBuffer: Sendable {
  /// How constraint values are brought to one scale.
  package enum ConstraintScale: String, Sendable, CaseIterable {
    /// By their standard deviation (not centred: zero stays the border).
    case deviation
    /// By the largest size, as the authors do; a far outlier then makes the border soft.
    case largest
  }

  /// What the buffer is made by.
  package struct Rule: Sendable {
    /// Points kept, best first by L.
    package var capacity: Int
    /// lambda.
    package var penalty: Double
    package var constraintScale = ConstraintScale.deviation
    /// Raise objectives far below the median, max(y, 2 median - max), so that they do not set the
    /// scale.
    package var winsorizes = true
    /// A yes/no constraint is learned as 0 or 1, the chance that it is violated; this is the chance
    /// from which on a point counts as violating it.
    package var indicatorBorder = 0.25

    /// A rule; an indicator's border is as above.
    package init(
      capacity: Int, penalty: Double = LagrangeMultiplier.ofTwo,
      constraintScale: ConstraintScale = .deviation,
      winsorizes: Bool = true
    ) {
      self.capacity = capacity
      self.penalty = penalty
      self.constraintScale = constraintScale
      self.winsorizes = winsorizes
    }
  }

  /// Positions in the archive.
  package let indices: [Int]
  /// Points of the unit cube whose evaluation failed, which follow the others as rows of `targets`: they show
  /// where evaluations work, and nothing else.
  package let failed: [[Double]]
  /// Objectives, winsorised if asked for, with mean zero and variance one.
  package let objectives: [Double]
  /// Constraint values of each point over `constraintScales`.
  package let constraints: [[Double]]
  /// What each constraint was divided by.
  package let constraintScales: [Double]
  /// L of each point.
  package let merits: [Double]
  /// The lambda of these.
  package let penalty: Double
  /// What brought objectives to their scale: y = mean + deviation * objectives.
  package let objectiveMean, objectiveDeviation: Double

  /// The best points of an archive that is not empty.
  package init(_ archive: BoxArchive, _ rule: Rule) {
    let all = Array(archive.points.indices)
    let first = Scaled(archive, all, rule)
    var chosen = all
    var scaled = first
    if all.count > rule.capacity {
      // The scale of the whole archive says who stays, that of the buffer what they are worth.
      chosen = all.sorted {
        first.merits[$0] != first.merits[$1] ? first.merits[$0] > first.merits[$1] : $0 < $1
      }
      chosen = Array(chosen.prefix(rule.capacity)).sorted()
      scaled = Scaled(archive, chosen, rule)
    }
    indices = chosen
    failed = archive.failed.suffix(rule.capacity)
    objectives = scaled.objectives
    constraints = scaled.constraints
    merits = scaled.merits
    penalty = rule.penalty
    let m = archive.constraintCount
    let columns = 1 + archive.learnedConstraintCount
    let marks = chosen.map { _ in 0.0 } + failed.map { _ in 1.0 }
    let failureScale = rule.constraintScale == .deviation ? ViolationScale.deviation(marks) : 1
    constraintScales = scaled.scales + (failed.isEmpty ? [] : [failureScale])
    var targets = [Double](repeating: .nan, count: marks.count * columns)
    for i in chosen.indices {
      targets[i * columns] = scaled.objectives[i]
      for k in 0..<m {
        let border = archive.indicators[k] ? rule.indicatorBorder / scaled.scales[k] : 0
        targets[i * columns + 1 + k] = scaled.constraints[i][k] - border
      }
    }
    if !failed.isEmpty {
      // Learned as a yes/no constraint is.
      for (i, mark) in marks.enumerated() {
        targets[i * columns + 1 + m] = (mark - rule.indicatorBorder) / failureScale
      }
    }
    self.targets = Tensor([marks.count, columns], targets)
    let constraints = scaled.constraints
    func violates(_ i: Int) -> Bool {
      (0..<m).contains { archive.indicators[$0] && constraints[i][$0] > 0 }
    }
    outside = chosen.indices.filter(violates) + failed.indices.map { chosen.count + $0 }
    inside = chosen.indices.filter { !violates($0) }
    indicatorTargets =
      (0..<m).filter { archive.indicators[$0] }.map { 1 + $0 } + (failed.isEmpty ? [] : [1 + m])
    objectiveMean = scaled.mean
    objectiveDeviation = scaled.deviation
  }

  /// Number of points that have an objective.
  package var count: Int { indices.count }

  /// What models learn of these points and then of the failed ones: objectives and constraints, zero at a
  /// constraint's border, and, once an evaluation has failed, whether it does: N x (1 + M) or (2 + M). What is not
  /// known of a failed point is NaN.
  package let targets: Tensor<Double>

  /// Which of the targets' columns are yes/no constraints.
  package let indicatorTargets: [Int]
  /// Points that violate a yes/no constraint, and the others.
  private let outside, inside: [Int]

  /// Weights of all rows for a model that is to see `size` points' worth: sharp by merit.
  package func weights(effectiveSize size: Double) -> [Double] {
    padded(SamplingWeights.sharp(merits, effectiveSize: max(1, min(size, 0.9 * Double(count)))))
  }

  /// Numbers of all rows: those of points that have an objective, and 0 for the failed ones.
  package func padded(_ numbers: [Double]) -> [Double] {
    numbers + [Double](repeating: 0, count: failed.count)
  }

  /// Weights for a model of where evaluations fail: one half to those that did; nil where none did.
  package func failureWeights(_ weights: [Double]) -> [Double]? {
    if failed.isEmpty { return nil }
    let total = weights.reduce(0, +)
    return weights.indices.map { i in
      i < count ? weights[i] / total / 2 : 0.5 / Double(failed.count)
    }
  }

  /// Weights for a model of where yes/no constraints change; nil where all points are on one side.
  ///
  /// Half goes to points that violate one and half to the others, on both sides to those nearest to
  /// the good points: what lies far on either side says little about the border between.
  /// - Parameters:
  ///   - size: effective sample size.
  ///   - squaredDistances: of each point from the middle of the good ones.
  package func borderWeights(effectiveSize size: Double, squaredDistances: [Double]) -> [Double]? {
    guard !outside.isEmpty, !inside.isEmpty else { return nil }
    var weights = [Double](repeating: 0, count: targets.rows)
    for side in [inside, outside] {
      let own = SamplingWeights.sharp(
        side.map { -squaredDistances[$0] },
        effectiveSize: max(1, min(size / 2, 0.9 * Double(side.count))))
      for (i, weight) in zip(side, own) { weights[i] = weight / 2 }
    }
    return weights
  }

  private struct Scaled {
    var objectives: [Double]
    var constraints: [[Double]]
    var scales, merits: [Double]
    var mean, deviation: Double

    init(_ archive: BoxArchive, _ indices: [Int], _ rule: Rule) {
      var y = indices.map { archive.objectives[$0] }
      if rule.winsorizes, let top = y.max() {
        let sorted = y.sorted()
        let middle = sorted.count / 2
        let median =
          sorted.count % 2 == 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2
        // In this order it does not overflow to +infinity.
        let floor = median + (median - top)
        y = y.map { max($0, floor) }
      }
      let largest = max(y.reduce(0) { max($0, abs($1)) }, .leastNormalMagnitude)
      let unit = y.map { $0 / largest }
      let average = unit.reduce(0, +) / Double(unit.count)
      let variance = unit.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(unit.count)
      // A spread that is nothing but rounding is none.
      let spread = variance.squareRoot() > 1e-12 ? variance.squareRoot() : 1
      mean = average * largest
      deviation = spread * largest
      objectives = unit.map { ($0 - average) / spread }
      scales =
        switch rule.constraintScale {
        case .deviation: archive.constraintDeviations(indices)
        case .largest:
          (0..<archive.constraintCount).map { m in
            let top = indices.reduce(0) { max($0, abs(archive.constraints[$1][m])) }
            return top > 0 ? top : 1
          }
        }
      let scales = scales
      constraints = indices.map { i in zip(archive.constraints[i], scales).map { $0 / $1 } }
      merits = zip(objectives, constraints).map { y, c in
        y - rule.penalty * c.reduce(0) { $0 + max(0, $1) }
      }
    }
  }
}

/// Weights by which a buffer's points are drawn for training.
package enum SamplingWeights {
  /// exp(L) normalised, as published.
  package static func exponential(_ merits: [Double]) -> [Double] {
    softmax(merits, temperature: 1)
  }

  /// softmax(L / tau) with tau such that the effective sample size 1 / sum w^2 is `size`.
  ///
  /// The size is approached from above: where many points share the best value, it cannot be
  /// smaller than their number.
  package static func sharp(_ merits: [Double], effectiveSize size: Double) -> [Double] {
    guard let top = merits.max(), let bottom = merits.min(), top > bottom else {
      return [Double](repeating: 1 / Double(max(1, merits.count)), count: merits.count)
    }
    var (low, high) = (log((top - bottom) * 1e-9), log((top - bottom) * 1e6))
    for _ in 0..<60 {
      let middle = (low + high) / 2
      let reached = effectiveSize(softmax(merits, temperature: exp(middle)))
      if reached < size { low = middle } else { high = middle }
    }
    return softmax(merits, temperature: exp(high))
  }

  /// 1 / sum w^2 of normalised weights.
  package static func effectiveSize(_ weights: [Double]) -> Double {
    1 / weights.reduce(0) { $0 + $1 * $1 }
  }

  private static func softmax(_ merits: [Double], temperature: Double) -> [Double] {
    let top = merits.max() ?? 0
    let raw = merits.map { exp(($0 - top) / temperature) }
    let total = raw.reduce(0, +)
    return raw.map { $0 / total }
  }
}
