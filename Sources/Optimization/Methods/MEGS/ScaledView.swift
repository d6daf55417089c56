import Core
import Engine

/// A buffer's points in coordinates of weighted mean zero and variance one.
struct ScaledView: Sendable {
  /// N x d.
  let points: Tensor<Float>
  /// Weights by which starts are drawn.
  let draw: CumulativeWeights
  /// h = (u - mean) / scale.
  let mean, scale: [Double]
  /// Weighted standard deviation of each scaled coordinate; below one where the floor held.
  let spread: [Float]
  /// The box's faces in scaled coordinates.
  let low, high: [Float]

  init(_ archive: BoxArchive, _ buffer: LagrangianBuffer, _ settings: MEGS.Settings) {
    let d = archive.space.dimension
    let size = max(1, min(settings.sharpness, 0.9 * Double(buffer.count)))
    let weights = SamplingWeights.sharp(buffer.merits, effectiveSize: size)
    draw = CumulativeWeights(weights)
    var (mean, square) = ([Double](repeating: 0, count: d), [Double](repeating: 0, count: d))
    for (i, w) in zip(buffer.indices, weights) {
      let u = archive.points[i]
      for k in 0..<d { mean[k] += w * u[k] }
    }
    for (i, w) in zip(buffer.indices, weights) {
      let u = archive.points[i]
      for k in 0..<d { square[k] += w * (u[k] - mean[k]) * (u[k] - mean[k]) }
    }
    let deviation = square.map { $0.squareRoot() }
    let scale = deviation.map { max($0, settings.floor) }
    var points: Tensor<Float> = archive.matrix(buffer.indices)
    let to = points.mutablePointer
    for (row, i) in buffer.indices.enumerated() {
      let u = archive.points[i]
      for k in 0..<d { to[row * d + k] = Float((u[k] - mean[k]) / scale[k]) }
    }
    self.points = points
    self.mean = mean
    self.scale = scale
    spread = zip(deviation, scale).map { Float(max($0 / $1, 1e-3)) }
    low = zip(mean, scale).map { Float((0 - $0) / $1) }
    high = zip(mean, scale).map { Float((1 - $0) / $1) }
  }

  /// A scaled row in the unit cube.
  func unit(_ states: Tensor<Float>, _ row: Int) -> [Double] {
    mean.indices.map { k in
      min(1, max(0, mean[k] + scale[k] * Double(states[row, k])))
    }
  }
}
