// Elementwise operations: each beside its gradient rule. Shapes of two operands are equal.

extension Variable {
  /// Entrywise sum.
  public static func + (a: Variable, b: Variable) -> Variable {
    a.tape.record([a, b], a.value + b.value) { g in [g, g] }
  }

  /// Entrywise difference.
  public static func - (a: Variable, b: Variable) -> Variable {
    a.tape.record([a, b], a.value - b.value) { g in [g, g.affine(-1, 0)] }
  }

  /// Entrywise product.
  public static func * (a: Variable, b: Variable) -> Variable {
    let (x, y) = (a.value, b.value)
    return a.tape.record([a, b], x * y) { g in [g * y, g * x] }
  }

  /// Entrywise quotient.
  public static func / (a: Variable, b: Variable) -> Variable {
    let (x, y) = (a.value, b.value)
    return a.tape.record([a, b], x / y) { g in
      let gx = g / y
      return [gx, (gx * x / y).affine(-1, 0)]
    }
  }

  /// scale * self + shift.
  public func affine(_ scale: Scalar, _ shift: Scalar) -> Variable {
    tape.record([self], value.affine(scale, shift)) { g in [g.affine(scale, 0)] }
  }

  /// Entrywise negation.
  public static prefix func - (a: Variable) -> Variable { a.affine(-1, 0) }
  /// Every entry times a number.
  public static func * (a: Scalar, b: Variable) -> Variable { b.affine(a, 0) }
  /// Every entry plus a number.
  public static func + (a: Variable, b: Scalar) -> Variable { a.affine(1, b) }
  /// Every entry minus a number.
  public static func - (a: Variable, b: Scalar) -> Variable { a.affine(1, -b) }

  /// Entrywise exponential.
  public func exp() -> Variable {
    let y = value.mapped(Scalar.kernels.exp)
    return tape.record([self], y) { g in [g * y] }
  }

  /// Entrywise natural logarithm.
  public func log() -> Variable {
    let x = value
    return tape.record([self], x.mapped(Scalar.kernels.log)) { g in [g / x] }
  }

  /// Entrywise square root.
  public func sqrt() -> Variable {
    let y = value.mapped(Scalar.kernels.sqrt)
    return tape.record([self], y) { g in [(g / y).affine(0.5, 0)] }
  }

  /// Entrywise square.
  public func squared() -> Variable {
    let x = value
    return tape.record([self], x * x) { g in [(g * x).affine(2, 0)] }
  }

  /// Entrywise logistic function.
  public func sigmoid() -> Variable {
    let y = value.mapped(Scalar.kernels.sigmoid)
    return tape.record([self], y) { g in [g * y * y.affine(-1, 1)] }
  }

  /// log(1 + exp(x)).
  public func softplus() -> Variable {
    let x = value
    return tape.record([self], x.mapped(Scalar.kernels.softplus)) { g in
      [g * x.mapped(Scalar.kernels.sigmoid)]
    }
  }

  /// An activation function, elementwise.
  public func activated(_ activation: Activation) -> Variable {
    if activation == .identity { return self }
    let x = value
    let y = activation.applied(to: x)
    let kept = activation.gradientNeedsOutput ? y : x
    return tape.record([self], y) { g in [activation.gradient(g, kept)] }
  }

  /// Entries below `floor` are raised to it, and pass no gradient.
  public func atLeast(_ floor: Scalar) -> Variable { (self - floor).activated(.relu) + floor }
}

/// Activation functions of layers.
public enum Activation: Int32, Sendable, CaseIterable {
  case identity, relu
  /// x Phi(x), exact (not the tanh approximation).
  case gelu
  /// x sigmoid(x), also called SiLU.
  case swish
  case tanh

  /// Whether the derivative is written in terms of the output rather than the input.
  var gradientNeedsOutput: Bool { self == .tanh || self == .relu }

  /// The function of every entry.
  public func applied<Scalar: TensorScalar>(to x: Tensor<Scalar>) -> Tensor<Scalar> {
    var y = Tensor<Scalar>(uninitialized: x.shape)
    Scalar.kernels.activate(rawValue, x.count, x.pointer, y.mutablePointer)
    return y
  }

  func gradient<Scalar: TensorScalar>(_ g: Tensor<Scalar>, _ kept: Tensor<Scalar>)
    -> Tensor<Scalar>
  {
    var dx = Tensor<Scalar>(uninitialized: g.shape)
    Scalar.kernels.activateGradient(
      rawValue, g.count, kept.pointer, g.pointer, dx.mutablePointer)
    return dx
  }
}

extension Variable {
  /// Zeroes each entry with this probability and scales the others up, so that the mean stays; the
  /// mask is a pure function of `key`.
  public func dropout(_ probability: Double, key: UInt64) -> Variable {
    func masked(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
      var y = Tensor<Scalar>(uninitialized: x.shape)
      Scalar.kernels.dropout(x.count, key, probability, x.pointer, y.mutablePointer)
      return y
    }
    return tape.record([self], masked(value)) { g in [masked(g)] }
  }

  /// Each row of a matrix divided by its Euclidean norm.
  public func normalizingRows() -> Variable {
    let x = value
    let norms = LinearAlgebra.rowSquares(x).mapped(Scalar.kernels.sqrt)
    let y = x.scalingRows(by: norms, inverse: true)
    return tape.record([self], y) { g in
      // dx = (g - y (g.y)) / |x|
      var dots = Tensor<Scalar>.zeros([x.rows])
      let product = g * y
      Scalar.kernels.sumColumns(x.rows, x.columns, product.pointer, dots.mutablePointer)
      return [(g - y.scalingRows(by: dots)).scalingRows(by: norms, inverse: true)]
    }
  }
}

extension Tensor {
  /// Each row of a matrix times (or divided by) its entry of `factors`.
  func scalingRows(by factors: Tensor, inverse: Bool = false) -> Tensor {
    var y = Tensor(uninitialized: shape)
    let to = y.mutablePointer
    for r in 0..<rows {
      let factor = inverse ? 1 / factors[r] : factors[r]
      Scalar.kernels.affine(columns, factor, 0, pointer + r * columns, to + r * columns)
    }
    return y
  }
}
