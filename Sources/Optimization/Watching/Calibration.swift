/// How well what a method expected agrees with what was found, over the last trials it had predicted.
///
/// Batches are small, so a window of trials is looked at, and not the last batch alone.
public struct Calibration: Sendable, Equatable {
  /// Trials of the window at most.
  public static let window = 50
  /// Fewer say nothing.
  static let fewest = 5

  /// What was expected and found, by trial.
  public let pairs: [(prediction: Prediction, found: Double)]

  /// Of the last `window` trials that were predicted and worked; nil for all of them.
  public init(_ trials: [Trial], window: Int? = Calibration.window) {
    var pairs: [(prediction: Prediction, found: Double)] = []
    for trial in trials.reversed() where pairs.count < window ?? .max {
      if let prediction = trial.prediction, let found = trial.evaluation.objective {
        pairs.append((prediction, found))
      }
    }
    self.pairs = pairs.reversed()
  }

  /// Spearman's correlation of expected and found values, ties sharing their mean rank; nil where
  /// either does not vary, or there are too few trials.
  public var rankCorrelation: Double? {
    guard pairs.count >= Self.fewest else { return nil }
    return Self.spearman(pairs.map(\.prediction.mean), pairs.map(\.found))
  }

  /// Share of the found values inside the central 90% of what was expected; nil for too few trials.
  public var coverage: Double? {
    guard pairs.count >= Self.fewest else { return nil }
    let inside = pairs.count { $0.prediction.range.contains($0.found) }
    return Double(inside) / Double(pairs.count)
  }

  /// "rank_correlation" and "coverage_90", as far as there is something to say.
  var measures: [IterationReport.Measure] {
    [("rank_correlation", rankCorrelation), ("coverage_90", coverage)].compactMap { name, value in
      value.map { .init(name, $0) }
    }
  }

  /// Pearson's correlation of ranks; nil where one of the two does not vary.
  package static func spearman(_ a: [Double], _ b: [Double]) -> Double? {
    let (x, y) = (ranks(a), ranks(b))
    let middle = Double(a.count - 1) / 2
    var (xy, xx, yy) = (0.0, 0.0, 0.0)
    for (p, q) in zip(x, y) {
      xy += (p - middle) * (q - middle)
      xx += (p - middle) * (p - middle)
      yy += (q - middle) * (q - middle)
    }
    return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : nil
  }

  /// Ranks from 0; equal values share the mean of theirs.
  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var result = [Double](repeating: 0, count: values.count)
    var first = 0
    while first < order.count {
      var last = first
      while last + 1 < order.count, values[order[last + 1]] == values[order[first]] { last += 1 }
      for k in first...last { result[order[k]] = Double(first + last) / 2 }
      first = last + 1
    }
    return result
  }

  /// Equal if all pairs are.
  public static func == (a: Calibration, b: Calibration) -> Bool {
    a.pairs.elementsEqual(b.pairs) { $0.prediction == $1.prediction && $0.found == $1.found }
  }
}
