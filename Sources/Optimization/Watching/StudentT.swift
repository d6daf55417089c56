#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Student's distribution, for what few numbers tell of their spread.
package enum StudentT {
  /// The 95% quantile with `degrees` of freedom: exact for one and two, else by the expansion of Cornish and Fisher
  /// around the normal quantile (Abramowitz and Stegun, 26.7.5), which is right to 0.01.
  package static func quantile95(degrees: Int) -> Double {
    let p = 0.95
    switch degrees {
    case ...0: return .infinity
    case 1: return tan(Double.pi * (p - 0.5))
    case 2: return (2 * p - 1) * (1 / (2 * p * (1 - p))).squareRoot()
    default:
      let (n, z) = (Double(degrees), Prediction.reach)
      let first = (pow(z, 3) + z) / 4
      let second = (5 * pow(z, 5) + 16 * pow(z, 3) + 3 * z) / 96
      let third = (3 * pow(z, 7) + 19 * pow(z, 5) + 17 * pow(z, 3) - 15 * z) / 384
      return z + first / n + second / (n * n) + third / (n * n * n)
    }
  }
}
