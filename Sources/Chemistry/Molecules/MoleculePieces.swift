import Core

/// A molecule with one bond left open, as a SMILES that begins at that bond's atom.
public struct MoleculePiece: Sendable, Equatable {
  /// The atom at the open bond as SMILES writes it, with a hydrogen fewer than it had if the bond was
  /// one to a hydrogen.
  let atom: String
  /// The rest of the SMILES.
  let rest: String

  /// What two pieces become when their open bonds are one: a SMILES, of a molecule that may or may not be
  /// valid.
  public func joined(to other: MoleculePiece) -> String {
    // The highest number of a ring bond, which no piece uses by itself.
    "\(atom)%99\(rest).\(other.atom)%99\(other.rest)"
  }

  /// What the piece becomes when its open bond is one to a hydrogen.
  public var capped: String { "\(HeadAtom(atom).with(hydrogens: 1))\(rest)" }
}

/// The pieces of a molecule: what is left of it at the open bond when an acyclic single bond is cut, or a
/// hydrogen taken away.
public struct MoleculePieces: Sendable, Equatable {
  /// Both sides of every acyclic single bond between atoms other than hydrogen.
  public private(set) var sides: [MoleculePiece] = []
  /// The molecule without one hydrogen, for each atom that has any.
  public private(set) var open: [MoleculePiece] = []

  /// - Throws: `.unsupported` in a build without RDKit.
  public init(_ molecule: Molecule) throws(Failure) {
    for line in try molecule.rdkit.pieces().split(separator: "\n") {
      var text = line.dropFirst()
      // A side begins with what stands for the other one, and perhaps the bond to it.
      let isSide = line.first == "s"
      if isSide {
        guard text.first == "*" else { continue }
        text = text.dropFirst()
        if let bond = text.first, "-/\\".contains(bond) { text = text.dropFirst() }
      }
      guard let end = HeadAtom.end(of: text) else { continue }
      let head = HeadAtom(String(text[..<end]))
      let piece = MoleculePiece(
        atom: isSide ? head.text : head.with(hydrogens: -1), rest: String(text[end...]))
      if isSide { sides.append(piece) } else { open.append(piece) }
    }
  }
}

/// The first atom of a SMILES.
private struct HeadAtom {
  let text: String

  /// The atom without its handedness, which lost its meaning with a bond.
  init(_ text: String) { self.text = text.filter { $0 != "@" } }

  /// Where the first atom of a text ends; nil if there is none.
  static func end(of text: Substring) -> String.Index? {
    guard let first = text.first else { return nil }
    if first == "[" { return text.firstIndex(of: "]").map { text.index(after: $0) } }
    let length = text.hasPrefix("Cl") || text.hasPrefix("Br") ? 2 : 1
    return text.index(text.startIndex, offsetBy: length)
  }

  /// The atom with more or fewer hydrogens. What SMILES writes without brackets takes as many as its bonds
  /// leave, except aromatic nitrogen and phosphorus.
  func with(hydrogens more: Int) -> String {
    guard text.hasPrefix("[") else {
      return more > 0 && (text == "n" || text == "p") ? "[\(text)H]" : text
    }
    // [isotope symbol hydrogens charge :map]
    let body = text.dropFirst().dropLast()
    guard let match = body.wholeMatch(of: /(\d*[A-Za-z][a-z]?)(H\d*)?(.*)/),
      case let (_, symbol, own, tail) = match.output
    else { return text }
    var known = 0
    if let own { known = own.count == 1 ? 1 : Int(own.dropFirst()) ?? 1 }
    let count = max(0, known + more)
    return "[\(symbol)\(count == 0 ? "" : count == 1 ? "H" : "H\(count)")\(tail)]"
  }
}
