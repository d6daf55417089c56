import Core
import Engine

/// What an interrupted training needs to go on bit for bit.
extension Adam {
  /// The optimizer's memory in the form a checkpoint stores.
  public struct State: Sendable {
    /// For each path `p`, the moments as "p.mean" and "p.square".
    public var tensors: [String: Tensor<Scalar>]
    /// Steps made, by path.
    public var steps: [String: Int]

    /// A state from its stored parts.
    public init(tensors: [String: Tensor<Scalar>], steps: [String: Int]) {
      self.tensors = tensors
      self.steps = steps
    }
  }

  /// The memory so far; empty before the first step.
  public var state: State {
    var state = State(tensors: [:], steps: [:])
    for entry in moments {
      state.tensors["\(entry.path).mean"] = entry.mean
      state.tensors["\(entry.path).square"] = entry.square
      state.steps[entry.path] = entry.steps
    }
    return state
  }

  /// Goes on from a stored state, for this model.
  /// - Throws: `.badData` that names the first path missing, left over or of another shape; the
  ///   optimizer is then unchanged.
  public mutating func restore<M: Module>(
    _ state: State, for model: M, from source: String
  ) throws(Failure) where M.Scalar == Scalar {
    if state.steps.isEmpty, state.tensors.isEmpty {
      moments = []
      return
    }
    var restored: [Moments] = []
    for (path, value) in model.parameters {
      guard let steps = state.steps[path], steps >= 0,
        let mean = state.tensors["\(path).mean"], let square = state.tensors["\(path).square"],
        mean.shape == value.shape, square.shape == value.shape
      else {
        throw Failure(
          .badData, "\(source) has no optimizer state that fits the parameter `\(path)`",
          advice: "load it into a model of the kind and size it was saved from")
      }
      restored.append(Moments(path: path, steps: steps, mean: mean, square: square))
    }
    guard restored.count == state.steps.count, 2 * restored.count == state.tensors.count else {
      let extra = Set(state.steps.keys).subtracting(restored.map(\.path)).min() ?? "?"
      throw Failure(
        .badData, "\(source) has optimizer state for `\(extra)`, which this model does not have",
        advice: "load it into a model of the kind and size it was saved from")
    }
    moments = restored
  }
}
