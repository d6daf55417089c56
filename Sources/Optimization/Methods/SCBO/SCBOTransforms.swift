import Foundation

/// How SCBO shows values to its Gaussian processes (Eriksson and Poloczek 2021, section 3.2).
package enum SCBOTransforms {
  /// The Gaussian copula: each value becomes the standard normal quantile of its rank, so that the
  /// ends of the range are told apart and outliers count no more than their neighbours. Equal values
  /// share the mean of their ranks.
  package static func copula(_ values: [Double]) -> [Double] {
    let n = values.count
    let order = values.indices.sorted { values[$0] < values[$1] }
    var result = [Double](repeating: 0, count: n)
    var first = 0
    while first < n {
      var end = first + 1
      while end < n, values[order[end]] == values[order[first]] { end += 1 }
      let rank = Double(first + end) / 2
      for i in first..<end { result[order[i]] = normalQuantile(rank / Double(n)) }
      first = end
    }
    return result
  }

  /// sgn(c) log(1 + |c|): large violations shrink, and the sign, which decides, stays.
  package static func bilog(_ value: Double) -> Double {
    value < 0 ? -log1p(-value) : log1p(value)
  }

  /// The standard normal quantile of a probability inside (0, 1), by Newton's method (its third-order
  /// form, Halley's) on the distribution function from a tail-aware start.
  package static func normalQuantile(_ probability: Double) -> Double {
    let tail = min(probability, 1 - probability)
    if tail == 0.5 { return 0 }
    let t = (-2 * log(tail)).squareRoot()
    // Abramowitz and Stegun 26.2.23, error below 4.5e-4, of the lower tail.
    var x =
      (2.515517 + t * (0.802853 + t * 0.010328))
      / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
    for _ in 0..<3 {
      let error = 0.5 * erfc(-x / 2.squareRoot()) - tail
      let step = error * (2 * Double.pi).squareRoot() * exp(x * x / 2)
      x -= step / (1 + x * step / 2)
    }
    return probability < 0.5 ? x : -x
  }
}
