import Engine
import Surrogates

/// Picks by upper confidence bounds, one after the other: each pick's value is taken for known to be
/// its mean, so that the next one lies where something is still to be learned (GP-BUCB, Desautels,
/// Krause and Burdick 2014).
enum UpperBoundPicks {
  /// - Parameters:
  ///   - merits: what each candidate compares by before the first pick.
  ///   - goal: the belief about the goal at the candidates.
  ///   - optimism: the deviations in the merits.
  static func picks(_ count: Int, merits: [Double], goal: any Posterior, optimism: Double) -> [Int]
  {
    var covariance = goal.covariance(observationNoise: false)
    let view = MatrixView(&covariance)
    let q = view.rows
    var merits = merits
    var deviations = (0..<q).map { max(0, view.row($0)[$0]).squareRoot() }
    var picks: [Int] = []
    for _ in 0..<min(count, q) {
      guard let best = merits.indices.max(by: { (merits[$0], $1) < (merits[$1], $0) }) else {
        break
      }
      picks.append(best)
      merits[best] = -.infinity
      let row = Tensor([q], UnsafeBufferPointer(start: view.row(best), count: q).map { $0 })
      let known = row[best] + goal.noiseVariance
      guard known > 0 else { continue }
      for i in 0..<q {
        Double.kernels.axpy(q, -row[i] / known, row.pointer, view.row(i))
        let left = max(0, view.row(i)[i]).squareRoot()
        merits[i] += optimism * (left - deviations[i])
        deviations[i] = left
      }
      withExtendedLifetime(row) {}
    }
    withExtendedLifetime(covariance) {}
    return picks
  }
}
