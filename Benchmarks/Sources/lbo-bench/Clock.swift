/// Seconds of the fastest of `runs` calls after one that is not counted: on a shared machine the
/// fastest is the least disturbed.
func fastest(of runs: Int = 3, _ body: () throws -> Void) rethrows -> Double {
  try body()
  var best = Double.infinity
  for _ in 0..<runs {
    let clock = ContinuousClock()
    let start = clock.now
    try body()
    best = min(best, (clock.now - start) / .seconds(1))
  }
  return best
}
