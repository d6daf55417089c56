import Core
import Engine

/// Chooses candidates by joint samples of a posterior: each sample picks what is best in it.
public enum ThompsonSampling {
  /// `count` different candidates, in the order in which they were picked.
  ///
  /// Sample 0 picks its best candidate, sample 1 its best among those left, and so on; with fewer
  /// samples than picks the samples take turns. Equal values go to the first candidate.
  /// - Parameters:
  ///   - count: picks; at most the number of candidates are made.
  ///   - samples: S x Q, larger is better.
  /// - Throws: `.badArgument` without samples, `.numerical` if a sample holds NaN.
  public static func picks(_ count: Int, from samples: Tensor<Double>) throws(Failure) -> [Int] {
    guard count >= 0 else { throw Failure(.badArgument, "the number of picks is negative") }
    let (s, q) = (samples.rows, samples.columns)
    guard s > 0 else {
      throw Failure(.badArgument, "Thompson sampling needs at least one posterior sample")
    }
    let wanted = min(count, q)
    if wanted == 0 { return [] }
    guard samples.isFinite else {
      throw Failure(
        .numerical, "the surrogate's samples are not finite",
        advice: "check the scores for extreme values")
    }
    var taken = [Bool](repeating: false, count: q)
    var picks: [Int] = []
    for turn in 0..<wanted {
      let row = samples.pointer + (turn % s) * q
      var best = -1
      for candidate in 0..<q where !taken[candidate] {
        if best < 0 || row[candidate] > row[best] { best = candidate }
      }
      taken[best] = true
      picks.append(best)
    }
    return picks
  }
}
