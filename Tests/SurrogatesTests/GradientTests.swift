import Core
import Engine
import Neural
import Surrogates
import Testing

/// The fused operation's gradients against two independent ways to get them.
struct GradientTests {
  let ladder = JitterLadder(base: 1e-6) { _, _ in }

  /// A head at a state that training could reach.
  static func head(inducing m: Int, dimension d: Int) -> VariationalGPHead {
    var random = RandomStream(seed: UInt64(m))
    var head = VariationalGPHead(inducingPoints: Tensor([m, d], random.normals(m * d)))
    head.variationalMean.value = Tensor([m], random.normals(m))
    var root = Tensor<Double>([m, m], random.normals(m * m)).affine(0.1, 0)
    LinearAlgebra.keepLowerTriangle(&root)
    for i in 0..<m { root[i, i] = 0.3 + 0.5 * random.uniform() }
    head.variationalRoot.value = root
    head.rawLengthscale.value = Tensor(0.9)
    head.rawOutputScale.value = Tensor(0.4)
    head.rawNoise.value = Tensor(-1)
    head.constant.value = Tensor(0.2)
    return head
  }

  /// The loss written with the engine's small operations.
  static func plainLoss(
    _ head: VariationalGPHead, _ kind: VariationalLoss, _ x: Variable<Double>,
    _ y: Tensor<Double>, divisor: Double, jitter: Double
  ) throws -> Variable<Double> {
    let tape = x.tape
    let (m, b) = (head.inducingCount, y.count)
    let z = tape.parameter(head.inducingPoints)
    let s = tape.parameter(head.variationalRoot)
    let lengthscale = tape.parameter(head.rawLengthscale).softplus()
    let scale = tape.parameter(head.rawOutputScale).softplus()
    let noise = (tape.parameter(head.rawNoise).softplus() + 1e-4).broadcast(to: [b])
    func kernel(_ p: Variable<Double>, _ q: Variable<Double>) -> Variable<Double> {
      let distances = p.squaredDistances(to: q)
      let shape = distances.shape
      let square = lengthscale.squared().broadcast(to: shape)
      return (-0.5 * (distances / square)).exp() * scale.broadcast(to: shape)
    }
    let jitters = tape.constant(Tensor(jitter))
    let l = try kernel(z, z).addingToDiagonal(jitters).cholesky()
    let a = kernel(z, x).solvingLower(l)
    let mean = a.matmul(tape.parameter(head.variationalMean).reshaped([m, 1]), transposeSelf: true)
    let w = s.matmul(a, transposeSelf: true)
    let variance =
      scale.broadcast(to: [b]) + jitter - a.squared().sumOverRows() + w.squared().sumOverRows()
    let divergence =
      0.5
      * (tape.parameter(head.variationalMean).squared().sum() + s.squared().sum()
        - s.diagonal().squared().log().sum() - Double(m))
    let constant = tape.parameter(head.constant).broadcast(to: [b])
    let residual = (tape.constant(y) - mean.reshaped([b]) - constant).squared()
    let terms: Variable<Double>
    switch kind {
    case .predictive:
      terms = (variance + noise).log() + residual / (variance + noise)
    case .elbo:
      terms = noise.log() + (residual + variance) / noise
    }
    return 0.5 * (terms.mean() + 1.8378770664093453) + (1 / divisor) * divergence
  }

  /// More inducing points than a tile, so that every kind of block takes part.
  @Test(arguments: [7, 128, 200, 300], VariationalLoss.allCases)
  func agreeWithTheTape(inducing m: Int, kind: VariationalLoss) throws {
    var head = Self.head(inducing: m, dimension: 5)
    var random = RandomStream(seed: 4)
    let points = Tensor<Double>([40, 5], random.normals(200))
    let y = Tensor<Double>([40], random.normals(40))
    let (fused, plain) = (Tape<Double>(), Tape<Double>())
    let (x, px) = (Parameter(points), Parameter(points))
    let loss = try head.loss(
      kind, features: fused.parameter(x), targets: y, divisor: 40, ladder: ladder)
    let expected = try Self.plainLoss(
      head, kind, plain.parameter(px), y, divisor: 40, jitter: 1e-6)
    #expect(abs(loss.value.item - expected.value.item) < 1e-9 * abs(expected.value.item))
    let (ours, theirs) = (fused.gradients(of: loss), plain.gradients(of: expected))
    #expect(Fixture.relativeError(try #require(ours[x]), try #require(theirs[px])) < 1e-7)
    head.forEachParameter { path, parameter in
      guard let a = ours[parameter], var b = theirs[parameter] else {
        Issue.record("no gradient of \(path)")
        return
      }
      if path == "variational_root" { LinearAlgebra.keepLowerTriangle(&b) }
      #expect(Fixture.relativeError(a, b) < 1e-7, "\(path)")
    }
  }

  /// The whole model with two outputs, entry by entry.
  @Test(arguments: VariationalLoss.allCases)
  func agreeWithCentralDifferences(kind: VariationalLoss) throws {
    var random = RandomStream(seed: 8)
    var configuration = DeepKernelGP.Configuration.small
    configuration.loss = kind
    let features = MLP<Double>(
      [4, 5, 3], activation: .swish, outputActivation: .swish, using: &random)
    let heads = [Self.head(inducing: 6, dimension: 3), Self.head(inducing: 4, dimension: 3)]
    let model = try DeepKernelGP(
      configuration, features: features, heads: heads, scalers: [TargetScaler(), TargetScaler()],
      ladder: ladder)
    let x = Tensor<Double>([9, 4], random.normals(36))
    let targets = [Tensor<Double>([9], random.normals(9)), Tensor<Double>([9], random.normals(9))]
    let ladder = ladder
    func loss(_ model: DeepKernelGP) throws -> Double {
      try model.lossAndGradients(x, targets, dataCount: 20, ladder: ladder).loss
    }
    let gradients = try model.lossAndGradients(x, targets, dataCount: 20, ladder: ladder).gradients
    var listed = model
    var analytic: [(path: String, values: [Double])] = []
    listed.forEachParameter { path, parameter in
      analytic.append((path, gradients[parameter]?.entries ?? []))
    }
    for (path, values) in analytic {
      for entry in values.indices where !(path.hasSuffix("root") && values[entry] == 0) {
        var difference = 0.0
        for sign in [1.0, -1.0] {
          var moved = model
          moved.forEachParameter { name, parameter in
            if name == path { parameter.value[entry] += sign * 1e-5 }
          }
          difference += sign * (try loss(moved)) / 2e-5
        }
        #expect(abs(difference - values[entry]) < 1e-6 + 1e-5 * abs(difference), "\(path) \(entry)")
      }
    }
    #expect(analytic.count == model.parameters.count)
    #expect(analytic.allSatisfy { !$0.values.isEmpty })
  }
}
