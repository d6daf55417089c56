import Foundation

/// The standard normal distribution, accurate in both tails.
package enum StandardNormal {
  private static let logRootTwoPi = 0.5 * Foundation.log(2 * Double.pi)
  /// Below this, `erfc` nears the smallest numbers; the asymptotic series' error is there 1e-12.
  private static let tail = -30.0

  /// Phi(z).
  package static func cdf(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

  /// log Phi(z) and its derivative phi(z) / Phi(z).
  package static func logCDF(_ z: Double) -> (value: Double, slope: Double) {
    if z > tail {
      let value = z > 5 ? log1p(-cdf(-z)) : Foundation.log(cdf(z))
      return (value, Foundation.exp(-0.5 * z * z - logRootTwoPi - value))
    }
    // Phi(z) = phi(z) / -z (1 - 1 / z^2 + 3 / z^4 - 15 / z^6 + 105 / z^8 - …).
    let r = 1 / (z * z)
    let series = 1 - r * (1 - 3 * r * (1 - 5 * r * (1 - 7 * r)))
    return (-0.5 * z * z - logRootTwoPi - Foundation.log(-z / series), -z / series)
  }

  /// The z whose Phi(z) is `probability`, between 0 and 1; to rounding, by Newton's method on the
  /// logarithm of the smaller tail, which is concave, so that it converges from everywhere.
  package static func quantile(_ probability: Double) -> Double {
    if probability > 0.5 { return -quantile(1 - probability) }
    let target = Foundation.log(probability)
    var z = 0.0
    for _ in 0..<100 {
      let (value, slope) = logCDF(z)
      let step = (value - target) / slope
      z -= step
      if abs(step) < 1e-14 * max(1, abs(z)) { break }
    }
    return z
  }
}
