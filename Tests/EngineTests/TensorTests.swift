import Core
import Engine
import Testing

@Suite struct TensorTests {
  private static func counting(_ shape: Shape) -> Tensor<Float> {
    Tensor(shape, (0..<shape.count).map(Float.init))
  }

  @Test func copiesDoNotShareWrites() {
    let a = Self.counting([2, 3])
    var b = a
    b[1, 2] = 50
    var c = a.reshaped([3, 2])
    c.mutablePointer[0] = 70
    var d = a
    d.add(a)
    #expect(a.entries == [0, 1, 2, 3, 4, 5])
    #expect(b.entries == [0, 1, 2, 3, 4, 50])
    #expect(c.entries == [70, 1, 2, 3, 4, 5])
    #expect(d.entries == [0, 2, 4, 6, 8, 10])
  }

  @Test func rowsAndTransposeAndJoins() {
    let a = Self.counting([4, 3])
    #expect(a.rows(1..<3).entries == [3, 4, 5, 6, 7, 8])
    #expect(a.rows([3, 0, 3]).entries == [9, 10, 11, 0, 1, 2, 9, 10, 11])
    #expect(a.transposed.entries == [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11])
    #expect(Tensor.concatenated([a.rows(2..<4), a.rows(0..<2)]).shape == [4, 3])
    #expect(Tensor.concatenated([a.rows(0..<1), a.rows(1..<4)]) == a)
    #expect(a.rows(2..<2).shape == [0, 3])
    #expect(Self.counting([2, 3, 5]).rows(1..<2).shape == [1, 3, 5])
  }

  @Test func transposeOfTilesAndTheirRests() {
    for (r, c) in [(16, 16), (15, 17), (33, 64), (1, 40), (100, 3)] {
      let a = Self.counting([r, c])
      let t = a.transposed
      for i in 0..<r { for j in 0..<c { #expect(t[j, i] == a[i, j]) } }
    }
  }

  @Test func convertingKeepsValues() {
    let x = Tensor<Double>([3], [0.1, -2, 1e-50])
    #expect(x.converted(to: Float.self).entries == [0.1, -2, 0])
    #expect(x.converted(to: Float.self).converted(to: Double.self)[1] == -2)
  }

  @Test func productsOfOneRowAreTheSameInAnyBatch() {
    // Shards rely on it only for their fixed sizes; this documents what the library gives.
    var random = RandomStream(seed: 1)
    let a = Tensor<Float>([64, 48], random.normals(64 * 48).map(Float.init))
    let b = Tensor<Float>([48, 80], random.normals(48 * 80).map(Float.init))
    let whole = a.matmul(b)
    #expect(a.matmul(b) == whole)
    for (x, y) in zip(a.rows(8..<40).matmul(b).entries, whole.rows(8..<40).entries) {
      #expect(abs(x - y) <= 1e-4)
    }
  }
}

@Suite struct LinearAlgebraTests {
  @Test func factorsAndSolvesOfLargerSystems() throws {
    var random = RandomStream(seed: 2)
    let n = 130
    let b = Tensor<Double>([n, n], random.normals(n * n))
    var a = b.matmul(b, transposeOther: true)
    for i in 0..<n { a[i, i] += 1 }
    let l = try LinearAlgebra.cholesky(a)
    #expect(zip(l.entries, choleskyByHand(a).entries).allSatisfy { abs($0 - $1) < 1e-9 })
    let right = Tensor<Double>([n, 7], random.normals(7 * n))
    let x = LinearAlgebra.solveLower(l, right)
    #expect(zip(l.matmul(x).entries, right.entries).allSatisfy { abs($0 - $1) < 1e-10 })
    let z = LinearAlgebra.solveLower(l, right, transpose: true)
    #expect(
      zip(l.matmul(z, transposeSelf: true).entries, right.entries)
        .allSatisfy { abs($0 - $1) < 1e-10 })
  }

  @Test func distancesOfNearPointsFarFromTheOrigin() {
    // Centring keeps them: |x|^2 is 1e6 here and the distances 1e-4.
    let x = Tensor<Float>([2, 2], [1000, 1000, 1000.01, 1000])
    let d = LinearAlgebra.squaredDistances(x, x)
    #expect(d[0, 0] < 1e-9 && d[1, 1] < 1e-9)
    #expect(abs(d[0, 1] / 1e-4 - 1) < 0.03)
    #expect(d.entries.allSatisfy { $0 >= 0 })
  }
}

@Suite struct TapeTests {
  @Test func aVeryLongTapeIsNoProblem() {
    let tape = Tape<Double>()
    let x = tape.variable(Tensor(1))
    var y = x
    for _ in 0..<200_000 { y = y + 1e-6 }
    #expect(tape.gradients(of: y, wrt: [x])[0].item == 1)
  }

  @Test func gradientsOfAllUsesAreAdded() {
    let tape = Tape<Double>()
    let parameter = Parameter(Tensor<Double>([2], [3, 5]))
    let x = tape.parameter(parameter)
    // d/dx (x^2 + 2 x + x exp(x)) through the same parameter asked for twice.
    let again = tape.parameter(parameter)
    let y = (x * again + 2 * again + x * x.exp()).sum()
    let gradient = tape.gradients(of: y)[parameter]!
    for (g, v) in zip(gradient.entries, [3.0, 5]) {
      #expect(abs(g - (2 * v + 2 + tensorExp(v) * (1 + v))) < 1e-10 * g)
    }
  }

  private func tensorExp(_ x: Double) -> Double {
    Tensor([1], [x]).mapped(Double.kernels.exp).item
  }

  @Test func nothingFlowsToConstantsAndFixedParameters() {
    let tape = Tape<Double>()
    let fixed = Parameter(Tensor<Double>(2), isTrained: false)
    let trained = Parameter(Tensor<Double>(3))
    let unused = Parameter(Tensor<Double>(4))
    _ = tape.parameter(unused)
    let product = tape.parameter(fixed) * tape.constant(Tensor(5))
    #expect(!product.needsGradient)
    let gradients = tape.gradients(of: product * tape.parameter(trained))
    #expect(gradients[fixed] == nil)
    #expect(gradients[unused] == nil)
    #expect(gradients[trained]!.item == 10)
  }
}
