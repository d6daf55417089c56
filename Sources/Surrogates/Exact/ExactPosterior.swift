import Core
import Engine

/// The joint posterior of one output of an exact (or FITC) Gaussian process at Q points.
public struct ExactPosterior: Posterior {
  /// Expected values in the targets' units, [Q].
  public let mean: Tensor<Double>
  /// Variance of an observation around the function, in the targets' units squared.
  public let noiseVariance: Double
  /// Number of points, Q.
  public let count: Int

  private let scale: Double
  private let deviation: Double
  private let ladder: JitterLadder
  private let prior: @Sendable () -> Tensor<Double>
  /// K_xb L^-T, Q x M: what the data take from the covariance is its product with itself.
  private let projected: Tensor<Double>
  /// The same through the correction of a sparse conditional, which gives some back; else nil.
  private let returned: Tensor<Double>?

  /// - Parameters:
  ///   - cross: covariances of the points with the basis, Q x M, in standardised units.
  ///   - variance: of the process at a point, before data.
  ///   - noise: in standardised units.
  ///   - prior: the lower triangle of the points' covariance before data, Q x Q, when it is needed.
  init(
    _ given: GramConditional, cross: consuming Tensor<Double>, variance: Double,
    scaler: TargetScaler, noise: Double, ladder: JitterLadder,
    prior: @escaping @Sendable () -> Tensor<Double>
  ) {
    self.ladder = ladder
    self.prior = prior
    scale = variance
    count = cross.rows
    deviation = scaler.deviation
    noiseVariance = noise * scaler.deviation * scaler.deviation
    let m = given.weights.count
    var projected = consume cross
    var mean = Tensor<Double>(uninitialized: [count])
    let (to, w) = (mean.mutablePointer, given.weights)
    let shift = scaler.mean + scaler.deviation * given.constant
    for i in 0..<count {
      to[i] =
        shift + scaler.deviation * Double.kernels.dot(m, projected.pointer + i * m, w.pointer)
    }
    self.mean = mean
    given.factor.solveRows(MatrixView(&projected), transpose: true)
    if let correction = given.correction {
      var returned = projected
      correction.solveRows(MatrixView(&returned), transpose: true)
      self.returned = returned
    } else {
      returned = nil
    }
    self.projected = projected
  }

  /// Variances, [Q].
  public func variance(observationNoise: Bool) -> Tensor<Double> {
    let m = projected.columns
    var result = Tensor<Double>(uninitialized: [count])
    let to = result.mutablePointer
    for i in 0..<count {
      var left = scale - Double.kernels.sumOfSquares(m, projected.pointer + i * m)
      if let returned { left += Double.kernels.sumOfSquares(m, returned.pointer + i * m) }
      // Rounding can take a variance that should be almost nothing below zero.
      to[i] = max(0, left) * deviation * deviation + (observationNoise ? noiseVariance : 0)
    }
    return result
  }

  /// The whole covariance, Q x Q.
  public func covariance(observationNoise: Bool) -> Tensor<Double> {
    var result = lowerCovariance()
    let to = MatrixView(&result)
    for i in 0..<count {
      to.row(i)[i] = max(0, to.row(i)[i])
      Double.kernels.affine(i + 1, deviation * deviation, 0, to.row(i), to.row(i))
      if observationNoise { to.row(i)[i] += noiseVariance }
      for j in 0..<i { to.row(j)[i] = to.row(i)[j] }
    }
    return result
  }

  /// Mean plus a Cholesky factor of the covariance times standard normals.
  public func samples(
    _ samples: Int, observationNoise: Bool, using random: inout RandomStream
  ) throws(Failure) -> Tensor<Double> {
    let q = count
    if q == 0 || samples == 0 { return .zeros([samples, q]) }
    let left = try ladder.factorize(
      lowerCovariance(), of: "the covariance of the candidates given the data"
    ).factor.lower
    let drawn = RandomStream(seed: random.next())
    let normals = Self.normals(samples, q, drawn.stream("function"))
    let noises = observationNoise ? Self.normals(samples, q, drawn.stream("noise")) : nil
    var result = Tensor<Double>(uninitialized: [samples, q])
    let (to, e, l) = (
      MatrixView(&result), MatrixView(reading: normals), MatrixView(reading: left)
    )
    let pieces = Array(Parallel.ranges(q, by: 128).reversed())
    let noise = noiseVariance.squareRoot()
    Parallel.forEach(pieces.count) { p in
      let columns = pieces[p]
      let used = 0..<columns.upperBound
      let part = to[0..<samples, columns]
      part.product(e[0..<samples, used], l[columns, used], transposeB: true, alpha: deviation)
      for s in 0..<samples {
        let row = part.row(s)
        Double.kernels.axpy(columns.count, 1, mean.pointer + columns.lowerBound, row)
        if let noises {
          Double.kernels.axpy(
            columns.count, noise, noises.pointer + s * q + columns.lowerBound, row)
        }
      }
    }
    return result
  }

  /// The lower triangle of the covariance in standardised units.
  private func lowerCovariance() -> Tensor<Double> {
    let q = count
    var result = prior()
    let (to, v) = (MatrixView(&result), MatrixView(reading: projected))
    let u = returned.map { MatrixView(reading: $0) }
    // Rows of 128 by columns of 512: wide products repeat less packing.
    let pieces = Parallel.ranges(q, by: 128).flatMap { rows in
      Parallel.ranges(rows.upperBound, by: 512).map { (rows, $0) }
    }
    Parallel.forEach(pieces.count) { p in
      let (rows, columns) = pieces[p]
      let part = to[rows, columns]
      part.product(v[rows: rows], v[rows: columns], transposeB: true, alpha: -1, beta: 1)
      if let u { part.product(u[rows: rows], u[rows: columns], transposeB: true, beta: 1) }
    }
    return result
  }

  /// Standard normals; each row has its own stream.
  private static func normals(_ rows: Int, _ columns: Int, _ random: RandomStream)
    -> Tensor<Double>
  {
    var result = Tensor<Double>(uninitialized: [rows, columns])
    let to = MatrixView(&result)
    Parallel.forEach(rows) { r in
      var stream = random.stream("row", r)
      stream.fillNormal(UnsafeMutableBufferPointer(start: to.row(r), count: columns))
    }
    return result
  }
}
