import Core
import Engine

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The optimizer Adam (Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015,
/// algorithm 1), with the gradient clipped to a norm if asked for.
///
/// Moments belong to parameters by path, so one `Adam` trains one model and its copies. A parameter
/// that has no gradient in a step, or is not trained, keeps its value and its moments.
public struct Adam<Scalar: TensorScalar>: Sendable {
  /// Step size; may change between steps.
  public var rate: Double
  /// Decay of the mean of gradients.
  public var beta1: Double
  /// Decay of the mean of squared gradients.
  public var beta2: Double
  /// Added to the root of the mean square.
  public var epsilon: Double
  /// Gradients whose norm over all parameters is larger are scaled down to it.
  public var maxNorm: Double?

  struct Moments: Sendable {
    var path: String
    /// Steps this parameter has made.
    var steps = 0
    var mean: Tensor<Scalar>
    var square: Tensor<Scalar>
  }
  /// In the model's order.
  var moments: [Moments] = []

  /// An optimizer that has made no step. The defaults are those of the paper.
  public init(
    rate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    maxNorm: Double? = nil
  ) {
    self.rate = rate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.maxNorm = maxNorm
  }

  /// Moves the model one step against the gradient.
  /// - Returns: the gradient's Euclidean norm over all trained parameters, before clipping, summed in
  ///   Float64 in the model's order.
  /// - Throws: `.numerical` if the norm is not finite; model and moments are then unchanged.
  @discardableResult
  public mutating func step<M: Module>(
    _ model: inout M, _ gradients: Gradients<Scalar>
  ) throws(Failure) -> Double where M.Scalar == Scalar {
    prepare(for: &model)
    var squares = 0.0
    model.forEachParameter { _, parameter in
      guard parameter.isTrained, let gradient = gradients[parameter] else { return }
      let pieces = Parallel.ranges(gradient.count, by: 1 << 15)
      let sums = Parallel.map(pieces.count) { p in
        Scalar.kernels.sumOfSquares(pieces[p].count, gradient.pointer + pieces[p].lowerBound)
      }
      squares += sums.reduce(0, +)
    }
    let norm = squares.squareRoot()
    guard norm.isFinite else {
      throw Failure(
        .numerical, "training broke down: the gradient is not finite",
        advice: "lower the learning rate, or check the data for extreme values")
    }
    // The 1e-6 is PyTorch's (`clip_grad_norm_`), so that runs can be compared.
    let scale = maxNorm.map { min(1, $0 / (norm + 1e-6)) } ?? 1
    let optimizer = (rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
    var index = 0
    var moments = self.moments
    self.moments = []  // so that the tensors below have one owner and change in place
    model.forEachParameter { _, parameter in
      defer { index += 1 }
      guard parameter.isTrained, let gradient = gradients[parameter] else { return }
      moments[index].steps += 1
      let steps = Double(moments[index].steps)
      let correction1 = 1 - pow(optimizer.beta1, steps)
      let correction2 = (1 - pow(optimizer.beta2, steps)).squareRoot()
      // rate m^ / (sqrt(v^) + epsilon) with the bias corrections drawn out of the loop.
      let (values, mean, square) = (
        MatrixView(&parameter.value), MatrixView(&moments[index].mean),
        MatrixView(&moments[index].square)
      )
      // Large parameters are bound by memory, which one core alone does not exhaust.
      let pieces = Parallel.ranges(gradient.count, by: 1 << 15)
      Parallel.forEach(pieces.count) { p in
        let (start, count) = (pieces[p].lowerBound, pieces[p].count)
        Scalar.kernels.adam(
          count, values.base + start, mean.base + start, square.base + start,
          gradient.pointer + start, scale, optimizer.rate * correction2 / correction1,
          optimizer.beta1, optimizer.beta2, optimizer.epsilon * correction2)
      }
    }
    self.moments = moments
    return norm
  }

  /// Gives every parameter moments of its shape, at the first step; later it checks that the model
  /// is still the same.
  private mutating func prepare<M: Module>(for model: inout M) where M.Scalar == Scalar {
    var fresh: [Moments] = []
    var index = 0
    let known = moments
    model.forEachParameter { path, parameter in
      if known.isEmpty {
        let zeros = Tensor<Scalar>.zeros(parameter.value.shape)
        fresh.append(Moments(path: path, mean: zeros, square: zeros))
      } else {
        precondition(
          index < known.count && known[index].path == path
            && known[index].mean.shape == parameter.value.shape,
          "this optimizer trains another model: no parameter \(path) at place \(index)")
      }
      index += 1
    }
    if known.isEmpty { moments = fresh }
  }
}
