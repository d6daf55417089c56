import Core
import Engine
import Testing

/// Bias and activation in one pass, against the kernels that do one thing each.
struct LayerKernelTests {
  private func check<Scalar: TensorScalar>(_ activation: Activation, _ tolerance: Scalar) {
    var random = RandomStream(seed: 1)
    for (rows, columns) in [(1, 1), (3, 7), (5, 64), (2, 131)] {
      let x = Tensor<Scalar>(
        [rows, columns], random.normals(rows * columns).map { Scalar(3 * $0) })
      let bias = Tensor<Scalar>([columns], random.normals(columns).map { Scalar($0) })
      var sum = x
      Scalar.kernels.addRow(rows, columns, bias.pointer, sum.mutablePointer)
      let plain = activation.applied(to: sum)
      let kept = activation == .relu || activation == .tanh ? plain : sum
      let ones = Tensor<Scalar>.ones(x.shape)
      var slopes = ones
      Scalar.kernels.activateGradient(
        activation.rawValue, x.count, kept.pointer, ones.pointer, slopes.mutablePointer)

      var (one, two) = (x, x)
      var slope = Tensor<Scalar>(uninitialized: x.shape)
      Scalar.kernels.biasActivate(
        activation.rawValue, rows, columns, bias.pointer, one.mutablePointer)
      Scalar.kernels.biasActivateSlope(
        activation.rawValue, rows, columns, bias.pointer, two.mutablePointer,
        slope.mutablePointer)
      #expect(one == two)
      #expect((one - plain).entries.allSatisfy { abs($0) <= tolerance })
      #expect((slope - slopes).entries.allSatisfy { abs($0) <= tolerance })
    }
  }

  @Test(arguments: Activation.allCases) func matchesTheSeparateKernels(_ activation: Activation) {
    check(activation, 2e-6 as Float)
    check(activation, 1e-14 as Double)
  }

  @Test(arguments: Activation.allCases) func keepsNaN(_ activation: Activation) {
    var y = Tensor<Float>([1, 2], [.nan, 1])
    let bias = Tensor<Float>.zeros([2])
    Float.kernels.biasActivate(activation.rawValue, 1, 2, bias.pointer, y.mutablePointer)
    #expect(y[0].isNaN && !y[1].isNaN)
  }
}
