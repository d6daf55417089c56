import Core

/// What the least-squares error of rows needs to know of them: X^T X, X^T y, y^T y and their number.
struct LassoProducts: Sendable {
  let features: Int
  /// X^T X, features x features.
  private(set) var gram: [Double]
  /// X^T y.
  private(set) var moments: [Double]
  /// y^T y.
  private(set) var square = 0.0
  private(set) var count = 0

  /// Sweeps over the coefficients at most, and the change, relative to the labels' size, below which
  /// a fit has converged.
  private static let sweeps = 1_000
  private static let tolerance = 1e-5

  /// Products of no rows.
  init(_ features: Int) {
    self.features = features
    gram = [Double](repeating: 0, count: features * features)
    moments = [Double](repeating: 0, count: features)
  }

  init(rows: [[Double]], labels: [Double], _ features: Int) {
    self.init(features)
    count = rows.count
    let d = features
    gram.withUnsafeMutableBufferPointer { gram in
      for (row, label) in zip(rows, labels) {
        square += label * label
        row.withUnsafeBufferPointer { row in
          for i in 0..<d where row[i] != 0 {
            moments[i] += row[i] * label
            for j in 0..<d { gram[i * d + j] += row[i] * row[j] }
          }
        }
      }
    }
  }

  /// These rows and `sign` times the others.
  func adding(_ other: LassoProducts, _ sign: Double) -> LassoProducts {
    var result = self
    for i in gram.indices { result.gram[i] += sign * other.gram[i] }
    for i in moments.indices { result.moments[i] += sign * other.moments[i] }
    result.square += sign * other.square
    result.count += sign > 0 ? other.count : -other.count
    return result
  }

  /// The mean squared error of these coefficients on the rows.
  func error(of b: [Double]) -> Double {
    var total = square
    for i in b.indices where b[i] != 0 {
      var product = 0.0
      for j in b.indices { product += gram[i * features + j] * b[j] }
      total += b[i] * (product - 2 * moments[i])
    }
    return max(0, total) / Double(count)
  }

  /// The coefficients that minimise the penalised error, by coordinate descent (Friedman, Hastie and
  /// Tibshirani 2010): sweeps over all coefficients, and between them over those that are not zero.
  func fit(penalties: [Double]) -> [Double] {
    let d = features
    let n = Double(count)
    var b = [Double](repeating: 0, count: d)
    // X^T X b, kept up to date.
    var fitted = [Double](repeating: 0, count: d)
    let limit = Self.tolerance * square.squareRoot()
    gram.withUnsafeBufferPointer { gram in
      fitted.withUnsafeMutableBufferPointer { fitted in
        var all = true
        for _ in 0..<Self.sweeps {
          var change = 0.0
          for j in 0..<d where (all || b[j] != 0) && gram[j * d + j] > 0 {
            let own = gram[j * d + j]
            let pull = moments[j] - fitted[j] + own * b[j]
            let size = max(0, abs(pull) - n * penalties[j]) / own
            let next = pull < 0 ? -size : size
            let step = next - b[j]
            if step == 0 { continue }
            b[j] = next
            change = max(change, abs(step) * own.squareRoot())
            let row = gram.baseAddress! + j * d
            for i in 0..<d { fitted[i] += step * row[i] }
          }
          if change <= limit {
            if all { return }
            all = true
          } else {
            all = false
          }
        }
      }
    }
    return b
  }
}
