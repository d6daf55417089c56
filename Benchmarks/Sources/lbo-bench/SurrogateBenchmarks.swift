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

/// The costs of the surrogate of sequences: a fit to 5,000 sequences of 40 tokens, beyond its exact limit
/// of 2,000, and predictions for 4,000 more.
struct SequenceSurrogateBenchmark {
  /// N-grams of sequences that share their pieces, as molecules do: words of four letters in a row.
  private static func points(_ count: Int, _ seed: UInt64) -> SequencePoints {
    var random = RandomStream(seed: seed).stream("sequences")
    let words: [[Int32]] = (0..<60).map { word in
      (0..<4).map { letter in Int32((word * (7 + letter * letter)) % 20) }
    }
    return SequencePoints(
      counts: [
        (0..<count).map { _ in
          let tokens: [Int32] = (0..<10).flatMap { _ in words[random.integer(below: words.count)] }
          return CountVector(ngramsOf: tokens, upTo: 3)
        }
      ])
  }

  static func run() throws {
    let context = RunContext(seed: 1)
    let known = points(5000, 1)
    let y = Tensor<Double>([5000], known.counts[0].map { Double($0.identifiers.count) })
    var surrogate = SequenceGP(kernel: SequenceKernel(countKinds: 1))
    try surrogate.fit(known, y, in: context)
    let fit = try fastest(of: 2) { try surrogate.fit(known, y, in: context) }
    print(String(format: "  sequences: fit to 5000, 2000 of them inducing: %.2f s", fit))
    let new = points(4000, 2)
    let predicted = try fastest(of: 2) {
      let posterior = try surrogate.predict(new, in: context).posterior(output: 0)
      _ = posterior.variance(observationNoise: false)
    }
    print(String(format: "  sequences: predictions for 4000: %.2f s", predicted))
  }
}
