import Core
import Engine
import Foundation

/// The search distribution of CMA-ES: a normal one with mean, step size and covariance, and its update
/// (Hansen 2016, arXiv 1604.00772, figure 6). Points are maximised by whoever ranks them.
package struct CMAESDistribution: Sendable {
  package let rates: CMAESRates
  package private(set) var mean: [Double]
  package private(set) var sigma: Double
  /// Updates so far.
  package private(set) var generations = 0
  /// The covariance: n x n, or its diagonal [n].
  private var covariance: Tensor<Double>
  private var stepPath: [Double]
  private var covariancePath: [Double]
  /// Square roots of the eigenvalues, or of the diagonal, as of the last decomposition.
  private var deviations: [Double]
  /// Eigenvectors as rows; nil for a diagonal covariance.
  private var vectors: Tensor<Double>?
  private var decomposed = 0
  private let diagonal: Bool

  /// A sampled point: mean + sigma y, with y = C^1/2 z up to a rotation.
  package struct Draw: Sendable {
    package let z: [Double]
    package let y: [Double]
  }

  package init(mean: [Double], sigma: Double, population: Int, diagonal: Bool) {
    let n = mean.count
    rates = CMAESRates(dimension: n, population: population, diagonal: diagonal)
    self.mean = mean
    self.sigma = sigma
    self.diagonal = diagonal
    stepPath = [Double](repeating: 0, count: n)
    covariancePath = stepPath
    deviations = [Double](repeating: 1, count: n)
    if diagonal {
      covariance = .ones([n])
    } else {
      var identity = Tensor<Double>.zeros([n, n])
      let to = identity.mutablePointer
      for i in 0..<n { to[i * n + i] = 1 }
      covariance = identity
      vectors = identity
    }
  }

  package var dimension: Int { mean.count }

  /// Standard deviations of the coordinates.
  package var spreads: [Double] {
    let n = dimension
    return (0..<n).map { sigma * covariance[diagonal ? $0 : $0 * n + $0].squareRoot() }
  }

  /// Largest over smallest eigenvalue at the last decomposition.
  package var condition: Double {
    let ratio = (deviations.max() ?? 1) / (deviations.min() ?? 1)
    return ratio * ratio
  }

  /// Largest standard deviation along any direction.
  package var largestSpread: Double { sigma * (deviations.max() ?? 1) }

  /// A whole population of draws.
  package func draws(_ random: inout RandomStream) -> [Draw] {
    (0..<rates.population).map { _ in
      let z = random.normals(dimension)
      return Draw(z: z, y: rotated(zip(z, deviations).map(*)))
    }
  }

  /// The point of a draw.
  package func point(_ draw: Draw) -> [Double] { zip(mean, draw.y).map { $0 + sigma * $1 } }

  /// The draw that gives a point, shortened where it is improbably far away, as is done with solutions from
  /// elsewhere (Hansen 2011, arXiv 1110.4181).
  package func draw(at point: [Double]) -> Draw {
    let n = Double(dimension)
    let y = zip(point, mean).map { ($0 - $1) / sigma }
    let along = vectors.map { $0.matmul(Tensor([dimension, 1], y)).entries } ?? y
    let z = zip(along, deviations).map(/)
    let length = z.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let share = min(1, (n.squareRoot() + 2 * n / (n + 2)) / max(length, 1e-300))
    return Draw(z: z.map { share * $0 }, y: y.map { share * $0 })
  }

  /// From the coordinates of the eigenvectors to those of the space.
  private func rotated(_ z: [Double]) -> [Double] {
    guard let vectors else { return z }
    return Tensor([1, dimension], z).matmul(vectors).entries
  }

  /// Learns from draws of this distribution, best first.
  /// - Throws: `.numerical` if the covariance breaks down.
  package mutating func update(ranked: [Draw]) throws(Failure) {
    precondition(ranked.count == rates.population)
    generations += 1
    let n = dimension
    var (zMean, yMean) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
    for (draw, weight) in zip(ranked, rates.weights).prefix(rates.parents) {
      for i in 0..<n {
        zMean[i] += weight * draw.z[i]
        yMean[i] += weight * draw.y[i]
      }
    }
    for i in 0..<n { mean[i] += sigma * yMean[i] }
    let whitened = rotated(zMean)
    let cs = rates.stepPath
    let gain = (cs * (2 - cs) * rates.effective).squareRoot()
    for i in 0..<n { stepPath[i] = (1 - cs) * stepPath[i] + gain * whitened[i] }
    let length = stepPath.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let settled = (1 - pow(1 - cs, 2 * Double(generations))).squareRoot()
    let moves = length / settled < (1.4 + 2 / Double(n + 1)) * rates.expectedLength
    let cc = rates.covariancePath
    let pathGain = moves ? (cc * (2 - cc) * rates.effective).squareRoot() : 0
    for i in 0..<n { covariancePath[i] = (1 - cc) * covariancePath[i] + pathGain * yMean[i] }
    adaptCovariance(ranked, lost: moves ? 0 : rates.rankOne * cc * (2 - cc))
    sigma *= exp(min(1, cs / rates.stepDamping * (length / rates.expectedLength - 1)))
    try decomposeIfDue()
  }

  /// (1 + lost - c_1 - c_mu sum w) C + c_1 p p^T + c_mu sum w_i y_i y_i^T, where points of negative
  /// weight are brought to the length of sqrt(n) in units of the distribution.
  private mutating func adaptCovariance(_ ranked: [Draw], lost: Double) {
    let n = dimension
    let total = rates.weights.reduce(0, +)
    let keep = 1 + lost - rates.rankOne - rates.rankMany * total
    let scaled = zip(ranked, rates.weights).map { draw, weight -> Double in
      if weight >= 0 { return rates.rankMany * weight }
      let square = draw.z.reduce(0) { $0 + $1 * $1 }
      return rates.rankMany * weight * Double(n) / max(square, 1e-300)
    }
    let to = covariance.mutablePointer
    if diagonal {
      for i in 0..<n {
        var value = keep * to[i] + rates.rankOne * covariancePath[i] * covariancePath[i]
        for (draw, weight) in zip(ranked, scaled) { value += weight * draw.y[i] * draw.y[i] }
        to[i] = value
      }
      return
    }
    // One product: rows of weighted points times rows of points.
    let rows = ranked.count + 1
    let plain = Tensor([rows, n], ranked.flatMap(\.y) + covariancePath)
    let weighted = Tensor(
      [rows, n],
      zip(ranked, scaled).flatMap { draw, weight in draw.y.map { weight * $0 } }
        + covariancePath.map { rates.rankOne * $0 })
    Double.gemm(
      true, false, n, n, rows, 1, weighted.pointer, n, plain.pointer, n, keep, to, n)
    for i in 0..<n {
      for j in 0..<i {
        let value = (to[i * n + j] + to[j * n + i]) / 2
        to[i * n + j] = value
        to[j * n + i] = value
      }
    }
  }

  /// Eigenvectors are renewed where the covariance may have changed noticeably: every
  /// 1 / (10 n (c_1 + c_mu)) generations.
  private mutating func decomposeIfDue() throws(Failure) {
    let n = dimension
    if diagonal {
      deviations = covariance.entries.map { $0.squareRoot() }
    } else {
      let interval = 1 / (10 * Double(n) * (rates.rankOne + rates.rankMany))
      guard Double(generations - decomposed) >= interval else { return }
      decomposed = generations
      let eigen = try SymmetricEigen(covariance)
      deviations = eigen.values.entries.map { $0.squareRoot() }
      vectors = eigen.vectors
    }
    guard deviations.allSatisfy({ $0 > 0 && $0.isFinite }), sigma.isFinite else {
      throw Failure(
        .numerical, "the covariance of CMA-ES is no longer positive definite",
        advice: "check the objective for plateaus or enormous numbers")
    }
  }

  /// Whether a step of a tenth of a deviation along an axis, or a fifth along a coordinate, is lost in
  /// rounding (Hansen's NoEffectAxis and NoEffectCoord).
  package var hasNoEffect: Bool {
    let n = dimension
    let spreads = self.spreads
    if (0..<n).contains(where: { mean[$0] == mean[$0] + 0.2 * spreads[$0] }) { return true }
    let axis = generations % n
    var step = [Double](repeating: 0, count: n)
    step[axis] = 0.1 * sigma * deviations[axis]
    return zip(mean, rotated(step)).allSatisfy { $0 == $0 + $1 }
  }

  /// The largest entry of sigma times the covariance's path.
  package var pathSpread: Double { sigma * covariancePath.reduce(0) { max($0, abs($1)) } }
}
