import Core
import Engine
import Neural

/// A weighted quadratic regression with a small network on what it leaves over: one member of a
/// multi-scale ensemble, with an objective and constraints as joint outputs.
///
/// Outputs = [1, h, h^2 - 1] B + s * net(h) (the first h along given axes), where h are inputs scaled to weighted mean zero and
/// variance one, B solves a weighted ridge regression (Float64), and s is the weighted root mean
/// square of its residuals. The network is kept from fit to fit.
public struct QuadraticNetwork: Sendable {
  /// How a member is shaped and trained.
  public struct Configuration: Sendable {
    /// Units of each of the two hidden layers.
    public var hidden = 64
    /// Training steps of the first fit and of the later ones.
    public var firstSteps = 200
    /// Training steps of a later fit.
    public var laterSteps = 80
    /// Points of a training step, drawn by weight.
    public var batch = 128
    /// Adam's rate.
    public var rate = 1e-3
    /// Standard deviation of the noise added to scaled inputs in training.
    public var inputNoise = 0.001
    /// Ridge penalty on slopes and curvatures, in units of one observation.
    public var ridge = 1.0
    /// Whether the quadratic has its h^2 terms, or stops at the linear ones.
    public var hasCurvature = true

    /// The defaults.
    public init() {}
  }

  /// The member's configuration.
  public let configuration: Configuration
  private var network: MLP<Float>?
  private var optimizer: Adam<Float>
  /// (1 + d or 1 + 2 d) x outputs.
  private var coefficients = Tensor<Float>.zeros([0, 0])
  /// Weighted root mean square of each output's residuals.
  private var residualScales: [Float] = []
  /// Columns are the axes along which the regression bends, d x d; nil for the coordinates' own.
  private var axes: Tensor<Float>?

  /// A member that has seen nothing.
  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    optimizer = Adam(rate: configuration.rate)
  }

  /// Number of outputs; 0 before the first fit.
  public var outputCount: Int { coefficients.columns }

  /// Weights of a fit's points, one for each row and not all zero, and the number of observations
  /// that they are worth, which sets the ridge's strength.
  public struct Sample: Sendable {
    let weights: [Double]
    let effectiveSize: Double

    /// Weights, and what they are worth.
    public init(weights: [Double], effectiveSize: Double) {
      self.weights = weights
      self.effectiveSize = effectiveSize
    }
  }

  /// Learns from weighted data.
  /// - Parameters:
  ///   - x: N x d, scaled inputs.
  ///   - y: N x C targets. What is not known is NaN, in rows that `sample` leaves out: `apart` takes it for 0, and
  ///     the network leaves it to the regression.
  ///   - sample: what the points count.
  ///   - apart: columns of y whose regression weighs the points in its own way. The network on top
  ///     learns from both samples in halves.
  ///   - axes: orthonormal columns along which the regression bends, d x d; nil for the coordinates.
  /// - Throws: `.badData` for a target that is NaN and weighs, `.numerical` if the regression cannot be solved or training breaks down.
  public mutating func fit(
    _ x: Tensor<Float>, _ y: Tensor<Double>, _ sample: Sample,
    apart: (columns: [Int], sample: Sample)? = nil,
    axes: Tensor<Float>? = nil, using random: inout RandomStream
  ) throws(Failure) {
    if outputCount != y.columns {
      network = nil
      optimizer = Adam(rate: configuration.rate)
    }
    self.axes = axes
    let inputs = along(x)
    let isUnknown = y.entries.map(\.isNaN)
    if let broken = isUnknown.indices.first(where: {
      isUnknown[$0] && sample.weights[$0 / y.columns] > 0
    }) {
      throw Failure(
        .badData, "target \(broken % y.columns) of point \(broken / y.columns) is NaN, and weighs")
    }
    let known = Tensor(y.shape, y.entries.map { $0.isNaN ? 0 : $0 })
    coefficients = try regression(inputs, known, sample)
    var weights = sample.weights
    if let apart {
      let own = try regression(inputs, known, apart.sample)
      for row in 0..<own.rows {
        for column in apart.columns { coefficients[row, column] = own[row, column] }
      }
      weights = zip(weights, apart.sample.weights).map { ($0 + $1) / 2 }
    }
    var residuals = known.converted(to: Float.self)
    residuals.add(quadratic(x), scale: -1)
    let entries = residuals.mutablePointer
    for i in isUnknown.indices where isUnknown[i] { entries[i] = 0 }
    scaleResiduals(&residuals, weights)
    try train(x, residuals, weights, using: &random)
  }

  // MARK: Prediction

  /// The outputs at the rows of x: R x C.
  public func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    var y = quadratic(x)
    if let network { addScaled(network(x), to: &y) }
    return y
  }

  /// The gradient with respect to x of the sum of outputs times `cotangents` (R x C), where
  /// cotangents may depend on the outputs.
  public func gradient(
    at x: Tensor<Float>, cotangents: (_ outputs: Tensor<Float>) -> Tensor<Float>
  ) -> (outputs: Tensor<Float>, gradient: Tensor<Float>) {
    let (d, c) = (x.columns, outputCount)
    let tape = Tape<Float>()
    let input = tape.variable(x)
    let net = network.map { Self.frozen($0)(input) }
    var outputs = quadratic(x)
    if let net { addScaled(net.value, to: &outputs) }
    let g = cotangents(outputs)
    let slopes = coefficients.rows(1..<(1 + d))
    var gradient = g.matmul(slopes, transposeOther: true)
    if configuration.hasCurvature {
      let curvature = g.matmul(coefficients.rows((1 + d)..<(1 + 2 * d)), transposeOther: true)
      gradient.add(curvature * along(x), scale: 2)
    }
    if let axes { gradient = gradient.matmul(axes, transposeOther: true) }
    if let net {
      var weighted = g
      scaleColumns(&weighted, c)
      let total = (net * tape.constant(weighted)).sum()
      gradient.add(tape.gradients(of: total, wrt: [input])[0])
    }
    return (outputs, gradient)
  }

  private static func frozen(_ network: MLP<Float>) -> MLP<Float> {
    var copy = network
    copy.forEachParameter { _, parameter in parameter.isTrained = false }
    return copy
  }

  /// Inputs in the regression's axes.
  private func along(_ x: Tensor<Float>) -> Tensor<Float> { axes.map { x.matmul($0) } ?? x }

  private func quadratic(_ point: Tensor<Float>) -> Tensor<Float> {
    let x = along(point)
    let (n, d, c) = (x.rows, x.columns, coefficients.columns)
    var y = x.matmul(coefficients.rows(1..<(1 + d)))
    let to = y.mutablePointer
    Float.kernels.addRow(n, c, coefficients.pointer, to)
    if configuration.hasCurvature {
      let squares = (x * x).affine(1, -1)
      let curvature = coefficients.rows((1 + d)..<(1 + 2 * d))
      y.add(squares.matmul(curvature))
    }
    return y
  }

  private func addScaled(_ net: Tensor<Float>, to y: inout Tensor<Float>) {
    var scaled = net
    scaleColumns(&scaled, outputCount)
    y.add(scaled)
  }

  private func scaleColumns(_ y: inout Tensor<Float>, _ columns: Int) {
    let rows = y.rows
    let to = y.mutablePointer
    for r in 0..<rows {
      for c in 0..<columns { to[r * columns + c] *= residualScales[c] }
    }
  }

  // MARK: Regression

  /// Solves (F^T W F + ridge) B = F^T W Y over the rows with a weight that counts.
  private func regression(
    _ x: Tensor<Float>, _ y: Tensor<Double>, _ sample: Sample
  ) throws(Failure) -> Tensor<Float> {
    let (weights, effectiveSize) = (sample.weights, sample.effectiveSize)
    let (d, c) = (x.columns, y.columns)
    let p = configuration.hasCurvature ? 1 + 2 * d : 1 + d
    let total = weights.reduce(0, +)
    let largest = weights.max() ?? 0
    let used = weights.indices.filter { weights[$0] > 1e-7 * largest }
    var features = Tensor<Double>(uninitialized: [used.count, p])
    var targets = Tensor<Double>(uninitialized: [used.count, c])
    let (to, targetsTo) = (features.mutablePointer, targets.mutablePointer)
    for (row, i) in used.enumerated() {
      let root = (weights[i] / total * effectiveSize).squareRoot()
      let (out, from) = (to + row * p, x.pointer + i * d)
      out[0] = root
      for k in 0..<d { out[1 + k] = root * Double(from[k]) }
      if configuration.hasCurvature {
        for k in 0..<d { out[1 + d + k] = root * (Double(from[k]) * Double(from[k]) - 1) }
      }
      for k in 0..<c { targetsTo[row * c + k] = root * y[i, k] }
    }
    var gram = Tensor<Double>.zeros([p, p])
    Double.syrk(
      lower: true, transpose: true, p, used.count, 1, features.pointer, p, 0, gram.mutablePointer, p
    )
    let diagonal = gram.mutablePointer
    for k in 0..<p { diagonal[k * p + k] += k == 0 ? 1e-6 : configuration.ridge }
    let factor = try LinearAlgebra.cholesky(gram)
    let right = features.matmul(targets, transposeSelf: true)
    let half = LinearAlgebra.solveLower(factor, right)
    return LinearAlgebra.solveLower(factor, half, transpose: true).converted()
  }

  private mutating func scaleResiduals(_ residuals: inout Tensor<Float>, _ weights: [Double]) {
    let (n, c) = (residuals.rows, residuals.columns)
    var squares = [Double](repeating: 0, count: c)
    let total = weights.reduce(0, +)
    let to = residuals.mutablePointer
    for i in 0..<n {
      for k in 0..<c { squares[k] += weights[i] / total * Double(to[i * c + k] * to[i * c + k]) }
    }
    residualScales = squares.map { Float(max($0.squareRoot(), 1e-6)) }
    for i in 0..<n { for k in 0..<c { to[i * c + k] /= residualScales[k] } }
  }

  // MARK: The network

  private mutating func train(
    _ x: Tensor<Float>, _ residuals: Tensor<Float>, _ weights: [Double],
    using random: inout RandomStream
  ) throws(Failure) {
    let d = x.columns
    let steps = network == nil ? configuration.firstSteps : configuration.laterSteps
    if steps == 0 { return }
    var net =
      network
      ?? MLP(
        [d, configuration.hidden, configuration.hidden, residuals.columns], activation: .gelu,
        using: &random)
    let draws = try WeightedDraws(weights)
    for _ in 0..<steps {
      let rows = draws.draw(configuration.batch, using: &random)
      var batch = x.rows(rows)
      if configuration.inputNoise > 0 {
        batch.add(.normal(batch.shape, using: &random), scale: Float(configuration.inputNoise))
      }
      let tape = Tape<Float>()
      let loss = net(tape.constant(batch)).meanSquaredError(to: residuals.rows(rows))
      try optimizer.step(&net, tape.gradients(of: loss))
    }
    network = net
  }
}
