import Core
import Engine

/// The joint posterior of one output of a `DeepKernelGP` at Q points.
public struct SparsePosterior: Posterior {
  /// Expected values in the targets' units, [Q].
  public let mean: Tensor<Double>
  /// Variance of an observation around the function, in the targets' units squared.
  public let noiseVariance: Double

  private let inducing: InducingFactor
  private let root: Tensor<Double>
  private let points: ScaledPoints
  /// A^T = K_xZ L^-T, Q x M.
  private let projected: Tensor<Double>
  private let deviation: Double
  private let ladder: JitterLadder

  /// Number of points, Q.
  public var count: Int { points.count }

  init(
    _ head: VariationalGPHead, _ inducing: InducingFactor, _ scaler: TargetScaler,
    features: Tensor<Double>, ladder: JitterLadder
  ) {
    self.inducing = inducing
    self.ladder = ladder
    root = head.variationalRoot.value
    deviation = scaler.deviation
    noiseVariance = head.noise * scaler.deviation * scaler.deviation
    let points = inducing.scaled(features)
    self.points = points
    var projected = ScaledPoints.kernel(points, inducing.points, scale: inducing.outputScale)
    inducing.factor.solveRows(MatrixView(&projected), transpose: true)
    self.projected = projected
    let m = head.variationalMean.value
    let shift = scaler.mean + scaler.deviation * head.constant.value.item
    var mean = Tensor<Double>(uninitialized: [points.count])
    let to = mean.mutablePointer
    for i in 0..<points.count {
      let dot = Double.kernels.dot(m.count, projected.pointer + i * m.count, m.pointer)
      to[i] = scaler.deviation * dot + shift
    }
    self.mean = mean
  }

  /// Variances, [Q]; one pass of A^T S over the points.
  public func variance(observationNoise: Bool) -> Tensor<Double> {
    let (q, m) = (count, inducing.count)
    let pieces = Parallel.ranges(q, by: 128)
    let prior = inducing.outputScale + ladder.steps[0]
    let (unit, noise) = (deviation * deviation, observationNoise ? noiseVariance : 0)
    let parts = Parallel.map(pieces.count) { p in
      let rows = pieces[p]
      let rooted = timesRoot(rows)
      return rows.map { i in
        let f =
          prior - Double.kernels.sumOfSquares(m, projected.pointer + i * m)
          + Double.kernels.sumOfSquares(m, rooted.pointer + (i - rows.lowerBound) * m)
        // Rounding can take a variance that should be almost nothing below zero.
        return max(f, 0) * unit + noise
      }
    }
    return Tensor([q], parts.flatMap { $0 })
  }

  /// The whole covariance, Q x Q; never for sampling, which does with less.
  public func covariance(observationNoise: Bool) -> Tensor<Double> {
    let q = count
    var result = residual()
    let pieces = Parallel.ranges(q, by: 128)
    let rooted = Tensor.concatenated(Parallel.map(pieces.count) { timesRoot(pieces[$0]) })
    let (to, w) = (MatrixView(&result), MatrixView(reading: rooted))
    let diagonal = ladder.steps[0]
    let (unit, noise) = (deviation * deviation, observationNoise ? noiseVariance : 0)
    Parallel.forEach(pieces.count) { p in
      let rows = pieces[p]
      to[rows, 0..<rows.upperBound].product(
        w[rows: rows], w[rows: 0..<rows.upperBound], transposeB: true, beta: 1)
      for i in rows {
        to.row(i)[i] = max(to.row(i)[i] + diagonal, 0)
        Double.kernels.affine(i + 1, unit, 0, to.row(i), to.row(i))
        to.row(i)[i] += noise
      }
    }
    for i in 0..<q {
      for j in 0..<i { to.row(j)[i] = to.row(i)[j] }
    }
    return result
  }

  /// f = A^T (m + S e) + r with e standard normal and r normal with the covariance that the
  /// inducing points leave, K_xx - A^T A: the same distribution as from the whole covariance, but
  /// without S^T A and its square.
  public func samples(
    _ count: Int, observationNoise: Bool, using random: inout RandomStream
  ) throws(Failure) -> Tensor<Double> {
    let (q, m) = (self.count, inducing.count)
    if q == 0 || count == 0 { return .zeros([count, q]) }
    let left = try ladder.factorize(
      residual(), of: "the covariance of the candidates given the inducing points"
    ).factor.lower
    let drawn = RandomStream(seed: random.next())
    let ofInducing = normals(count, m, drawn.stream("inducing"))
    let ofResidual = normals(count, q, drawn.stream("residual"))
    let ofNoise = observationNoise ? normals(count, q, drawn.stream("noise")) : nil
    let whitened = rootTimes(ofInducing)
    var result = Tensor<Double>(uninitialized: [count, q])
    let (to, u, e) = (
      MatrixView(&result), MatrixView(reading: whitened), MatrixView(reading: ofResidual)
    )
    let (a, l) = (MatrixView(reading: projected), MatrixView(reading: left))
    let pieces = Array(Parallel.ranges(q, by: 128).reversed())
    let noise = noiseVariance.squareRoot()
    Parallel.forEach(pieces.count) { p in
      let columns = pieces[p]
      let part = to[0..<count, columns]
      let used = 0..<columns.upperBound
      part.product(u, a[rows: columns], transposeB: true)
      part.product(e[0..<count, used], l[columns, used], transposeB: true, beta: 1)
      for s in 0..<count {
        let row = part.row(s)
        Double.kernels.affine(columns.count, deviation, 0, row, row)
        Double.kernels.axpy(columns.count, 1, mean.pointer + columns.lowerBound, row)
        if let ofNoise {
          Double.kernels.axpy(
            columns.count, noise, ofNoise.pointer + s * q + columns.lowerBound, row)
        }
      }
    }
    return result
  }

  /// A^T S for some rows.
  private func timesRoot(_ rows: Range<Int>) -> Tensor<Double> {
    let m = inducing.count
    var result = Tensor<Double>(uninitialized: [rows.count, m])
    let (to, a, s) = (
      MatrixView(&result), MatrixView(reading: projected)[rows: rows], MatrixView(reading: root)
    )
    for columns in Parallel.ranges(m, by: 128) {
      let used = columns.lowerBound..<m
      to[0..<rows.count, columns].product(a[0..<rows.count, used], s[used, columns])
    }
    return result
  }

  /// S e for each row e of `normals` (count x M).
  private func rootTimes(_ normals: Tensor<Double>) -> Tensor<Double> {
    let m = inducing.count
    var result = Tensor<Double>(uninitialized: normals.shape)
    let (to, e, s) = (
      MatrixView(&result), MatrixView(reading: normals), MatrixView(reading: root)
    )
    let pieces = Array(Parallel.ranges(m, by: 128).reversed())
    let rows = 0..<normals.rows
    Parallel.forEach(pieces.count) { p in
      let used = 0..<pieces[p].upperBound
      to[rows, pieces[p]].product(e[rows, used], s[pieces[p], used], transposeB: true)
    }
    return result
  }

  /// The lower triangle of K_xx - A^T A in the model's units, without jitter.
  private func residual() -> Tensor<Double> {
    let q = count
    var result = Tensor<Double>(uninitialized: [q, q])
    let (to, a) = (MatrixView(&result), MatrixView(reading: projected))
    let tiles = Parallel.ranges(q, by: 128)
    let pairs = tiles.indices.flatMap { i in (0...i).map { (tiles[i], tiles[$0]) } }
    Parallel.forEach(pairs.count) { p in
      let (rows, columns) = pairs[p]
      let part = to[rows, columns]
      ScaledPoints.fillKernel(part, points, rows, points, columns, scale: inducing.outputScale)
      if rows == columns {
        for i in 0..<rows.count { part.row(i)[i] = inducing.outputScale }
      }
      part.product(a[rows: rows], a[rows: columns], transposeB: true, alpha: -1, beta: 1)
    }
    return result
  }

  /// rows x columns standard normals; each row has its own stream.
  private func normals(_ rows: Int, _ columns: Int, _ random: RandomStream) -> Tensor<Double> {
    var result = Tensor<Double>(uninitialized: [rows, columns])
    let to = MatrixView(&result)
    Parallel.forEach(rows) { r in
      var stream = random.stream("row", r)
      stream.fillNormal(UnsafeMutableBufferPointer(start: to.row(r), count: columns))
    }
    return result
  }
}

extension DeepKernelGP {
  /// The joint posterior of one output at the rows of `x`; errors as the protocol states them.
  public func posterior<Input: TensorScalar>(
    at x: Tensor<Input>, output: Int = 0, in context: RunContext
  ) throws(Failure) -> any Posterior {
    guard !heads.isEmpty else { throw DeepKernelGP.notFitted }
    guard heads.indices.contains(output) else {
      throw Failure(
        .badArgument, "the surrogate has \(heads.count) outputs, there is no output \(output)")
    }
    return SparsePosterior(
      heads[output], factors[output], scalers[output], features: try extract(x),
      ladder: JitterLadder(base: configuration.jitter, in: context))
  }
}
