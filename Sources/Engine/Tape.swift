/// A record of operations from which gradients are computed backwards.
///
/// The tape is one flat array, so releasing it cannot overflow the stack however long it is. It
/// belongs to one thread; shards of a batch each have their own.
public final class Tape<Scalar: TensorScalar> {
  /// Computes the gradients of an operation's inputs from those of its outputs; nil stands for zero.
  public typealias Backward = ([Tensor<Scalar>?]) -> [Tensor<Scalar>?]

  private struct Operation {
    let inputs: [Int]
    let outputs: Range<Int>
    var backward: Backward?
  }

  private var values: [Tensor<Scalar>] = []
  private var needsGradient: [Bool] = []
  private var operations: [Operation] = []
  private var parameters: [ParameterID: Int] = [:]

  /// An empty tape.
  public init() {}

  /// A value no gradient flows to.
  public func constant(_ value: Tensor<Scalar>) -> Variable<Scalar> { add(value, false) }

  /// A value whose gradient `gradients(of:wrt:)` can give.
  public func variable(_ value: Tensor<Scalar>) -> Variable<Scalar> { add(value, true) }

  /// A model's parameter; asking again gives the same variable.
  public func parameter(_ parameter: Parameter<Scalar>) -> Variable<Scalar> {
    if let index = parameters[parameter.id] { return Variable(tape: self, index: index) }
    let variable = add(parameter.value, parameter.isTrained)
    parameters[parameter.id] = variable.index
    return variable
  }

  /// Records an operation with one output.
  public func record(
    _ inputs: [Variable<Scalar>], _ output: Tensor<Scalar>,
    backward: @escaping (Tensor<Scalar>) -> [Tensor<Scalar>?]
  ) -> Variable<Scalar> {
    record(inputs, outputs: [output]) { gradients in
      guard let gradient = gradients[0] else {
        return [Tensor<Scalar>?](repeating: nil, count: inputs.count)
      }
      return backward(gradient)
    }[0]
  }

  /// Records an operation. `backward` returns one gradient (or nil for zero) for each input, of the
  /// input's shape; it is called at most once and not at all where no gradient is needed.
  public func record(
    _ inputs: [Variable<Scalar>], outputs: [Tensor<Scalar>], backward: @escaping Backward
  ) -> [Variable<Scalar>] {
    let needed = inputs.contains { needsGradient[$0.index] }
    let first = values.count
    let results = outputs.map { add($0, needed) }
    if needed {
      operations.append(
        Operation(
          inputs: inputs.map(\.index), outputs: first..<values.count, backward: backward))
    }
    return results
  }

  /// True if a gradient flows to the variable: lets an operation skip work.
  public func needsGradient(_ variable: Variable<Scalar>) -> Bool { needsGradient[variable.index] }

  /// Gradients of a scalar with respect to all parameters seen. Uses the tape up.
  public func gradients(of loss: Variable<Scalar>) -> Gradients<Scalar> {
    let all = backpropagate(from: loss)
    var result = Gradients<Scalar>()
    for (id, index) in parameters {
      if let gradient = all[index] { result.set(id, gradient) }
    }
    return result
  }

  /// Gradients of a scalar with respect to these variables. Uses the tape up.
  public func gradients(of loss: Variable<Scalar>, wrt targets: [Variable<Scalar>])
    -> [Tensor<Scalar>]
  {
    let all = backpropagate(from: loss)
    return targets.map { all[$0.index] ?? Tensor.zeros($0.value.shape) }
  }

  private func backpropagate(from loss: Variable<Scalar>) -> [Tensor<Scalar>?] {
    precondition(loss.value.count == 1, "the gradient of a tensor of shape \(loss.value.shape)")
    var gradients = [Tensor<Scalar>?](repeating: nil, count: values.count)
    gradients[loss.index] = Tensor(loss.value.shape, repeating: 1)
    while var operation = operations.popLast() {
      let outputs = operation.outputs.map { index in
        let gradient = gradients[index]
        gradients[index] = nil
        return gradient
      }
      guard outputs.contains(where: { $0 != nil }), let backward = operation.backward else {
        continue
      }
      operation.backward = nil
      let inputs = backward(outputs)
      precondition(inputs.count == operation.inputs.count, "one gradient for each input")
      for (index, gradient) in zip(operation.inputs, inputs) where needsGradient[index] {
        guard let gradient else { continue }
        precondition(
          gradient.count == values[index].count,
          "gradient of shape \(gradient.shape) for a value of shape \(values[index].shape)")
        if gradients[index] == nil {
          gradients[index] = gradient.reshaped(values[index].shape)
        } else {
          gradients[index]!.add(gradient)
        }
      }
    }
    return gradients
  }

  fileprivate func value(_ index: Int) -> Tensor<Scalar> { values[index] }

  private func add(_ value: Tensor<Scalar>, _ needed: Bool) -> Variable<Scalar> {
    values.append(value)
    needsGradient.append(needed)
    return Variable(tape: self, index: values.count - 1)
  }
}

/// A value on a tape.
public struct Variable<Scalar: TensorScalar> {
  /// The tape it stands on.
  public let tape: Tape<Scalar>
  let index: Int

  /// The value itself.
  public var value: Tensor<Scalar> { tape.value(index) }
  /// The value's shape.
  public var shape: Shape { value.shape }
  /// True if a gradient flows to this value.
  public var needsGradient: Bool { tape.needsGradient(self) }
}
