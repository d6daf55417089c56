import Chemistry
import Core
import Language

/// A molecule in the language: `m.smiles`, `qed(m)`.
final class MoleculeHandle: HostObject {
  let molecule: Molecule

  init(_ molecule: Molecule) { self.molecule = molecule }

  let typeName = "molecule"
  var summary: String { "molecule \(molecule.source)" }

  let members = ["smiles", "canonical", "formula"]

  func member(_ name: String) throws -> Value? {
    switch name {
    case "smiles": .string(molecule.source)
    case "canonical": .string(try molecule.canonical())
    case "formula": .string(try molecule.formula())
    default: nil
    }
  }

  func isEqual(to other: any HostObject) -> Bool {
    guard let other = other as? MoleculeHandle else { return false }
    if molecule.source == other.molecule.source { return true }
    guard let a = try? molecule.canonical(), let b = try? other.molecule.canonical() else {
      return false
    }
    return a == b
  }
}
