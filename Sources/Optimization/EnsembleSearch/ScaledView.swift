import Core
import Engine

/// A buffer's points in coordinates of weighted mean zero and variance one.
package struct ScaledView: Sendable {
  /// The buffer's points and then its failed ones, N x d.
  package let points: Tensor<Float>
  /// h = (u - mean) / scale.
  package let mean, scale: [Double]
  /// Weighted standard deviation of each scaled coordinate; below one where the floor held.
  package let spread: [Float]
  /// The box's faces in scaled coordinates.
  package let low, high: [Float]

  /// - Parameters:
  ///   - weights: what mean and variance are taken by, normalised.
  ///   - floor: least scale of a coordinate, in units of the box.
  package init(_ archive: BoxArchive, _ buffer: LagrangianBuffer, weights: [Double], floor: Double)
  {
    let d = archive.space.dimension
    var (mean, square) = ([Double](repeating: 0, count: d), [Double](repeating: 0, count: d))
    for (i, w) in zip(buffer.indices, weights) {
      let u = archive.points[i]
      for k in 0..<d { mean[k] += w * u[k] }
    }
    for (i, w) in zip(buffer.indices, weights) {
      let u = archive.points[i]
      for k in 0..<d { square[k] += w * (u[k] - mean[k]) * (u[k] - mean[k]) }
    }
    var deviation = square.map { $0.squareRoot() }
    // A coordinate that was never varied (a single start point) tells nothing of its scale, and a
    // search at the floor would hardly leave the start: it is looked at over the whole box.
    for k in 0..<d where archive.points.allSatisfy({ $0[k] == archive.points[0][k] }) {
      deviation[k] = Self.uniformDeviation
    }
    let scale = deviation.map { max($0, floor, Self.leastScale) }
    self.mean = mean
    self.scale = scale
    points = Self.scaled(buffer.indices.map { archive.points[$0] } + buffer.failed, mean, scale)
    spread = zip(deviation, scale).map { Float(max($0 / $1, 1e-3)) }
    low = zip(mean, scale).map { Float((0 - $0) / $1) }
    high = zip(mean, scale).map { Float((1 - $0) / $1) }
  }

  /// Standard deviation of the uniform distribution on [0, 1].
  private static let uniformDeviation = (1.0 / 12).squareRoot()
  /// Keeps scaled coordinates finite in Float32, whatever floor is asked for.
  private static let leastScale = 1e-9

  /// Points of the unit cube as scaled rows.
  package func scaled(_ unit: [[Double]]) -> Tensor<Float> { Self.scaled(unit, mean, scale) }

  private static func scaled(_ unit: [[Double]], _ mean: [Double], _ scale: [Double])
    -> Tensor<Float>
  {
    Tensor(
      [unit.count, mean.count],
      unit.flatMap { u in u.indices.map { Float((u[$0] - mean[$0]) / scale[$0]) } })
  }

  /// Moves scaled rows that lie outside the box onto its faces.
  package func clamp(_ x: inout Tensor<Float>) {
    let d = mean.count
    let (rows, to) = (x.rows, x.mutablePointer)
    for r in 0..<rows {
      for k in 0..<d { to[r * d + k] = min(high[k], max(low[k], to[r * d + k])) }
    }
  }

  /// A scaled row in the unit cube.
  package func unit(_ states: Tensor<Float>, _ row: Int) -> [Double] {
    mean.indices.map { k in
      // What was brought onto a face is there exactly, whatever the rounding.
      if states[row, k] >= high[k] { return 1 }
      if states[row, k] <= low[k] { return 0 }
      return min(1, max(0, mean[k] + scale[k] * Double(states[row, k])))
    }
  }
}
