import Core
import Engine
import Foundation
import Surrogates

/// The surrogate's costs: one epoch on 1,000 points of T F = 1,152 numbers with 1,000 inducing points,
/// and Thompson sampling in 10 regions of 2,000 candidates with 100 samples.
struct SurrogateBenchmark {
  private static let width = 48 * 24

  private static func points(_ count: Int, _ seed: UInt64) -> Tensor<Float> {
    var random = RandomStream(seed: seed).stream("points")
    return Tensor([count, width], random.normals(count * width).map { Float(0.3 * $0) })
  }

  static func run() throws {
    let context = RunContext(seed: 1)
    let x = points(1000, 1)
    let y = Tensor<Double>([1000], (0..<1000).map { Double(x[$0, 0]) + sin(Double(x[$0, 1])) })
    var configuration = DeepKernelGP.Configuration()
    configuration.inducingPoints = 1000
    configuration.epochs = 1
    configuration.refitEpochs = 1
    var surrogate = try DeepKernelGP(configuration)
    try surrogate.fit(x, y, in: context)
    let epoch = try fastest { try surrogate.refit(x, y, in: context) }
    print(String(format: "  GP epoch, 1000 points, 1000 inducing: %.3f s", epoch))
    let regions = (0..<10).map { points(2000, UInt64($0 + 2)) }
    let thompson = try fastest(of: 2) {
      var random = RandomStream(seed: 3)
      for region in regions {
        let samples = try surrogate.posteriorSamples(
          region, count: 100, using: &random, in: context)
        _ = try ThompsonSampling.picks(10, from: samples)
      }
    }
    print(String(format: "  Thompson sampling, 10 regions of 2000, 100 samples: %.2f s", thompson))
  }
}
