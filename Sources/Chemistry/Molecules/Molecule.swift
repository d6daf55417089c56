import Core
import Synchronization

/// A molecule, parsed once from SMILES. Properties are computed when asked for.
///
/// A value may be used from any thread; work on one molecule waits for other work on it, work on
/// different molecules runs at the same time.
public final class Molecule: Sendable {
  /// The SMILES it was made from.
  public let source: String
  let rdkit: RDKitMolecule
  private let fingerprints = Mutex<[FingerprintKind: CountVector]>([:])

  /// Longer texts are refused: RDKit's time to parse grows with the cube of a chain's length (1.6 s
  /// for 1,000 carbon atoms), and it walks along a molecule recursively.
  static let longestSMILES = 2_000

  /// Parses and checks a molecule (valences, aromaticity); explicit hydrogens are merged into
  /// their atoms, blanks around the text are ignored.
  /// - Throws: `.badData` with the reason: where the syntax is broken, which atom makes too many
  ///   bonds, which atoms cannot be aromatic; `.unsupported` in a build without RDKit.
  public init(smiles: String) throws(Failure) {
    let text = Molecule.trimmed(smiles)
    try Molecule.check(text)
    source = text
    do throws(Failure) {
      rdkit = try RDKitMolecule(smiles: text)
    } catch {
      if error.kind != .badData { throw error }
      let reason = error.message.isEmpty ? Molecule.syntaxProblem(text) : error.message
      throw Failure(.badData, "\(quoted(text)) is not a valid molecule: \(reason)")
    }
  }

  /// Canonical SMILES: the same text for every way to write the molecule.
  /// - Parameter isomeric: keep stereochemistry and isotopes.
  public func canonical(isomeric: Bool = true) throws(Failure) -> String {
    try rdkit.smiles(isomeric: isomeric)
  }

  /// The Hill formula, for example `C9H8O4`.
  public func formula() throws(Failure) -> String { try rdkit.formula() }

  /// The fingerprint of this kind; computed once.
  public func fingerprint(_ kind: FingerprintKind) throws(Failure) -> CountVector {
    if let known = fingerprints.withLock({ $0[kind] }) { return known }
    let computed = try kind.compute(self)
    fingerprints.withLock { $0[kind] = computed }
    return computed
  }

  /// Tanimoto similarity of two molecules' fingerprints, from 0 to 1; 0 where both have no feature, as
  /// in RDKit.
  public func similarity(
    to other: Molecule, kind: FingerprintKind = .ecfp4
  ) throws(Failure) -> Double {
    try fingerprint(kind).tanimoto(try other.fingerprint(kind), empty: 0)
  }

  /// Whether the pattern occurs in the molecule.
  public func matches(_ pattern: SMARTSPattern) throws(Failure) -> Bool {
    try rdkit.matchCount(pattern.rdkit, limit: 1) > 0
  }

  /// How often the pattern occurs, counting each set of atoms once.
  public func matchCount(_ pattern: SMARTSPattern, limit: Int = 1_000) throws(Failure) -> Int {
    try rdkit.matchCount(pattern.rdkit, limit: limit)
  }

  // MARK: Reading SMILES

  private static func trimmed(_ text: String) -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
    if let first = text.first, let last = text.last, !isBlank(first), !isBlank(last) {
      return text
    }
    let start = text.drop(while: isBlank)
    guard let end = start.lastIndex(where: { !isBlank($0) }) else { return "" }
    return String(start[...end])
  }

  private static func check(_ text: String) throws(Failure) {
    if text.isEmpty { throw Failure(.badData, "the SMILES is empty") }
    if text.utf8.count > longestSMILES {
      throw Failure(
        .badData,
        "a SMILES of \(text.utf8.count) characters is too long: at most \(longestSMILES) are read")
    }
    if let place = text.utf8.firstIndex(where: { $0 <= 32 || $0 >= 127 }) {
      let position = text.utf8.distance(from: text.utf8.startIndex, to: place) + 1
      throw Failure(
        .badData,
        "\(quoted(text)) is not a valid molecule: unexpected character (position \(position))")
    }
  }

  /// RDKit's parser does not say where it gave up; the room's own usually can.
  private static func syntaxProblem(_ smiles: String) -> String {
    var text = smiles
    return text.withUTF8 { bytes in
      do throws(SMILESProblem) {
        _ = try SMILESParser.parse(bytes)
        return "its syntax is not that of SMILES"
      } catch {
        return "\(error.reason) (position \(error.position + 1))"
      }
    }
  }
}

private func quoted(_ text: String) -> String {
  var text = text
  return text.withUTF8 { quoted($0) }
}
