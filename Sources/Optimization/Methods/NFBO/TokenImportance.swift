import Core
import Engine
import Flows
import Foundation

/// Token-level adaptive candidate sampling (NF-BO section 4.3, equations 17 and 18): how much of an
/// anchor changes when one of its tokens' latents is replaced.
package enum TokenImportance {
  /// Probability that a token is called a match when it is, and when it is not: the authors'
  /// smoothing, which keeps the logarithm finite.
  private static let match = 0.95
  private static let mismatch = 0.05
  /// The mean probability with which an entry is perturbed.
  package static let rate = 0.1

  /// Probability that an entry of each token is perturbed, A x T.
  ///
  /// omega_i = log P(all match) - log mean P(match | z_i replaced), pi = softmax(omega / tau), and
  /// the probability is min(1, 0.1 T pi_i). tau -> infinity gives 0.1 everywhere.
  package static func probabilities(
    flow: SeqFlow<Float>, anchors: Tensor<Float>, tokens: TokenBatch, draws: Int,
    temperature: Double, context: RunContext
  ) throws -> [[Double]] {
    let (a, t, f) = (anchors.rows, tokens.length, flow.configuration.features)
    var variations: [SeqFlow<Float>.Variation] = []
    for anchor in 0..<a {
      var random = context.stream("anchor", anchor)
      for position in 0..<t {
        for _ in 0..<draws {
          let vector = random.normals(f).map { Float($0) }
          variations.append(.init(anchor: anchor, position: position, vector: vector))
        }
      }
    }
    let decoded = try flow.decode(variations, of: anchors, context: context)
    return (0..<a).map { anchor in
      let omegas = (0..<t).map { position in
        let first = (anchor * t + position) * draws
        let logs = (first..<first + draws).map { row in
          zip(decoded[row], tokens[anchor]).reduce(0) { sum, pair in
            sum + log(pair.0 == pair.1 ? match : mismatch)
          }
        }
        return Double(t) * log(match) - logMeanExp(logs)
      }
      return perturbation(omegas, temperature: temperature)
    }
  }

  /// min(1, 0.1 T softmax(omega / tau)).
  package static func perturbation(_ omegas: [Double], temperature: Double) -> [Double] {
    let top = omegas.max() ?? 0
    let weights = omegas.map { exp(($0 - top) / temperature) }
    let total = weights.reduce(0, +)
    return weights.map { min(1, rate * Double(omegas.count) * $0 / total) }
  }

  private static func logMeanExp(_ logs: [Double]) -> Double {
    let top = logs.max() ?? 0
    return top + log(logs.reduce(0) { $0 + exp($1 - top) } / Double(logs.count))
  }
}
