import Core
import Language
import Oracles

/// A random orthogonal matrix in the language.
final class RotationHandle: HostObject {
  let rotation: RandomRotation

  init(_ rotation: RandomRotation) { self.rotation = rotation }

  let typeName = "rotation"
  var summary: String { "rotation of \(rotation.dimension) coordinates, seed \(rotation.seed)" }
  let members = ["dim", "seed"]

  func member(_ name: String) throws -> Value? {
    switch name {
    case "dim": .number(Double(rotation.dimension))
    case "seed": .number(Double(rotation.seed))
    default: nil
    }
  }

  func isEqual(to other: any HostObject) -> Bool {
    (other as? RotationHandle)?.rotation == rotation
  }
}
