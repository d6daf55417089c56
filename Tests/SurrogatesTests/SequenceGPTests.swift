import Core
import Engine
import Foundation
import Surrogates
import Testing

/// Random sequences over a few tokens, what they count, latents, and a smooth score of them.
private struct SequenceData {
  var words: [[Int32]] = []
  var counts: [CountVector] = []
  var second: [CountVector] = []
  var latents: Tensor<Float>
  /// In units far apart; the last never differs.
  var properties: Tensor<Float>
  var y: Tensor<Double>

  init(_ count: Int, seed: UInt64 = 3) {
    var random = RandomStream(seed: seed)
    for _ in 0..<count {
      words.append((0..<5 + random.integer(below: 8)).map { _ in Int32(random.integer(below: 5)) })
    }
    counts = words.map { CountVector(ngramsOf: $0, upTo: 3) }
    second = words.map { CountVector(counting: $0.map { UInt64($0) }) }
    latents = Tensor([count, 7], random.normals(count * 7).map { Float($0) })
    properties = Tensor(
      [count, 3],
      (0..<count).flatMap { _ in
        [100 * Float(random.normal()), 3 + 0.01 * Float(random.normal()), 7]
      })
    let (words, z) = (words, latents)
    y = Tensor(
      [count],
      (0..<count).map { i in
        Double(words[i].count { $0 == 2 }) - 0.3 * Double(words[i].count) + sin(Double(z[i, 0]))
      })
  }

  func points(_ kernel: SequenceKernel) -> SequencePoints {
    SequencePoints(
      counts: Array([counts, second].prefix(kernel.countKinds)),
      vectors: Array([latents, properties].prefix(kernel.vectors.count)))
  }

  /// The covariance by its definition.
  func covariance(_ kernel: SequenceKernel, _ logs: [Double]) -> [[Double]] {
    let kinds = [counts, second].prefix(kernel.countKinds)
    return words.indices.map { i in
      words.indices.map { j in
        var sum = 0.0
        for (k, kind) in kinds.enumerated() {
          sum += exp(logs[k]) * kind[i].tanimoto(kind[j], empty: 1)
        }
        for (k, vectors) in [latents, properties].prefix(kernel.vectors.count).enumerated() {
          let square = (0..<vectors.columns).reduce(0.0) { total, d in
            let difference = Double(vectors[i, d]) - Double(vectors[j, d])
            return total + difference * difference
          }
          let w = kernel.countKinds + 2 * k
          let t = (5 * square).squareRoot() / exp(logs[w + 1])
          sum += exp(logs[w]) * (1 + t + t * t / 3) * exp(-t)
        }
        return sum
      }
    }
  }
}

/// Solves A X = B by Gaussian elimination; the logarithm of |A|'s absolute value beside it.
private func solve(_ a: [[Double]], _ b: [[Double]]) -> (x: [[Double]], logDeterminant: Double) {
  var (a, b) = (a, b)
  var logDeterminant = 0.0
  let n = a.count
  for k in 0..<n {
    let pivot = (k..<n).max { abs(a[$0][k]) < abs(a[$1][k]) } ?? k
    a.swapAt(k, pivot)
    b.swapAt(k, pivot)
    logDeterminant += log(abs(a[k][k]))
    for i in 0..<n where i != k {
      let factor = a[i][k] / a[k][k]
      for j in k..<n { a[i][j] -= factor * a[k][j] }
      for j in b[i].indices { b[i][j] -= factor * b[k][j] }
    }
  }
  return (zip(a.indices, b).map { i, row in row.map { $0 / a[i][i] } }, logDeterminant)
}

private let kernels = [
  SequenceKernel(countKinds: 1), SequenceKernel(countKinds: 2),
  SequenceKernel(countKinds: 2, vectors: [.given]),
  SequenceKernel(countKinds: 0, vectors: [.given]),
  SequenceKernel(countKinds: 1, vectors: [.given, .standardized]),
]

/// Logarithms of hyperparameters for a kernel: weights, lengthscales, the noise.
private func logs(_ kernel: SequenceKernel) -> [Double] {
  Array([0.3, -0.4].prefix(kernel.countKinds))
    + [-0.2, 0.9, -0.5, 4].prefix(2 * kernel.vectors.count) + [-2]
}

struct CountVectorTests {
  @Test func ngramsAreCounted() {
    let word = CountVector(ngramsOf: [1, 2, 1, 2] as [Int32], upTo: 2)
    // Runs of one: 1 and 2, twice each; of two: end 1, 12 twice, 21, 2 end.
    #expect(word.total == 4 + 5)
    #expect(word.counts.sorted() == [1, 1, 1, 2, 2, 2])
    #expect(word == CountVector(ngramsOf: [1, 2, 1, 2] as [Int32], upTo: 2))
    #expect(word != CountVector(ngramsOf: [2, 1, 2, 1] as [Int32], upTo: 2))
  }

  @Test func similarityIsMinOverMax() {
    let a = CountVector(counting: [7, 7, 7, 9])
    let b = CountVector(counting: [9, 7, 5])
    // Smaller counts 1 + 1; larger 3 + 1 + 1.
    #expect(abs(a.tanimoto(b, empty: 1) - 2.0 / 5) < 1e-15)
    #expect(a.tanimoto(a, empty: 0) == 1 && a.tanimoto(b, empty: 0) == b.tanimoto(a, empty: 0))
    let nothing = CountVector(counting: [])
    #expect(nothing.tanimoto(nothing, empty: 1) == 1 && nothing.tanimoto(nothing, empty: 0) == 0)
    #expect(nothing.tanimoto(a, empty: 1) == 0)
  }

  /// Rows with features that no column has, and columns without any, are among them.
  @Test func indicesAgreeWithPairs() {
    let rows =
      SequenceData(90).counts + [CountVector(counting: []), CountVector(counting: [1, 1])]
    let columns = Array(rows[..<70]) + [CountVector(counting: [])]
    let some = CountIndex(columns).similarities(of: rows)
    for i in rows.indices {
      for j in columns.indices { #expect(some[i, j] == rows[i].tanimoto(columns[j], empty: 1)) }
    }
    let lower = CountIndex(rows).lowerSimilarities(of: rows)
    for i in rows.indices {
      for j in 0...i { #expect(lower[i, j] == rows[i].tanimoto(rows[j], empty: 1)) }
    }
  }

  /// Ralaivola et al. 2005: the Gram matrix of distinct vectors has a Cholesky factor.
  @Test func similaritiesArePositiveDefinite() {
    var distinct: [CountVector] = []
    for vector in SequenceData(200, seed: 8).counts where !distinct.contains(vector) {
      distinct.append(vector)
    }
    let gram = CountIndex(distinct).lowerSimilarities(of: distinct)
    guard case .success = TriangularFactor.cholesky(gram) else {
      Issue.record("the similarities have no Cholesky factor")
      return
    }
  }
}

struct SequenceGPTests {
  let context = RunContext(seed: 1)

  @Test(arguments: kernels) func likelihoodIsThatOfADenseReference(kernel: SequenceKernel) {
    let data = SequenceData(60)
    let logs = logs(kernel)
    let y = TargetScaler(of: data.y.entries).scaled(data.y)
    let likelihood = SequenceLikelihood(kernel: kernel, points: data.points(kernel), y: y)
    var covariance = data.covariance(kernel, logs)
    for i in covariance.indices { covariance[i][i] += exp(logs[logs.count - 1]) }
    let (x, logDeterminant) = solve(covariance, y.entries.map { [$0, 1] })
    let constant = x.reduce(0) { $0 + $1[0] } / x.reduce(0) { $0 + $1[1] }
    let quadratic = zip(x, y.entries).reduce(0.0) { sum, pair in
      sum + (pair.0[0] - constant * pair.0[1]) * (pair.1 - constant)
    }
    let value = (quadratic + logDeterminant + 60 * log(2 * Double.pi)) / 120
    // Squared distances of latents come from Float32 products.
    #expect(abs(likelihood.evaluate(logs).value - value) < (kernel.vectors.isEmpty ? 1e-10 : 1e-5))
  }

  @Test(arguments: kernels) func gradientIsThatOfTheValue(kernel: SequenceKernel) {
    let data = SequenceData(150)
    let likelihood = SequenceLikelihood(
      kernel: kernel, points: data.points(kernel),
      y: TargetScaler(of: data.y.entries).scaled(data.y))
    let logs = logs(kernel)
    let gradient = likelihood.evaluate(logs).gradient
    #expect(gradient.count == logs.count)
    for k in logs.indices {
      var (up, down) = (logs, logs)
      up[k] += 1e-5
      down[k] -= 1e-5
      let slope = (likelihood.evaluate(up).value - likelihood.evaluate(down).value) / 2e-5
      #expect(abs(slope - gradient[k]) < 1e-7 * max(1, abs(slope)))
    }
  }

  /// Exact, and FITC by its definition: K_nm K_mm^-1 K_mn with the left-over variances and the noise
  /// on the diagonal; data in one block and in several.
  @Test(arguments: [(100, 2048), (25, 2048), (25, 8)])
  func posteriorIsThatOfADenseReference(limit: Int, block: Int) throws {
    let kernel = SequenceKernel(countKinds: 2)
    let all = SequenceData(70)
    let (n, logs) = (50, logs(kernel))
    var configuration = SequenceGP.Configuration()
    configuration.exactLimit = limit
    configuration.block = block
    configuration.jitter = 1e-12
    var model = SequenceGP(kernel: kernel, configuration: configuration)
    let points = all.points(kernel)
    let known = Array(0..<n)
    let y = all.y.rows(known)
    try model.condition(on: points.rows(known), y, logs: [logs], in: context)
    let posterior = try model.predict(points.rows(Array(n..<70)), in: context).posterior(output: 0)

    let k = all.covariance(kernel, logs)
    let m = limit < n ? (0..<limit).map { $0 * n / limit } : known
    // Covariances as the process sees them: through the inducing points, or as they are.
    let through = solve(m.map { i in m.map { k[i][$0] } }, m.map { k[$0] }).x
    func seen(_ i: Int, _ j: Int) -> Double {
      limit < n ? m.indices.reduce(0.0) { $0 + k[i][m[$1]] * through[$1][j] } : k[i][j]
    }
    let scaler = TargetScaler(of: y.entries)
    let targets = scaler.scaled(y).entries
    let covariance = known.map { i in
      known.map { j in i == j ? k[i][i] + exp(logs[2]) : seen(i, j) }
    }
    let right = known.map { i in [targets[i], 1] + (n..<70).map { seen(i, $0) } }
    let x = solve(covariance, right).x
    let constant = x.reduce(0) { $0 + $1[0] } / x.reduce(0) { $0 + $1[1] }
    let variances = posterior.variance(observationNoise: false)
    let joint = posterior.covariance(observationNoise: false)
    for q in 0..<20 {
      let mean = known.reduce(constant) {
        $0 + seen(n + q, $1) * (x[$1][0] - constant * x[$1][1])
      }
      #expect(abs(posterior.mean[q] - scaler.mean - scaler.deviation * mean) < 1e-7)
      for r in 0..<20 {
        let left = known.reduce(k[n + q][n + r]) { $0 - seen(n + q, $1) * x[$1][2 + r] }
        #expect(abs(joint[q, r] - scaler.deviation * scaler.deviation * left) < 1e-7)
      }
      #expect(abs(variances[q] - joint[q, q]) < 1e-9)
    }
  }

  @Test func learnsWhichPartMatters() throws {
    var data = SequenceData(160)
    // Only what is counted first says anything about these targets.
    let words = data.words
    data.y = Tensor(
      [160],
      words.map { word in
        Double(zip(word, word.dropFirst()).count { $0 == (2, 3) }) + 0.01 * Double(word.count)
      })
    var model = SequenceGP(kernel: SequenceKernel(countKinds: 2, vectors: [.given]))
    let points = data.points(model.kernel)
    let (train, test) = (Array(0..<120), Array(120..<160))
    try model.fit(points.rows(train), data.y.rows(train), in: context)
    let weights = model.hyperparameters(output: 0)
    #expect(weights[0] > 5 * weights[1] && weights[0] > 5 * weights[2])
    let posterior = try model.predict(points.rows(test), in: context).posterior(output: 0)
    #expect(correlation(posterior.mean, data.y.rows(test)) > 0.8)
    // A second fit starts where the first ended.
    let again = try model.fit(points.rows(train), data.y.rows(train), in: context)
    #expect(again.steps <= 8)
  }

  /// A goal that is additive in properties, which counts do not see; their units do not matter. Exact,
  /// and through 60 inducing points.
  @Test(arguments: [2000, 60]) func propertiesAreComparedInTheirOwnSpread(limit: Int) throws {
    var data = SequenceData(160)
    let rows = data.properties
    data.y = Tensor(
      [160], (0..<160).map { Double(rows[$0, 0]) / 100 - (Double(rows[$0, 1]) - 3) / 0.01 })
    let (train, test) = (Array(0..<120), Array(120..<160))
    let kernel = SequenceKernel(countKinds: 1, vectors: [.standardized])
    func expected(_ properties: Tensor<Float>) throws -> Tensor<Double> {
      var configuration = SequenceGP.Configuration()
      configuration.exactLimit = limit
      var model = SequenceGP(kernel: kernel, configuration: configuration)
      let points = SequencePoints(counts: [data.counts], vectors: [properties])
      try model.fit(points.rows(train), data.y.rows(train), in: context)
      return try model.predict(points.rows(test), in: context).posterior(output: 0).mean
    }
    let mean = try expected(data.properties)
    #expect(correlation(mean, data.y.rows(test)) > 0.9)
    var other = data.properties
    for r in 0..<160 { other[r, 0] *= 1024 }
    let same = try expected(other)
    #expect((0..<40).allSatisfy { abs(mean[$0] - same[$0]) < 1e-6 })
  }

  /// A fit that is stopped leaves the process as it was, the scales of its vectors included.
  @Test func aStoppedFitChangesNothing() throws {
    let data = SequenceData(60)
    var model = SequenceGP(kernel: SequenceKernel(countKinds: 1, vectors: [.standardized]))
    var points = SequencePoints(counts: [data.counts], vectors: [data.properties])
    try model.fit(points, data.y, in: context)
    func expected() throws -> [Double] {
      try model.predict(points, in: context).posterior(output: 0).mean.entries
    }
    let before = try expected()
    let stopped = RunContext(seed: 1)
    stopped.cancellation.request()
    let given = points.vectors
    for r in 0..<60 { points.vectors[0][r, 0] *= 8 }
    #expect(throws: Failure.self) { try model.fit(points, data.y, in: stopped) }
    points.vectors = given
    #expect(try expected() == before)
  }

  @Test func badInputIsRefused() throws {
    let data = SequenceData(10)
    var model = SequenceGP(kernel: SequenceKernel(countKinds: 1))
    let points = SequencePoints(counts: [data.counts])
    #expect(throws: Failure.self) { try model.predict(points, in: context) }
    #expect(throws: Failure.self) { try model.fit(points, Tensor([9], repeating: 1), in: context) }
    #expect(throws: Failure.self) {
      try model.fit(points, Tensor([10], repeating: .nan), in: context)
    }
    #expect(throws: Failure.self) {
      try model.fit(SequencePoints(counts: []), data.y, in: context)
    }
    // All-equal targets are learned: nothing is expected to differ.
    try model.fit(points, Tensor([10], repeating: 4), in: context)
    let flat = try model.predict(points, in: context).posterior(output: 0)
    #expect((0..<10).allSatisfy { abs(flat.mean[$0] - 4) < 1e-9 })
  }
}
