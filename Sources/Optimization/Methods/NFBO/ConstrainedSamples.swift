import Engine

/// Joint posterior samples of a goal and constraints as one number to compare candidates by.
package enum ConstrainedSamples {
  /// From [goal, constraint 1, …], each S x Q: in each sample, candidates whose constraints are all
  /// at most 0 compare by goal, and stand above the others, which compare by total violation (each
  /// constraint in units of its spread). Source: Eriksson and Poloczek 2021 (SCBO).
  package static func merits(_ samples: [Tensor<Double>]) -> Tensor<Double> {
    guard samples.count > 1 else { return samples[0] }
    var result = samples[0]
    let (rows, columns) = (result.rows, result.columns)
    let scales = samples.dropFirst().map { constraint in
      let n = Double(constraint.count)
      let mean = constraint.sum / n
      return max((constraint.sumOfSquares / n - mean * mean).squareRoot(), 1e-12)
    }
    let merit = result.mutablePointer
    for s in 0..<rows {
      let range = s * columns..<(s + 1) * columns
      var floor = Double.infinity
      for i in range { floor = min(floor, merit[i]) }
      for i in range {
        var violation = 0.0
        for (constraint, scale) in zip(samples.dropFirst(), scales) {
          violation += max(0, constraint.pointer[i]) / scale
        }
        if violation > 0 { merit[i] = floor - violation }
      }
    }
    return result
  }
}
