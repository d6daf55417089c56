import Core
import Engine

/// The kernel matrix of the inducing points and its Cholesky factor.
struct InducingFactor: Sendable {
  let points: ScaledPoints
  let centre: Tensor<Double>
  let lengthscale: Double
  let outputScale: Double
  /// K_ZZ without jitter, M x M; only the lower triangle is set.
  let covariance: Tensor<Double>
  /// L with L L^T = K_ZZ + jitter I.
  let factor: TriangularFactor<Double>
  /// The jitter that was needed.
  let jitter: Double

  var count: Int { points.count }

  /// - Throws: `.numerical` if the last step of the jitter ladder does not help either.
  init(
    inducing: Tensor<Double>, lengthscale: Double, outputScale: Double, ladder: JitterLadder
  ) throws(Failure) {
    self.centre = ScaledPoints.mean(of: inducing)
    self.points = ScaledPoints(inducing, centre: centre, lengthscale: lengthscale)
    self.lengthscale = lengthscale
    self.outputScale = outputScale
    self.covariance = InducingFactor.lowerKernel(points, scale: outputScale)
    (self.factor, self.jitter) = try ladder.factorize(
      covariance, of: "the covariance of the inducing points")
  }

  /// Points in the scale and around the centre of the inducing points.
  func scaled(_ features: Tensor<Double>) -> ScaledPoints {
    ScaledPoints(features, centre: centre, lengthscale: lengthscale)
  }

  /// The lower triangle of the kernel matrix; its diagonal is exactly the scale.
  private static func lowerKernel(_ points: ScaledPoints, scale: Double) -> Tensor<Double> {
    let n = points.count
    var matrix = Tensor<Double>(uninitialized: [n, n])
    let view = MatrixView(&matrix)
    let pieces = Array(Parallel.ranges(n, by: 64).reversed())
    Parallel.forEach(pieces.count) { p in
      let rows = pieces[p]
      ScaledPoints.fillKernel(
        view[rows, 0..<rows.upperBound], points, rows, points, 0..<rows.upperBound, scale: scale)
      for i in rows { view.row(i)[i] = scale }
    }
    return matrix
  }
}
