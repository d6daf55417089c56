import Core
import Engine
import Foundation

/// Matern 5/2 or squared-exponential correlation with a lengthscale for each coordinate (ARD).
///
/// With r^2 the sum of (x_k - x'_k)^2 / l_k^2: (1 + t + t^2 / 3) exp(-t), t = sqrt(5) r; or
/// exp(-r^2 / 2). Source: Rasmussen and Williams 2006, equations 4.17 and 4.18.
public struct StationaryKernel: Kernel {
  /// Which correlation.
  public enum Shape: String, Sendable {
    /// Twice differentiable sample paths.
    case matern52
    /// Infinitely smooth sample paths.
    case squaredExponential
  }

  /// What is assumed of the lengthscales before data.
  public enum Lengthscales: Sendable, Equatable {
    /// Anything in the interval is equally likely, as in the programs of TuRBO and SCBO.
    case interval(ClosedRange<Double>)
    /// Log-normal with location sqrt(2) + log(d) / 2 and deviation sqrt(3), at least 0.025
    /// (Hvarfner, Hellsten and Nardi 2024, equation 6; what BoTorch's SingleTaskGP assumes).
    case scaledByDimension
  }

  /// Which correlation.
  public let shape: Shape
  /// What is assumed of the lengthscales before data.
  public let lengthscales: Lengthscales

  /// A kernel; the interval of SCBO's reference program is 0.005 to 4 in the unit box.
  public init(_ shape: Shape = .matern52, lengthscales: Lengthscales = .interval(0.005...4)) {
    self.shape = shape
    self.lengthscales = lengthscales
  }

  /// A lengthscale for each coordinate. Learning starts where uniform points of the unit box are at
  /// distance one: far shorter lengthscales leave the likelihood flat.
  public func hyperparameters(dimension: Int) -> [Hyperparameter] {
    let start = (Double(dimension) / 6).squareRoot()
    let each =
      switch lengthscales {
      case .interval(let range): Hyperparameter(range, start: start)
      case .scaledByDimension:
        Hyperparameter(
          0.025...1e4, start: start,
          prior: .init(
            mean: 2.squareRoot() + log(Double(dimension)) / 2, deviation: 3.squareRoot()))
      }
    return [Hyperparameter](repeating: each, count: dimension)
  }

  /// Points divided by the lengthscales, around the middle of the unit box.
  public struct Points: Sendable {
    /// n x (d + 1); the last column is one, so that a product also sums.
    let scaled: Tensor<Double>
    /// Squared norms, [n].
    let squares: Tensor<Double>
    var dimension: Int { scaled.columns - 1 }
    var view: MatrixView<Double> {
      MatrixView(reading: scaled)[0..<scaled.rows, 0..<dimension]
    }
  }

  /// The rows of `x`, moved by the middle of the unit box and scaled.
  public func points(_ x: Tensor<Double>, logs: [Double]) -> Points {
    let (n, d) = (x.rows, logs.count)
    precondition(x.count == n * d, "points of shape \(x.shape) in \(d) dimensions")
    var scaled = Tensor<Double>(uninitialized: [n, d + 1])
    var squares = Tensor<Double>(uninitialized: [n])
    let (to, squaresTo, from) = (scaled.mutablePointer, squares.mutablePointer, x.pointer)
    let rates = Tensor([d], logs.map { exp(-$0) })
    for i in 0..<n {
      let row = to + i * (d + 1)
      for k in 0..<d { row[k] = (from[i * d + k] - 0.5) * rates.pointer[k] }
      row[d] = 1
      squaresTo[i] = Double.kernels.sumOfSquares(d, row)
    }
    withExtendedLifetime(rates) {}
    return Points(scaled: scaled, squares: squares)
  }

  /// Correlations and slopes: minus the derivative by log l_k is slope (x_k - x'_k)^2 / l_k^2.
  public func fill(
    _ target: MatrixView<Double>, slopes: MatrixView<Double>?, _ a: Points, _ i: Range<Int>,
    _ b: Points, _ j: Range<Int>
  ) {
    precondition(target.rows == i.count && target.columns == j.count)
    target.product(a.view[rows: i], b.view[rows: j], transposeB: true, alpha: -2)
    let width = j.count
    var scratch = Tensor<Double>(uninitialized: [max(1, width)])
    let t = scratch.mutablePointer
    for r in 0..<i.count {
      let row = target.row(r)
      let (own, others) = (a.squares.pointer[i.lowerBound + r], b.squares.pointer + j.lowerBound)
      switch shape {
      case .matern52:
        for c in 0..<width { t[c] = 5 * max(0, row[c] + own + others[c]) }
        Double.kernels.sqrt(width, t, t)
        Double.kernels.affine(width, -1, 0, t, row)
        Double.kernels.exp(width, row, row)
        if let slope = slopes?.row(r) {
          for c in 0..<width { slope[c] = 5.0 / 3 * (1 + t[c]) * row[c] }
        }
        for c in 0..<width { row[c] *= 1 + t[c] * (1 + t[c] / 3) }
      case .squaredExponential:
        for c in 0..<width { row[c] = -0.5 * max(0, row[c] + own + others[c]) }
        Double.kernels.exp(width, row, row)
        if let slope = slopes?.row(r) { slope.update(from: row, count: width) }
      }
    }
    withExtendedLifetime(scratch) {}
  }

  /// Sums of w_ij (z_ik - z_jk)^2 for all k at once: with T the strict lower triangle and row and
  /// column sums s of T, 2 sum_i s_i z_ik^2 - 4 sum_i z_ik (T Z)_ik.
  public func gradient(_ weights: MatrixView<Double>, at points: Points) -> [Double] {
    let (n, d) = (points.scaled.rows, points.dimension)
    let pieces = Parallel.ranges(n, by: 128)
    let z = MatrixView(reading: points.scaled)
    let parts = Parallel.map(pieces.count) { p -> Part in
      let rows = pieces[p]
      let part = weights[rows, 0..<rows.upperBound]
      // What is above the diagonal within the diagonal tile takes no part.
      for r in 0..<rows.count {
        let start = rows.lowerBound + r
        for c in start..<rows.upperBound { part.row(r)[c] = 0 }
      }
      var products = Tensor<Double>(uninitialized: [rows.count, d + 1])
      let y = MatrixView(&products)
      y.product(part, z[0..<rows.upperBound, 0..<(d + 1)])
      var own = Tensor<Double>.zeros([d])
      var columnSums = Tensor<Double>.zeros([n])
      let (to, sums) = (own.mutablePointer, columnSums.mutablePointer)
      for r in 0..<rows.count {
        let (zr, yr) = (z.row(rows.lowerBound + r), y.row(r))
        for k in 0..<d { to[k] += 2 * zr[k] * (yr[d] * zr[k] - 2 * yr[k]) }
        Double.kernels.axpy(rows.upperBound, 1, part.row(r), sums)
      }
      withExtendedLifetime(products) {}
      return Part(gradient: own, columnSums: columnSums)
    }
    var total = Tensor<Double>.zeros([d])
    var columnSums = Tensor<Double>.zeros([n])
    for part in parts {
      total.add(part.gradient)
      columnSums.add(part.columnSums)
    }
    let to = total.mutablePointer
    for i in 0..<n {
      let (sum, zi) = (columnSums.pointer[i], z.row(i))
      for k in 0..<d { to[k] += 2 * sum * zi[k] * zi[k] }
    }
    return total.entries
  }

  private struct Part: Sendable {
    let gradient: Tensor<Double>
    let columnSums: Tensor<Double>
  }
}
