import Synchronization

/// What a gradient belongs to. Copies of a parameter (a snapshot, an ensemble member) keep it.
public struct ParameterID: Hashable, Sendable, Comparable {
  let value: Int
  private static let counter = Atomic<Int>(0)

  static func next() -> ParameterID {
    ParameterID(value: counter.add(1, ordering: .relaxed).newValue)
  }

  /// By order of creation.
  public static func < (a: ParameterID, b: ParameterID) -> Bool { a.value < b.value }
}

/// A trained tensor of a model; a value, like the model it is part of.
public struct Parameter<Scalar: TensorScalar>: Sendable {
  /// The trained numbers.
  public var value: Tensor<Scalar>
  /// What gradients name it by.
  public let id: ParameterID
  /// False for parameters that are kept as they are (a fixed embedding).
  public var isTrained: Bool

  /// A new parameter with an identity of its own.
  public init(_ value: Tensor<Scalar>, isTrained: Bool = true) {
    self.value = value
    self.id = .next()
    self.isTrained = isTrained
  }
}

/// Gradients of a loss by parameter; parameters that do not appear have none.
public struct Gradients<Scalar: TensorScalar>: Sendable {
  private var values: [ParameterID: Tensor<Scalar>] = [:]

  /// No gradients.
  public init() {}

  /// The gradient of a parameter, if it has one.
  public subscript(_ parameter: Parameter<Scalar>) -> Tensor<Scalar>? { values[parameter.id] }

  mutating func set(_ id: ParameterID, _ gradient: Tensor<Scalar>) { values[id] = gradient }

  /// Adds the gradients of another shard.
  public mutating func add(_ other: Gradients) {
    for (id, gradient) in other.values {
      // Taken out and put back, so that the sum happens in place.
      if var mine = values.removeValue(forKey: id) {
        mine.add(gradient)
        values[id] = mine
      } else {
        values[id] = gradient
      }
    }
  }
}
