import Core
import Language
import Optimization

/// A box of coordinates in the language.
final class BoxHandle: HostObject {
  let space: BoxSpace

  init(_ space: BoxSpace) { self.space = space }

  let typeName = "box"

  var summary: String {
    let (low, high, d) = (space.low, space.high, space.dimension)
    let uniform = low.allSatisfy { $0 == low[0] } && high.allSatisfy { $0 == high[0] }
    let bounds =
      uniform
      ? "from \(Format.short(low[0])) to \(Format.short(high[0]))"
      : "from \(Format.short(low.min()!)) to \(Format.short(high.max()!)), bounds by coordinate"
    return "box of \(d) coordinate\(d == 1 ? "" : "s") \(bounds)"
  }

  let members = ["dim", "low", "high"]

  func member(_ name: String) throws -> Value? {
    switch name {
    case "dim": .number(Double(space.dimension))
    case "low": .vector(space.low)
    case "high": .vector(space.high)
    default: nil
    }
  }

  /// A vector or list of numbers of the box's dimension; it may lie outside the bounds, as points
  /// tried by hand do.
  func candidate(_ value: Value) throws(Failure) -> Value {
    guard let numbers = value.numbers else {
      throw Failure(
        .badArgument,
        "a candidate is a vector of \(space.dimension) numbers, not \(value.phrase)")
    }
    guard numbers.count == space.dimension else {
      throw Failure(
        .badArgument,
        "a candidate is a vector of \(space.dimension) numbers, not of \(numbers.count)")
    }
    return .vector(numbers)
  }

  func isEqual(to other: any HostObject) -> Bool {
    (other as? BoxHandle)?.space == space
  }
}
