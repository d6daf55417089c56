import Chemistry
import Core
import Language

/// A molecule in the language: `m.smiles`, `qed(m)`.
///
/// What a search or a file proposes may be no molecule. Such a handle answers `is_valid(m)` with
/// false and gives the reason to whatever else asks, so that a problem either scores it or fails.
final class MoleculeHandle: HostObject {
  /// The SMILES as it was given.
  let source: String
  private let parsed: Result<Molecule, Failure>

  init(_ molecule: Molecule) {
    source = molecule.source
    parsed = .success(molecule)
  }

  /// A text that may be a molecule, or the reason why it is none.
  init(text: String) {
    source = text
    do throws(Failure) {
      parsed = .success(try Molecule(smiles: text))
    } catch {
      parsed = .failure(error)
    }
  }

  /// The molecule.
  /// - Throws: `.badData` with the reason why the text is none.
  func molecule() throws(Failure) -> Molecule { try parsed.get() }

  var isValid: Bool { if case .success = parsed { true } else { false } }

  let typeName = "molecule"
  var summary: String { isValid ? "molecule \(source)" : "no molecule: \(source)" }

  let members = ["smiles", "canonical", "formula"]

  func member(_ name: String) throws -> Value? {
    switch name {
    case "smiles": .string(try molecule().source)
    case "canonical": .string(try molecule().canonical())
    case "formula": .string(try molecule().formula())
    default: nil
    }
  }

  func isEqual(to other: any HostObject) -> Bool {
    guard let other = other as? MoleculeHandle else { return false }
    if source == other.source { return true }
    guard let a = try? molecule().canonical(), let b = try? other.molecule().canonical() else {
      return false
    }
    return a == b
  }
}
