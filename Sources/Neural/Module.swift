import Core
import Engine

/// A model or a part of one: a struct whose trained tensors can be listed by path.
///
/// Copies are snapshots. A module that holds others lists them with
/// `layer.forEachParameter(under: "layer", body)`.
public protocol Module: Sendable {
  /// The number type of the parameters.
  associatedtype Scalar: TensorScalar

  /// Calls `body` with every parameter and its path (as "layers.0.weight"), always in the same
  /// order; no path appears twice.
  mutating func forEachParameter(
    _ body: (_ path: String, _ parameter: inout Parameter<Scalar>) -> Void)
}

extension Module {
  /// Lists the parameters as those of a part named `prefix`.
  public mutating func forEachParameter(
    under prefix: String, _ body: (_ path: String, _ parameter: inout Parameter<Scalar>) -> Void
  ) {
    forEachParameter { path, parameter in body("\(prefix).\(path)", &parameter) }
  }

  /// Paths and values of all parameters, in order.
  public var parameters: [(path: String, value: Tensor<Scalar>)] {
    var copy = self
    var result: [(path: String, value: Tensor<Scalar>)] = []
    copy.forEachParameter { path, parameter in result.append((path, parameter.value)) }
    return result
  }

  /// Numbers in all parameters.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.value.count } }

  /// True if no parameter is NaN or infinite.
  public var isFinite: Bool { parameters.allSatisfy { $0.value.isFinite } }

  /// Replaces the value of every parameter.
  /// - Parameters:
  ///   - values: one tensor for each path, of the parameter's shape.
  ///   - source: where they come from, for messages, e.g. the file's name.
  /// - Throws: `.badData` that names the first path missing, left over, of another shape or not finite; the
  ///   module is then unchanged.
  public mutating func load(
    _ values: [String: Tensor<Scalar>], from source: String
  ) throws(Failure) {
    let mine = parameters
    for (path, value) in mine {
      guard let given = values[path] else {
        throw Failure(
          .badData, "\(source) has no tensor `\(path)`, which this model needs",
          advice: "load it into a model of the kind and size it was saved from")
      }
      guard given.shape == value.shape else {
        throw Failure(
          .badData,
          "the tensor `\(path)` in \(source) is \(Self.phrase(given.shape)), this model's is "
            + Self.phrase(value.shape),
          advice: "load it into a model of the size it was saved from")
      }
      guard given.isFinite else {
        throw Failure(
          .badData, "the tensor `\(path)` in \(source) holds NaN or infinity",
          advice: "its training broke down, or the file is damaged: take an earlier one")
      }
    }
    if values.count > mine.count {
      let extra = Set(values.keys).subtracting(mine.map(\.path)).min() ?? ""
      throw Failure(
        .badData, "\(source) has a tensor `\(extra)`, which this model does not have",
        advice: "load it into a model of the kind and size it was saved from")
    }
    forEachParameter { path, parameter in
      if let value = values[path] { parameter.value = value }
    }
  }

  private static func phrase(_ shape: Shape) -> String {
    shape.rank == 0 ? "a single number" : shape.description
  }
}
