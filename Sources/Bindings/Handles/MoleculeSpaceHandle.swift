import Core
import Language

/// All molecules: the space of a problem that is to score molecules, whichever they are and wherever
/// they come from. No method searches it.
final class MoleculeSpaceHandle: HostObject {
  let typeName = "space of molecules"
  let summary = "all molecules"

  /// A molecule, or a text that may be one.
  func candidate(_ value: Value) throws(Failure) -> Value {
    try Self.candidate(value)
  }

  /// A candidate of any space of molecules as bodies of problems receive it.
  static func candidate(_ value: Value) throws(Failure) -> Value {
    switch value {
    case .string(let text): return .host(MoleculeHandle(text: text))
    case .host(is MoleculeHandle): return value
    default:
      throw Failure(.badArgument, "a candidate is a molecule or a SMILES, not \(value.phrase)")
    }
  }

  func isEqual(to other: any HostObject) -> Bool { other is MoleculeSpaceHandle }
}
