import Core
import Engine

/// A buffer's points in coordinates of weighted mean zero and variance one, and the weights by which
/// starts are drawn from them.
struct ScaledView: Sendable {
  /// One sharpness of the weights.
  struct Level: Sendable {
    /// Draws points by weight.
    let draw: WeightedDraws
    /// Weighted standard deviation of each scaled coordinate.
    let spread: [Float]
  }

  /// N x d.
  let points: Tensor<Float>
  /// From the sharpest to the most even.
  let levels: [Level]
  /// h = (u - mean) / scale.
  let mean, scale: [Double]
  /// The box's faces in scaled coordinates.
  let low, high: [Float]

  init(_ archive: BoxArchive, _ buffer: LagrangianBuffer, _ settings: MEGS.Settings)
    throws
  {
    let d = archive.space.dimension
    let levels = settings.sharpness.map { size in
      let weights = SamplingWeights.sharp(
        buffer.merits, effectiveSize: max(1, min(size, 0.9 * Double(buffer.count))))
      let moments = Self.moments(archive, buffer.indices, weights)
      return (weights: weights, mean: moments.mean, deviation: moments.deviation)
    }
    let middle = levels[levels.count / 2]
    let (mean, scale) = (middle.mean, middle.deviation.map { max($0, settings.floor) })
    var points: Tensor<Float> = archive.matrix(buffer.indices)
    let to = points.mutablePointer
    for (row, i) in buffer.indices.enumerated() {
      let u = archive.points[i]
      for k in 0..<d { to[row * d + k] = Float((u[k] - mean[k]) / scale[k]) }
    }
    self.points = points
    self.mean = mean
    self.scale = scale
    self.levels = try levels.map { level in
      Level(
        draw: try WeightedDraws(level.weights),
        spread: zip(level.deviation, scale).map { Float(max($0 / $1, 1e-3)) })
    }
    low = zip(mean, scale).map { Float((0 - $0) / $1) }
    high = zip(mean, scale).map { Float((1 - $0) / $1) }
  }

  private static func moments(_ archive: BoxArchive, _ indices: [Int], _ weights: [Double])
    -> (mean: [Double], deviation: [Double])
  {
    let d = archive.space.dimension
    var (mean, square) = ([Double](repeating: 0, count: d), [Double](repeating: 0, count: d))
    for (i, w) in zip(indices, weights) {
      let u = archive.points[i]
      for k in 0..<d { mean[k] += w * u[k] }
    }
    for (i, w) in zip(indices, weights) {
      let u = archive.points[i]
      for k in 0..<d { square[k] += w * (u[k] - mean[k]) * (u[k] - mean[k]) }
    }
    return (mean, square.map { $0.squareRoot() })
  }

  /// A scaled row in the unit cube.
  func unit(_ states: Tensor<Float>, _ row: Int) -> [Double] {
    mean.indices.map { k in
      min(1, max(0, mean[k] + scale[k] * Double(states[row, k])))
    }
  }
}
