import Core
import Engine
import Neural

/// The hidden flow of a block (NF-BO section 4.2; Ziegler and Rush 2019): C coupling layers on a
/// token's F entries, given the token's context.
///
/// Layer c keeps one half of the entries and transforms the other by NLSq, whose parameters an MLP
/// computes from [kept half, context]. Vectors are feature-major (F x N, N = tokens in all), so that
/// halves are contiguous and elementwise kernels run along N; contexts are token-major (N x H).
///
/// The first layer's weights on the context are kept in one matrix for all C layers: one product.
struct CouplingStack<Scalar: TensorScalar>: Module {
  let half: Int
  let hidden: Int
  let couplings: Int
  let units: Int
  let hiddenLayers: Int
  /// True where the first layer keeps the upper half (block k counted from 0, k odd).
  let startsReversed: Bool

  /// (C U) x H: first layers' weights on the context.
  var contextWeight: Parameter<Scalar>
  /// (C U) x F/2: first layers' weights on the kept half.
  var keptWeight: Parameter<Scalar>
  /// (C U): first layers' biases.
  var firstBias: Parameter<Scalar>
  /// ((M - 1) C U) x U and ((M - 1) C U): the further hidden layers, layer by layer of the MLP.
  var hiddenWeight: Parameter<Scalar>
  var hiddenBias: Parameter<Scalar>
  /// (C 5 F/2) x U and (C 5 F/2): outputs, in planes a, p1, p2, p3, f of F/2 rows each.
  var outputWeight: Parameter<Scalar>
  var outputBias: Parameter<Scalar>

  init(_ c: SeqFlowConfiguration, block: Int, using random: inout RandomStream) {
    half = c.half
    hidden = c.hidden
    couplings = c.couplings
    units = c.couplingUnits
    hiddenLayers = c.couplingHiddenLayers
    startsReversed = block % 2 == 1
    // PyTorch's default: uniform within 1 / sqrt(inputs), weights and biases.
    func draw(_ shape: Shape, inputs: Int) -> Parameter<Scalar> {
      let bound = 1 / Double(inputs).squareRoot()
      return Parameter(
        Tensor(shape, (0..<shape.count).map { _ in Scalar(random.uniform(-bound, bound)) }))
    }
    let (cu, inputs) = (couplings * units, half + hidden)
    contextWeight = draw([cu, hidden], inputs: inputs)
    keptWeight = draw([cu, half], inputs: inputs)
    firstBias = draw([cu], inputs: inputs)
    hiddenWeight = draw([(hiddenLayers - 1) * cu, units], inputs: units)
    hiddenBias = draw([(hiddenLayers - 1) * cu], inputs: units)
    outputWeight = draw([couplings * 5 * half, units], inputs: units)
    outputBias = draw([couplings * 5 * half], inputs: units)
  }

  mutating func forEachParameter(_ body: (String, inout Parameter<Scalar>) -> Void) {
    body("context_weight", &contextWeight)
    body("kept_weight", &keptWeight)
    body("first_bias", &firstBias)
    body("hidden_weight", &hiddenWeight)
    body("hidden_bias", &hiddenBias)
    body("output_weight", &outputWeight)
    body("output_bias", &outputBias)
  }

  /// The row at which the kept and the transformed half of layer c start.
  func halves(_ c: Int) -> (kept: Int, transformed: Int) {
    (c % 2 == 1) != startsReversed ? (half, 0) : (0, half)
  }
}

extension CouplingStack {
  /// What the gradient needs of a forward pass, per coupling layer.
  struct Saved {
    /// Hidden activations of the MLP, M of U x N.
    var activations: [Tensor<Scalar>]
    /// The five planes of NLSq's parameters, 5 F/2 x N.
    var parameters: Tensor<Scalar>
    /// The transformed half before the layer, F/2 x N.
    var input: Tensor<Scalar>
  }

  typealias P = UnsafeMutablePointer<Scalar>

  /// (C U) x N: the first layers' products with the context, before bias.
  func contextProducts(_ context: UnsafePointer<Scalar>, _ n: Int, into products: P) {
    let weight = contextWeight.value
    Scalar.gemm(
      false, true, couplings * units, n, hidden, 1, weight.pointer, hidden, context, hidden, 0,
      products, n)
  }

  /// The MLP of layer c: `products` (its U x N slice of the context products) becomes the first
  /// activation; further activations and the five parameter planes are written.
  func network(
    _ c: Int, kept: UnsafePointer<Scalar>, _ n: Int, first: P, further: [P], parameters: P
  ) {
    let keptWeight = keptWeight.value
    let firstBias = firstBias.value
    let hiddenWeight = hiddenWeight.value
    let hiddenBias = hiddenBias.value
    let outputWeight = outputWeight.value
    let outputBias = outputBias.value
    let k = Scalar.kernels
    Scalar.gemm(
      false, false, units, n, half, 1, keptWeight.pointer + c * units * half, half, kept, n, 1,
      first, n)
    k.biasRelu(units, n, firstBias.pointer + c * units, first)
    var previous = UnsafePointer(first)
    for (m, next) in further.enumerated() {
      let row = (m * couplings + c) * units
      Scalar.gemm(
        false, false, units, n, units, 1, hiddenWeight.pointer + row * units, units, previous, n,
        0, next, n)
      k.biasRelu(units, n, hiddenBias.pointer + row, next)
      previous = UnsafePointer(next)
    }
    let row = c * 5 * half
    Scalar.gemm(
      false, false, 5 * half, n, units, 1, outputWeight.pointer + row * units, units, previous, n,
      0, parameters, n)
    k.addColumn(5 * half, n, outputBias.pointer + row, parameters)
  }

  /// Density direction in place of v (F x N): returns log|dz/dv| per token, [N].
  /// `save` receives what the gradient needs, layer by layer.
  func forward(
    _ v: inout Tensor<Scalar>, context: Tensor<Scalar>, save: ((Saved) -> Void)? = nil
  ) -> Tensor<Scalar> {
    let n = v.columns
    var products = Tensor<Scalar>(uninitialized: [couplings * units, n])
    contextProducts(context.pointer, n, into: products.mutablePointer)
    var logDet = Tensor<Scalar>.zeros([n])
    let vp = v.mutablePointer
    var scratch = (0..<hiddenLayers - 1).map { _ in Tensor<Scalar>(uninitialized: [units, n]) }
    var parameters = Tensor<Scalar>(uninitialized: [5 * half, n])
    for c in 0..<couplings {
      let (kept, transformed) = halves(c)
      let target = vp + transformed * n
      if save != nil {
        // Buffers of their own: the gradient keeps them.
        scratch = (0..<hiddenLayers - 1).map { _ in Tensor(uninitialized: [units, n]) }
        parameters = Tensor(uninitialized: [5 * half, n])
      }
      let first = products.mutablePointer + c * units * n
      let further = scratch.indices.map { scratch[$0].mutablePointer }
      network(
        c, kept: vp + kept * n, n, first: first, further: further,
        parameters: parameters.mutablePointer)
      if let save {
        var input = Tensor<Scalar>(uninitialized: [half, n])
        input.mutablePointer.update(from: target, count: half * n)
        save(
          Saved(
            activations: [products.rows(c * units..<(c + 1) * units)] + scratch,
            parameters: parameters, input: input))
      }
      Scalar.kernels.nlsq(half, n, parameters.pointer, target, target, logDet.mutablePointer)
    }
    return logDet
  }

  /// Generation direction in place of v (F x n, contiguous) for tokens whose context products are
  /// given; `workspace` is reused from call to call.
  func inverse(_ v: P, _ n: Int, products: P, workspace: inout CouplingWorkspace<Scalar>) {
    for c in (0..<couplings).reversed() {
      let (kept, transformed) = halves(c)
      let further = workspace.activations.indices.map { workspace.activations[$0].mutablePointer }
      let parameters = workspace.parameters.mutablePointer
      network(
        c, kept: v + kept * n, n, first: products + c * units * n, further: further,
        parameters: parameters)
      let target = v + transformed * n
      Scalar.kernels.nlsqInverse(half, n, parameters, target, target, nil)
    }
  }
}

/// Buffers for generation, for up to `rows` sequences at a time.
struct CouplingWorkspace<Scalar: TensorScalar> {
  var activations: [Tensor<Scalar>]
  var parameters: Tensor<Scalar>
  var products: Tensor<Scalar>

  init(_ stack: CouplingStack<Scalar>, rows: Int) {
    activations = (0..<stack.hiddenLayers - 1).map { _ in
      Tensor(uninitialized: [stack.units, rows])
    }
    parameters = Tensor(uninitialized: [5 * stack.half, rows])
    products = Tensor(uninitialized: [stack.couplings * stack.units, rows])
  }
}
