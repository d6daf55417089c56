import Core

/// How many atoms of each element a molecule has.
public struct MolecularFormula: Sendable, Equatable {
  /// Elements in order of appearance and their counts.
  public let counts: [(element: String, count: Int)]

  /// All atoms.
  public var atoms: Int { counts.reduce(0) { $0 + $1.count } }

  /// Atoms of one element, 0 where it does not occur.
  public func count(of element: String) -> Int {
    counts.first { $0.element == element }?.count ?? 0
  }

  /// Reads a formula such as `C9H10N2O2PF2Cl`; a charge at the end (`+`, `-2`) is passed over.
  /// - Throws: `.badArgument` if the text is not a formula or names an element twice.
  public init(_ text: String) throws(Failure) {
    var counts: [(element: String, count: Int)] = []
    let bytes = Array(text.utf8)
    var i = 0
    while i < bytes.count {
      if bytes[i] == Ascii.plus || bytes[i] == Ascii.minus, !counts.isEmpty,
        bytes[(i + 1)...].allSatisfy(Ascii.isDigit)
      {
        break
      }
      // RDKit writes `*` for a wildcard atom.
      let isWildcard = bytes[i] == UInt8(ascii: "*")
      guard Ascii.isUpper(bytes[i]) || isWildcard else { throw MolecularFormula.unreadable(text) }
      var end = i + 1
      if end < bytes.count, Ascii.isLower(bytes[end]) { end += 1 }
      let name = String(decoding: bytes[i..<end], as: UTF8.self)
      guard isWildcard || Element(symbol: name) != nil,
        !counts.contains(where: { $0.element == name })
      else {
        throw MolecularFormula.unreadable(text)
      }
      i = end
      while end < bytes.count, Ascii.isDigit(bytes[end]) { end += 1 }
      let count = end == i ? 1 : Int(String(decoding: bytes[i..<end], as: UTF8.self))
      guard let count, count > 0 else { throw MolecularFormula.unreadable(text) }
      counts.append((name, count))
      i = end
    }
    if counts.isEmpty { throw MolecularFormula.unreadable(text) }
    self.counts = counts
  }

  /// Closeness of a molecule to being an isomer of this formula, from 0 to 1.
  ///
  /// The geometric mean of one Gaussian of width 1 for each element and one of width 2 for the
  /// number of all atoms (GuacaMol's isomer score); elements that the formula lacks cost only
  /// through the total.
  public func isomerScore(_ molecule: Molecule) throws(Failure) -> Double {
    let found = try MolecularFormula(try molecule.formula())
    var scores = counts.map { element, count in
      ScoreModifier.gaussian(mean: Double(count), deviation: 1)(Double(found.count(of: element)))
    }
    scores.append(ScoreModifier.gaussian(mean: Double(atoms), deviation: 2)(Double(found.atoms)))
    return ScoreMean.geometric(scores)
  }

  /// Equal with the same elements, in the same order.
  public static func == (a: MolecularFormula, b: MolecularFormula) -> Bool {
    a.counts.elementsEqual(b.counts) { $0 == $1 }
  }

  private static func unreadable(_ text: String) -> Failure {
    Failure(
      .badArgument, "`\(text)` is not a molecular formula",
      advice: "write elements with their counts, for example C9H8O4")
  }
}
