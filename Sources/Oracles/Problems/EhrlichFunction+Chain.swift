import Core
import Foundation

/// The Markov chain of an Ehrlich function.
extension EhrlichFunction {
  /// Share of the letters that a band allows to each side, and the temperature of the chances, as
  /// in the authors' program.
  private static var bandwidth: Double { 0.4 }
  private static var temperature: Double { 0.5 }

  /// Rows of softmax(normal / temperature) where a band of letters allows it: the band's rows are
  /// in random order, and a letter may always follow itself.
  static func transitions(_ v: Int, using random: inout RandomStream) -> [Double] {
    let scores = random.normals(v * v)
    let rows = random.permutation(v)
    let width = Int(Double(v) * bandwidth)
    var matrix = [Double](repeating: 0, count: v * v)
    for i in 0..<v {
      var total = 0.0
      for j in 0..<v {
        let distance = abs(rows[i] - j)
        guard min(distance, v - distance) <= width || i == j else { continue }
        matrix[i * v + j] = exp(scores[i * v + j] / temperature)
        total += matrix[i * v + j]
      }
      for j in 0..<v { matrix[i * v + j] /= total }
    }
    return matrix
  }

  /// Whether every letter can be reached from every other. With repeats allowed, that also makes
  /// the chain aperiodic.
  static func isIrreducible(_ matrix: [Double], _ v: Int) -> Bool {
    func reached(_ edge: (Int, Int) -> Bool) -> Int {
      var seen = [Bool](repeating: false, count: v)
      seen[0] = true
      var open = [0]
      while let i = open.popLast() {
        for j in 0..<v where !seen[j] && edge(i, j) {
          seen[j] = true
          open.append(j)
        }
      }
      return seen.count { $0 }
    }
    return reached { matrix[$0 * v + $1] > 0 } == v && reached { matrix[$1 * v + $0] > 0 } == v
  }

  /// The stationary distribution, by stepping until it no longer moves.
  static func stationary(_ matrix: [Double], _ v: Int) -> [Double] {
    var p = [Double](repeating: 1 / Double(v), count: v)
    for _ in 0..<100_000 {
      var next = [Double](repeating: 0, count: v)
      for i in 0..<v { for j in 0..<v { next[j] += p[i] * matrix[i * v + j] } }
      let moved = zip(p, next).reduce(0) { $0 + abs($1.0 - $1.1) }
      p = next
      if moved < 1e-14 { break }
    }
    return p
  }

  static func chain(
    _ count: Int, first: [Double], _ matrix: [Double], _ v: Int, using random: inout RandomStream
  ) -> [Int] {
    var letters: [Int] = []
    letters.reserveCapacity(count)
    for t in 0..<count {
      let weights = t == 0 ? first : Array(matrix[letters[t - 1] * v..<(letters[t - 1] + 1) * v])
      letters.append(random.index(weights: weights))
    }
    return letters
  }
}
