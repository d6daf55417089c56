import Core
import Engine
import Foundation

/// Points on a sphere that keep apart: the fixed embedding of tokens.
///
/// Learned embeddings collapse: the likelihood gains by laying two tokens on one point, and the flow
/// then cannot tell them apart. Points placed once, so that the smallest angle is as large as
/// repulsion makes it, cost no likelihood and keep reconstruction exact.
public enum SphericalCode {
  /// `count` unit vectors in `dimensions`, row by row, placed by gradient descent on the energy
  /// sum exp(k cos(angle)) with k growing, which tends to the largest smallest angle.
  public static func points(
    _ count: Int, dimensions: Int, using random: inout RandomStream
  ) -> Tensor<Float> {
    var x = (0..<count * dimensions).map { _ in random.normal() }
    normalize(&x, count, dimensions)
    let rounds = 600
    for round in 0..<rounds {
      let progress = Double(round) / Double(rounds)
      let sharpness = 4 * pow(30, progress)
      let step = 0.3 * (1 - progress) / Double(dimensions).squareRoot()
      move(&x, count, dimensions, sharpness: sharpness, step: step)
    }
    return Tensor([count, dimensions], x.map(Float.init))
  }

  /// One step of every point away from its neighbours, at most `step` long.
  private static func move(
    _ x: inout [Double], _ count: Int, _ dimensions: Int, sharpness: Double, step: Double
  ) {
    let points = Tensor<Double>([count, dimensions], x)
    let cosines = points.matmul(points, transposeOther: true)
    var weights = Tensor<Double>.zeros([count, count])
    for i in 0..<count {
      // Relative to the nearest neighbour, so that exp neither overflows nor vanishes.
      var nearest = -1.0
      for j in 0..<count where j != i { nearest = max(nearest, cosines[i, j]) }
      var total = 0.0
      for j in 0..<count where j != i {
        let w = exp(sharpness * (cosines[i, j] - nearest))
        weights[i, j] = w
        total += w
      }
      for j in 0..<count where j != i && total > 0 { weights[i, j] /= total }
    }
    let push = weights.matmul(points)
    for i in 0..<count {
      let at = i * dimensions
      var along = 0.0
      for d in 0..<dimensions { along += push[at + d] * x[at + d] }
      var length = 0.0
      for d in 0..<dimensions {
        let tangent = push[at + d] - along * x[at + d]
        length += tangent * tangent
      }
      length = max(length.squareRoot(), 1e-12)
      for d in 0..<dimensions {
        x[at + d] -= step / length * (push[at + d] - along * x[at + d])
      }
    }
    normalize(&x, count, dimensions)
  }

  private static func normalize(_ x: inout [Double], _ count: Int, _ dimensions: Int) {
    for i in 0..<count {
      let range = i * dimensions..<(i + 1) * dimensions
      let norm = max(range.reduce(0) { $0 + x[$1] * x[$1] }.squareRoot(), 1e-300)
      for k in range { x[k] /= norm }
    }
  }

  /// Cosines between all pairs of rows, the first of a pair below the second.
  public static func pairwiseCosines<Scalar: TensorScalar>(_ rows: Tensor<Scalar>) -> [Double] {
    let x = rows.converted(to: Double.self)
    let products = x.matmul(x, transposeOther: true)
    let norms = (0..<x.rows).map { products[$0, $0].squareRoot() }
    var cosines: [Double] = []
    cosines.reserveCapacity(x.rows * (x.rows - 1) / 2)
    for i in 0..<x.rows {
      for j in 0..<i {
        cosines.append(min(1, max(-1, products[i, j] / (norms[i] * norms[j]))))
      }
    }
    return cosines
  }

  /// The smallest angle between two rows, in degrees (180 for fewer than two).
  public static func smallestAngle<Scalar: TensorScalar>(_ rows: Tensor<Scalar>) -> Double {
    acos(pairwiseCosines(rows).max() ?? -1) * 180 / .pi
  }
}
