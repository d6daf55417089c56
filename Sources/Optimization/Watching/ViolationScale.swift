import Oracles

/// Violations of different units on one scale: each constraint's divided by its standard deviation over the trials.
struct ViolationScale {
  private let scales: [Double]

  /// - Parameter worked: trials that gave a result.
  init(_ worked: [Trial]) {
    let entries = worked.map(\.evaluation.constraints)
    scales = (0..<(entries.first?.count ?? 0)).map { m in
      Self.deviation(entries.compactMap { m < $0.count ? $0[m].violation : nil })
    }
  }

  /// The violations of an evaluation added up.
  func total(_ evaluation: Evaluation) -> Double {
    evaluation.constraints.enumerated().reduce(0) { sum, entry in
      sum + max(0, entry.element.violation)
        / (entry.offset < scales.count ? scales[entry.offset] : 1)
    }
  }

  /// The standard deviation of some values, or their largest size where all are equal, or 1 where all are zero.
  static func deviation(_ values: [Double]) -> Double {
    let largest = values.reduce(0) { max($0, abs($1)) }
    if largest == 0 { return 1 }
    // In units of the largest nothing overflows.
    let scaled = values.map { $0 / largest }
    let mean = scaled.reduce(0, +) / Double(max(1, scaled.count))
    let square = scaled.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (square / Double(max(1, scaled.count))).squareRoot()
    return deviation > 1e-9 ? deviation * largest : largest
  }
}
