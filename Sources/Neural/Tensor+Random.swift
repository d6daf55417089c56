import Core
import Engine

extension Tensor {
  /// Independent entries, uniform in [low, high).
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public static func uniform(
    _ shape: Shape, _ low: Double, _ high: Double, using random: inout RandomStream
  ) -> Tensor {
    var result = Tensor(uninitialized: shape)
    let to = result.mutablePointer
    for index in 0..<result.count { to[index] = Scalar(random.uniform(low, high)) }
    return result
  }

  /// Independent standard normal entries.
  public static func normal(_ shape: Shape, using random: inout RandomStream) -> Tensor {
    var result = Tensor(uninitialized: shape)
    random.fillNormal(
      UnsafeMutableBufferPointer(start: result.mutablePointer, count: result.count))
    return result
  }
}
