import Core
import Engine
import Testing

@Suite struct ReductionKernelTests {
  @Test func sumsAreExactToFloat64AndInAFixedOrder() {
    var random = RandomStream(seed: 1)
    for count in [0, 1, 7, 8, 9, 31, 1000, 100_003] {
      let x = Tensor<Float>([count], random.normals(count).map(Float.init))
      let y = Tensor<Float>([count], random.normals(count).map(Float.init))
      // The order is stated: eight running sums, then a fixed tree.
      func inOrder(_ term: (Int) -> Double) -> Double {
        var s = [Double](repeating: 0, count: 8)
        for i in 0..<count { s[i % 8] += term(i) }
        return ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]))
      }
      #expect(x.sum == inOrder { Double(x[$0]) })
      // Products of two Float32 are exact in Float64, so fused multiply-adds change nothing.
      #expect(x.sumOfSquares == inOrder { Double(x[$0]) * Double(x[$0]) })
      #expect(x.dot(y) == inOrder { Double(x[$0]) * Double(y[$0]) })
    }
  }

  @Test func sumsDoNotDependOnWhereTheMemoryLies() {
    var random = RandomStream(seed: 2)
    let values = random.normals(1003).map(Float.init)
    var sums: Set<Double> = []
    var rows: Set<Float> = []
    for offset in 0..<16 {
      let padded = [Float](repeating: 0, count: offset) + values
      padded.withUnsafeBufferPointer { buffer in
        sums.insert(Float.kernels.sum(1003, buffer.baseAddress! + offset))
        var s: Float = 0
        Float.kernels.sumColumns(1, 1003, buffer.baseAddress! + offset, &s)
        rows.insert(s)
      }
    }
    #expect(sums.count == 1)
    #expect(rows.count == 1)
  }

  @Test func rowAndColumnSumsAddToWhatIsThere() {
    var random = RandomStream(seed: 3)
    for (rows, columns) in [(1, 1), (5, 3), (3, 16), (4, 17), (2, 100)] {
      let x = Tensor<Double>.init([rows, columns], random.normals(rows * columns))
      var byRow = [Double](repeating: 10, count: rows)
      var byColumn = [Double](repeating: 10, count: columns)
      Double.kernels.sumColumns(rows, columns, x.pointer, &byRow)
      Double.kernels.sumRows(rows, columns, x.pointer, &byColumn)
      for r in 0..<rows { #expect(abs(byRow[r] - 10 - sum(columns) { x[r, $0] }) < 1e-12) }
      for c in 0..<columns { #expect(abs(byColumn[c] - 10 - sum(rows) { x[$0, c] }) < 1e-12) }
    }
  }

  @Test func argmaxIsTheFirstOfTheLargestAndNeverNaN() {
    let x = Tensor<Float>(
      [4, 3], [1, 3, 3, .nan, -5, -7, -.infinity, -.infinity, -.infinity, 2, .nan, 1])
    #expect(x.argmaxRows == [1, 1, 0, 0])
  }

  @Test func biasAndReluInOnePass() {
    var random = RandomStream(seed: 4)
    var y = Tensor<Float>([5, 37], random.normals(5 * 37).map(Float.init))
    let bias = Tensor<Float>([5], random.normals(5).map(Float.init))
    let want: Tensor<Float> = tensor([5, 37]) { r, c in Double(max(0, y[r, c] + bias[r])) }
    Float.kernels.biasRelu(5, 37, bias.pointer, y.mutablePointer)
    #expect(y == want)
  }

  @Test func adamFollowsItsFormula() {
    func check<Scalar: TensorScalar>(_: Scalar.Type, _ tolerance: Double) {
      var random = RandomStream(seed: 5)
      let n = 101
      func draw() -> [Scalar] { random.normals(n).map { Scalar($0) } }
      let (p, m, g) = (draw(), draw(), draw())
      let v = draw().map { $0 * $0 }
      var (p1, m1, v1) = (p, m, v)
      Scalar.kernels.adam(n, &p1, &m1, &v1, g, 0.5, 0.01, 0.9, 0.999, 1e-8)
      for i in 0..<n {
        let slope = 0.5 * Double(g[i])
        let mean = 0.9 * Double(m[i]) + 0.1 * slope
        let square = 0.999 * Double(v[i]) + 0.001 * slope * slope
        let want = Double(p[i]) - 0.01 * mean / (square.squareRoot() + 1e-8)
        #expect(abs(Double(m1[i]) - mean) <= tolerance)
        #expect(abs(Double(v1[i]) - square) <= tolerance * max(1, square))
        #expect(abs(Double(p1[i]) - want) <= tolerance * max(1, abs(want - Double(p[i])) * 10))
      }
    }
    check(Double.self, 1e-14)
    check(Float.self, 1e-6)
  }
}
