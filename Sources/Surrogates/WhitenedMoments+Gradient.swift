import Core
import Engine

extension WhitenedMoments.State {
  /// Gradients of the operation's inputs.
  struct Gradient {
    var features: Tensor<Double>
    var inducing: Tensor<Double>
    var lengthscale: Double
    var outputScale: Double
    var mean: Tensor<Double>
    var root: Tensor<Double>
  }

  /// From the gradients of mean [B], variance [B] and divergence to those of the inputs.
  ///
  /// With v = 2 dvariance and W = S^T A: dA = m dmean^T - A diag(v) + S W diag(v), dK_Zx = L^-T dA,
  /// dL = -tril(dK_Zx A^T), and dL goes through the Cholesky factorization to dK_ZZ.
  func gradient(mean dMean: Tensor<Double>, variance dVariance: Tensor<Double>, divergence: Double)
    -> Gradient
  {
    let weighted = scaledRows(rooted, by: dVariance, times: 2)
    var dCross = projectedGradient(dMean, dVariance, weighted)
    inducing.factor.solveRows(MatrixView(&dCross), transpose: false)
    var (dFactor, dRoot) = triangles(dCross, weighted, divergence)
    inducing.factor.carryBack(MatrixView(&dFactor))
    let kernel = kernelGradient(&dFactor, &dCross)
    var dm = mean.affine(divergence, 0)
    for i in 0..<batch {
      Double.kernels.axpy(
        count, dMean[i], projected.pointer + i * count, dm.mutablePointer)
    }
    return Gradient(
      features: kernel.features, inducing: kernel.inducing, lengthscale: kernel.lengthscale,
      outputScale: kernel.scaleSum / inducing.outputScale + dVariance.sum, mean: dm, root: dRoot)
  }

  /// Row i of `matrix` times factor * weights[i].
  private func scaledRows(
    _ matrix: Tensor<Double>, by weights: Tensor<Double>, times factor: Double
  )
    -> Tensor<Double>
  {
    var result = Tensor<Double>(uninitialized: matrix.shape)
    let to = result.mutablePointer
    for i in 0..<batch {
      Double.kernels.affine(
        count, factor * weights[i], 0, matrix.pointer + i * count, to + i * count)
    }
    return result
  }

  /// dA^T, B x M, in pieces of columns.
  private func projectedGradient(
    _ dMean: Tensor<Double>, _ dVariance: Tensor<Double>, _ weighted: Tensor<Double>
  ) -> Tensor<Double> {
    var result = scaledRows(projected, by: dVariance, times: -2)
    let (to, w, s) = (
      MatrixView(&result), MatrixView(reading: weighted), MatrixView(reading: root)
    )
    let pieces = Array(Parallel.ranges(count, by: 128).reversed())
    let b = batch
    let (means, m) = (dMean.reshaped([b, 1]), mean.reshaped([1, count]))
    Parallel.forEach(pieces.count) { p in
      let columns = pieces[p]
      let used = 0..<columns.upperBound
      let part = to[0..<b, columns]
      part.product(w[0..<b, used], s[columns, used], transposeB: true, beta: 1)
      part.product(MatrixView(reading: means), MatrixView(reading: m)[0..<1, columns], beta: 1)
    }
    return result
  }

  /// The lower triangles dL = -tril(dK_Zx A^T) and dS = tril(A W'^T) + dKL (S - diag(1 / S)).
  private func triangles(
    _ dCross: Tensor<Double>, _ weighted: Tensor<Double>, _ divergence: Double
  ) -> (factor: Tensor<Double>, root: Tensor<Double>) {
    let m = count
    var dFactor = Tensor<Double>(uninitialized: [m, m])
    var dRoot = Tensor<Double>(uninitialized: [m, m])
    let (toFactor, toRoot) = (MatrixView(&dFactor), MatrixView(&dRoot))
    let (a, w, dc, s) = (
      MatrixView(reading: projected), MatrixView(reading: weighted),
      MatrixView(reading: dCross), MatrixView(reading: root)
    )
    let pieces = Array(Parallel.ranges(m, by: 128).reversed())
    let b = batch
    Parallel.forEach(2 * pieces.count) { p in
      let rows = pieces[p / 2]
      let used = 0..<rows.upperBound
      if p % 2 == 0 {
        toFactor[rows, used].product(
          dc[0..<b, rows], a[0..<b, used], transposeA: true, alpha: -1)
        return
      }
      let part = toRoot[rows: rows]
      part[0..<rows.count, used].product(a[0..<b, rows], w[0..<b, used], transposeA: true)
      for i in rows {
        let row = toRoot.row(i)
        Double.kernels.axpy(i + 1, divergence, s.row(i), row)
        row[i] -= divergence / s.row(i)[i]
        (row + i + 1).update(repeating: 0, count: m - i - 1)
      }
    }
    return (dFactor, dRoot)
  }

  private struct KernelGradient {
    var features: Tensor<Double>
    var inducing: Tensor<Double>
    var lengthscale: Double
    /// Sum of dK * K over both matrices: the scale's gradient times the scale.
    var scaleSum: Double
  }

  /// From dK_ZZ (lower triangle) and dK_xZ, both used up, to points, lengthscale and scale.
  ///
  /// K depends on points only through p / lengthscale, so the lengthscale's gradient is that of the
  /// points along themselves. With G = dK * K by entries, the gradient of a scaled point p_i is
  /// sum_j G_ij (p_j - p_i): products of G with the points and a column of ones.
  private func kernelGradient(_ dInducing: inout Tensor<Double>, _ dCross: inout Tensor<Double>)
    -> KernelGradient
  {
    let z = inducing.points
    let width = z.dimension + 1
    weigh(&dInducing, &dCross)
    var below = Tensor<Double>(uninitialized: [count, width])
    var above = Tensor<Double>(uninitialized: [count, width])
    var ofFeatures = Tensor<Double>(uninitialized: [batch, width])
    let (toBelow, toAbove, toFeatures) = (
      MatrixView(&below), MatrixView(&above), MatrixView(&ofFeatures)
    )
    let (g, gx, za, xa) = (
      MatrixView(&dInducing), MatrixView(&dCross), MatrixView(reading: z.augmented),
      MatrixView(reading: points.augmented)
    )
    let pieces = Parallel.ranges(count, by: 128)
    let (m, b, n) = (count, batch, pieces.count)
    Parallel.forEach(2 * n + 1) { p in
      if p == 2 * n {
        toFeatures.product(gx, za)
      } else if p % 2 == 0 {
        let rows = pieces[n - 1 - p / 2]
        let used = 0..<rows.upperBound
        toBelow[rows: rows].product(g[rows, used], za[rows: used])
      } else {
        let columns = pieces[p / 2]
        let used = columns.lowerBound..<m
        let part = toAbove[rows: columns]
        part.product(g[used, columns], za[rows: used], transposeA: true)
        part.product(gx[0..<b, columns], xa, transposeA: true, beta: 1)
      }
    }
    var scaleSum = 0.0
    for i in 0..<count { scaleSum += below[i, width - 1] }
    for i in 0..<batch { scaleSum += ofFeatures[i, width - 1] }
    below.add(above)
    let (dz, alongZ) = pointGradient(below, z)
    let (dx, alongX) = pointGradient(ofFeatures, points)
    return KernelGradient(
      features: dx, inducing: dz, lengthscale: -(alongZ + alongX) / inducing.lengthscale,
      scaleSum: scaleSum)
  }

  /// dK times K by entries, in place.
  private func weigh(_ dInducing: inout Tensor<Double>, _ dCross: inout Tensor<Double>) {
    let (g, gx) = (MatrixView(&dInducing), MatrixView(&dCross))
    let (k, kx) = (MatrixView(reading: inducing.covariance), MatrixView(reading: cross))
    let pieces = Array(Parallel.ranges(count, by: 64).reversed())
    let (m, b) = (count, batch)
    Parallel.forEach(pieces.count + 1) { p in
      if p == pieces.count {
        for i in 0..<b { Double.kernels.mul(m, gx.row(i), kx.row(i), gx.row(i)) }
        return
      }
      for i in pieces[p] {
        Double.kernels.mul(i + 1, g.row(i), k.row(i), g.row(i))
        (g.row(i) + i + 1).update(repeating: 0, count: m - i - 1)
      }
    }
  }

  /// From sums (sum_j G_ij p_j, sum_j G_ij) to the points' gradients, n x D, and their inner
  /// product with the scaled points.
  private func pointGradient(_ sums: Tensor<Double>, _ points: ScaledPoints)
    -> (gradient: Tensor<Double>, along: Double)
  {
    let d = points.dimension
    var gradient = Tensor<Double>(uninitialized: [points.count, d])
    let (to, s, p) = (gradient.mutablePointer, sums.pointer, points.augmented.pointer)
    var along = 0.0
    for i in 0..<points.count {
      let (row, sum, point) = (to + i * d, s + i * (d + 1), p + i * (d + 1))
      for j in 0..<d {
        let scaled = sum[j] - sum[d] * point[j]
        along += scaled * point[j]
        row[j] = scaled / inducing.lengthscale
      }
    }
    return (gradient, along)
  }
}
