/// Minimises a smooth function in a box by limited-memory BFGS steps on the free coordinates.
///
/// Coordinates at a bound whose gradient points outwards stay there in a step; the others follow the
/// two-loop recursion (Nocedal and Wright 2006, algorithm 7.4), projected on the box, with
/// backtracking until the decrease is sufficient (Bertsekas 1982). Deterministic.
package struct BoundedLBFGS: Sendable {
  let bounds: [ClosedRange<Double>]
  /// Steps at most.
  var iterations: Int
  /// Largest move of a coordinate in one step, in its own units.
  var largestMove = 2.0
  /// Ends when the projected gradient's largest entry falls below.
  var gradientTolerance = 1e-5
  /// Ends when two steps in a row gain less than this.
  var valueTolerance = 1e-6
  private static let memory = 10

  package init(bounds: [ClosedRange<Double>], iterations: Int) {
    self.bounds = bounds
    self.iterations = iterations
  }

  /// Where the search ended.
  package struct Result: Sendable {
    package var point: [Double]
    package var value: Double
    package var gradient: [Double]
    package var values: [Double]
    package var evaluations: Int
    package var converged: Bool
  }

  /// A minimum near `start`; infinite values of `function` count as too far.
  package func minimize<E: Error>(
    from start: [Double], _ function: ([Double]) throws(E) -> (value: Double, gradient: [Double])
  ) throws(E) -> Result {
    let first = project(start)
    let (value, gradient) = try function(first)
    var now = Result(
      point: first, value: value, gradient: gradient, values: [value], evaluations: 1,
      converged: false)
    guard value.isFinite else { return now }
    var pairs: [(s: [Double], y: [Double])] = []
    var idle = 0
    for _ in 0..<iterations {
      let free = bounds.indices.filter { !isHeld($0, now) }
      let steepest = free.reduce(0.0) { max($0, abs(now.gradient[$1])) }
      if steepest < gradientTolerance {
        now.converged = true
        break
      }
      var direction = self.direction(now.gradient, free, pairs)
      if dot(direction, now.gradient) >= 0 {
        pairs = []
        direction = self.direction(now.gradient, free, [])
      }
      guard let next = try search(now, direction, function, isFirst: pairs.isEmpty) else {
        // Where remembered curvature misleads, the gradient alone gets another try.
        if pairs.isEmpty { break }
        pairs = []
        continue
      }
      let s = zip(next.point, now.point).map { $0 - $1 }
      let y = zip(next.gradient, now.gradient).map { $0 - $1 }
      if dot(s, y) > 1e-10 * (dot(s, s) * dot(y, y)).squareRoot() {
        pairs.append((s, y))
        if pairs.count > Self.memory { pairs.removeFirst() }
      }
      idle = now.value - next.value < valueTolerance ? idle + 1 : 0
      now = next
      if idle == 2 {
        now.converged = true
        break
      }
    }
    return now
  }

  private func project(_ x: [Double]) -> [Double] {
    zip(x, bounds).map { min(max($0, $1.lowerBound), $1.upperBound) }
  }

  private func isHeld(_ i: Int, _ at: Result) -> Bool {
    (at.point[i] <= bounds[i].lowerBound && at.gradient[i] > 0)
      || (at.point[i] >= bounds[i].upperBound && at.gradient[i] < 0)
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += a[i] * b[i] }
    return sum
  }

  /// The two-loop recursion on the free coordinates; zero elsewhere.
  private func direction(_ gradient: [Double], _ free: [Int], _ pairs: [(s: [Double], y: [Double])])
    -> [Double]
  {
    func product(_ a: [Double], _ b: [Double]) -> Double {
      free.reduce(0.0) { $0 + a[$1] * b[$1] }
    }
    var q = [Double](repeating: 0, count: gradient.count)
    for i in free { q[i] = -gradient[i] }
    let usable = pairs.filter { product($0.s, $0.y) > 0 }
    var factors: [Double] = []
    for (s, y) in usable.reversed() {
      let factor = product(s, q) / product(s, y)
      for i in free { q[i] -= factor * y[i] }
      factors.append(factor)
    }
    if let (s, y) = usable.last {
      let scale = product(s, y) / product(y, y)
      for i in free { q[i] *= scale }
    }
    for ((s, y), factor) in zip(usable, factors.reversed()) {
      let correction = factor - product(y, q) / product(s, y)
      for i in free { q[i] += correction * s[i] }
    }
    return q
  }

  /// Shorter and shorter steps until one gains enough; nil if none does.
  private func search<E: Error>(
    _ now: Result, _ direction: [Double],
    _ function: ([Double]) throws(E) -> (value: Double, gradient: [Double]), isFirst: Bool
  ) throws(E) -> Result? {
    let largest = direction.reduce(0) { max($0, abs($1)) }
    guard largest > 0, largest.isFinite else { return nil }
    // The gradient says nothing about the length of a first step: half a unit of the fastest.
    var step = isFirst ? 0.5 / largest : min(1, largestMove / largest)
    var evaluations = now.evaluations
    for _ in 0..<12 {
      let point = project(zip(now.point, direction).map { $0 + step * $1 })
      let slope = dot(now.gradient, zip(point, now.point).map { $0 - $1 })
      let (value, gradient) = try function(point)
      evaluations += 1
      if value.isFinite, value <= now.value + 1e-4 * min(slope, 0), value < now.value {
        return Result(
          point: point, value: value, gradient: gradient, values: now.values + [value],
          evaluations: evaluations, converged: false)
      }
      // The minimum of the parabola through both values and the slope, kept within a factor of ten.
      let ratio = value.isFinite ? -slope / (2 * (value - now.value - slope)) : 0.1
      step *= ratio.isFinite ? min(0.5, max(0.1, ratio)) : 0.5
    }
    return nil
  }
}
