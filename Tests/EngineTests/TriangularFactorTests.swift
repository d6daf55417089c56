import Core
import Engine
import Testing

/// Serialized, since some tests change the number of workers.
@Suite(.serialized)
struct TriangularFactorTests {
  /// A well-conditioned symmetric positive definite matrix.
  static func positive(_ n: Int) -> Tensor<Double> {
    var random = RandomStream(seed: UInt64(n))
    let a = Tensor<Double>([n, n + 3], random.normals(n * (n + 3)))
    var product = a.matmul(a, transposeOther: true)
    for i in 0..<n { product[i, i] += Double(n) / 4 }
    return product
  }

  static func difference(_ a: Tensor<Double>, _ b: Tensor<Double>) -> Double {
    ((a - b).sumOfSquares / max(b.sumOfSquares, 1e-300)).squareRoot()
  }

  @Test(arguments: [1, 5, 127, 128, 129, 300])
  func agreesWithLAPACK(n: Int) throws {
    let matrix = Self.positive(n)
    let lower = try TriangularFactor.cholesky(matrix).get().lower
    #expect(Self.difference(lower, try LinearAlgebra.cholesky(matrix)) < 1e-13)
    #expect((0..<n).allSatisfy { i in (i + 1..<n).allSatisfy { lower[i, $0] == 0 } })
  }

  @Test(arguments: [1, 127, 129, 300], [false, true])
  func solves(n: Int, transpose: Bool) throws {
    let factor = try TriangularFactor.cholesky(Self.positive(n)).get()
    var random = RandomStream(seed: 3)
    let right = Tensor<Double>([70, n], random.normals(70 * n))
    var x = right
    factor.solveRows(MatrixView(&x), transpose: transpose)
    let again = x.matmul(factor.lower, transposeOther: transpose)
    #expect(Self.difference(again, right) < 1e-12)
  }

  @Test(arguments: [1, 5, 128, 129, 300])
  func carriesGradientsBackAsTheClosedForm(n: Int) throws {
    let matrix = Self.positive(n)
    let factor = try TriangularFactor.cholesky(matrix).get()
    var random = RandomStream(seed: 5)
    var gradient = Tensor<Double>([n, n], random.normals(n * n))
    LinearAlgebra.keepLowerTriangle(&gradient)
    let tape = Tape<Double>()
    let variable = tape.variable(matrix)
    let loss = try (variable.cholesky() * tape.constant(gradient)).sum()
    let symmetric = tape.gradients(of: loss, wrt: [variable])[0]
    factor.carryBack(MatrixView(&gradient))
    LinearAlgebra.keepLowerTriangle(&gradient)
    // The closed form is symmetric; here one entry stands for itself and its mirror image.
    var expected = symmetric
    LinearAlgebra.keepLowerTriangle(&expected, scale: 2)
    #expect(Self.difference(gradient, expected) < 1e-11)
  }

  @Test(arguments: [0, 3, 130, 259])
  func namesTheRowThatFails(row: Int) {
    var matrix = Self.positive(260)
    matrix[row, row] = -1
    guard case .failure(let failure) = TriangularFactor.cholesky(matrix) else {
      Issue.record("a matrix with a negative diagonal was factorized")
      return
    }
    #expect(failure.row == row + 1)
  }

  @Test func refusesNaN() {
    var matrix = Self.positive(10)
    matrix[4, 4] = .nan
    guard case .failure = TriangularFactor.cholesky(matrix) else {
      Issue.record("a matrix with NaN was factorized")
      return
    }
  }

  @Test func bitsDoNotDependOnWorkers() throws {
    let before = Parallel.workers
    defer { Parallel.workers = before }
    let matrix = Self.positive(500)
    var random = RandomStream(seed: 9)
    let right = Tensor<Double>([128, 500], random.normals(128 * 500))
    var results: [[Tensor<Double>]] = []
    for workers in [1, 2, 4] {
      Parallel.workers = workers
      let factor = try TriangularFactor.cholesky(matrix).get()
      var (x, gradient) = (right, matrix)
      factor.solveRows(MatrixView(&x), transpose: true)
      factor.carryBack(MatrixView(&gradient))
      LinearAlgebra.keepLowerTriangle(&gradient)
      results.append([factor.lower, x, gradient])
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }
}
