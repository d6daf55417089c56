import Foundation

/// Nodes and weights of Gauss-Hermite quadrature for means over a normal distribution.
package struct GaussHermite: Sendable {
  /// Nodes in units of the standard deviation.
  package let nodes: [Double]
  /// Weights; they add up to 1.
  package let weights: [Double]

  /// 20 nodes, gpytorch's default: exact for polynomials up to degree 39.
  package static let standard = GaussHermite(20)

  /// The roots of the Hermite polynomial of this degree, found by bisection between the roots of the
  /// one before (they interlace), and the weights 1 / (n p_{n-1}^2) of the orthonormal polynomials.
  package init(_ count: Int) {
    var roots: [Double] = []
    for degree in 1...max(1, count) {
      let edge = 2 * Double(degree).squareRoot() + 1
      let bounds = [-edge] + roots + [edge]
      roots = (0..<degree).map { i in
        GaussHermite.root(degree, between: bounds[i], and: bounds[i + 1])
      }
    }
    nodes = roots
    weights = roots.map { x in
      let (_, previous) = GaussHermite.polynomials(count, x)
      return 1 / (Double(count) * previous * previous)
    }
  }

  /// The mean of `function` under N(mean, deviation^2).
  package func expectation(mean: Double, deviation: Double, _ function: (Double) -> Double)
    -> Double
  {
    zip(nodes, weights).reduce(0) { $0 + $1.1 * function(mean + deviation * $1.0) }
  }

  /// Orthonormal Hermite polynomials (weight: the standard normal density) of degrees n and n - 1.
  private static func polynomials(_ degree: Int, _ x: Double) -> (Double, Double) {
    var (value, previous) = (1.0, 0.0)
    for k in 1...degree {
      let next = (x * value - Double(k - 1).squareRoot() * previous) / Double(k).squareRoot()
      (value, previous) = (next, value)
    }
    return (value, previous)
  }

  private static func root(_ degree: Int, between low: Double, and high: Double) -> Double {
    var (low, high) = (low, high)
    let rising = polynomials(degree, high).0 > 0
    // 100 halvings end at neighbouring numbers.
    for _ in 0..<100 {
      let middle = 0.5 * (low + high)
      if (polynomials(degree, middle).0 > 0) == rising { high = middle } else { low = middle }
    }
    return 0.5 * (low + high)
  }
}
