import Core
import Foundation

/// How hard a molecule is to make, from 1 (easy) to 10 (hard): how common its fragments are among
/// known compounds, corrected for size and complexity (Ertl and Schuffenhauer, J. Cheminf. 1, 2009,
/// 8), in the form of RDKit's contributed program.
public enum SyntheticAccessibility {
  /// The score of a molecule.
  /// - Throws: `.badFile` if the table of fragment scores cannot be found or read.
  public static func score(_ molecule: Molecule) throws(Failure) -> Double {
    let table = try FragmentScores.shared.get()
    let fingerprint = try molecule.fingerprint(.ecfp4)
    var fragments = 0.0
    for (id, count) in zip(fingerprint.identifiers, fingerprint.counts) {
      fragments += table[UInt32(truncatingIfNeeded: id)] * Double(count)
    }
    fragments /= Double(fingerprint.total)
    let atoms = try molecule.rdkit.value(.graphAtoms)
    let raw = fragments - (try complexity(molecule, atoms: atoms))
    let density = symmetry(atoms: atoms, kinds: Double(fingerprint.identifiers.count))
    return scaled(raw + density)
  }

  /// Penalty for size, stereocentres, spiro and bridgehead atoms and macrocycles.
  private static func complexity(_ molecule: Molecule, atoms: Double) throws(Failure) -> Double {
    let mol = molecule.rdkit
    var penalty = pow(atoms, 1.005) - atoms
    penalty += log10(try mol.value(.stereocenters) + 1)
    penalty += log10(try mol.value(.spiroAtoms) + 1)
    penalty += log10(try mol.value(.bridgeheadAtoms) + 1)
    if try mol.value(.largestRing) > 8 { penalty += log10(2) }
    return penalty
  }

  /// Credit for molecules that repeat themselves.
  private static func symmetry(atoms: Double, kinds: Double) -> Double {
    atoms > kinds ? 0.5 * log(atoms / kinds) : 0
  }

  /// From the range of raw scores, -4 to 2.5, to 10 to 1, smoothed at the hard end.
  private static func scaled(_ raw: Double) -> Double {
    let (low, high) = (-4.0, 2.5)
    var score = 11 - (raw - low + 1) / (high - low) * 9
    if score > 8 { score = 8 + log(score - 8) }
    return min(max(score, 1), 10)
  }
}
