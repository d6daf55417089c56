import Core
import Engine
import Foundation
import Surrogates

/// A smooth function of the first two of `width` inputs, seen with a little noise.
struct SmoothData {
  let x: Tensor<Double>
  let y: Tensor<Double>

  init(_ count: Int, width: Int = 6, noise: Double = 0.05, seed: UInt64 = 1) {
    var random = RandomStream(seed: seed)
    x = Tensor([count, width], random.normals(count * width))
    let (x, errors) = (x, random.normals(count))
    y = Tensor(
      [count],
      (0..<count).map {
        100 + 20 * (sin(1.5 * x[$0, 0]) + 0.5 * x[$0, 1]) + 20 * noise * errors[$0]
      }
    )
  }
}

extension DeepKernelGP.Configuration {
  /// Small and quick to train.
  static var small: Self {
    var result = Self()
    result.hidden = [8, 6]
    result.inducingPoints = 40
    result.rate = 1e-2
    result.batch = 32
    result.epochs = 20
    return result
  }
}

/// Correlation of two vectors.
func correlation(_ a: Tensor<Double>, _ b: Tensor<Double>) -> Double {
  let (p, q) = (a.affine(1, -a.mean), b.affine(1, -b.mean))
  return p.dot(q) / (p.sumOfSquares * q.sumOfSquares).squareRoot()
}
