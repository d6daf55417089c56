/// A chemical element as an index in the table of symbols that SELFIES 2 knows.
///
/// The table is that of the published package (arXiv:2204.00056): elements up to lawrencium and
/// the named ones after it, without Nh, Mc, Ts and Og.
struct Element: Equatable, Sendable {
  let index: UInt8

  var symbol: StaticString { Element.table[Int(index)] }

  /// The symbol's bytes, one or two.
  var bytes: (first: UInt8, second: UInt8?) {
    let text = symbol
    let start = text.utf8Start
    return (start[0], text.utf8CodeUnitCount > 1 ? start[1] : nil)
  }

  /// The element whose symbol is this upper-case letter and, unless 0, this lower-case one.
  init?(_ first: UInt8, _ second: UInt8) {
    guard first >= 65, first <= 90 else { return nil }
    let column = second == 0 ? 0 : Int(second) - 96
    guard column >= 0, column <= 26 else { return nil }
    let found = Element.lookup[Int(first - 65) * 27 + column]
    if found == 255 { return nil }
    index = found
  }

  private init(index: UInt8) { self.index = index }

  init?(symbol: some StringProtocol) {
    let bytes = Array(symbol.utf8)
    guard bytes.count == 1 || bytes.count == 2 else { return nil }
    self.init(bytes[0], bytes.count == 2 ? bytes[1] : 0)
    if bytes.count == 2, bytes[1] == 0 { return nil }
  }

  static let boron = Element(index: 4)
  static let carbon = Element(index: 5)
  static let nitrogen = Element(index: 6)
  static let oxygen = Element(index: 7)
  static let fluorine = Element(index: 8)
  static let aluminium = Element(index: 12)
  static let silicon = Element(index: 13)
  static let phosphorus = Element(index: 14)
  static let sulfur = Element(index: 15)
  static let chlorine = Element(index: 16)
  static let arsenic = Element(index: 32)
  static let selenium = Element(index: 33)
  static let bromine = Element(index: 34)
  static let tellurium = Element(index: 51)
  static let iodine = Element(index: 52)

  /// Whether SMILES writes the bare atom without brackets.
  var isOrganicSubset: Bool {
    switch self {
    case .boron, .carbon, .nitrogen, .oxygen, .fluorine, .phosphorus, .sulfur, .chlorine, .bromine,
      .iodine:
      true
    default: false
    }
  }

  /// Valences an aromatic atom of this element may have and its valence electrons, or nil if the
  /// element cannot be aromatic in SMILES.
  var aromaticity: (lowValence: Int, highValence: Int, valenceElectrons: Int)? {
    switch self {
    case .boron, .aluminium: (3, 3, 3)
    case .carbon, .silicon: (4, 4, 4)
    case .nitrogen, .phosphorus, .arsenic: (3, 5, 5)
    case .oxygen, .sulfur, .selenium, .tellurium: (2, 4, 6)
    default: nil
    }
  }

  static var count: Int { table.count }

  private static let table: [StaticString] = [
    "H", "He", "Li", "Be", "B", "C", "N", "O", "F", "Ne", "Na", "Mg", "Al", "Si", "P", "S", "Cl",
    "Ar", "K", "Ca", "Sc", "Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Ga", "Ge", "As",
    "Se", "Br", "Kr", "Rb", "Sr", "Y", "Zr", "Nb", "Mo", "Tc", "Ru", "Rh", "Pd", "Ag", "Cd", "In",
    "Sn", "Sb", "Te", "I", "Xe", "Cs", "Ba", "Hf", "Ta", "W", "Re", "Os", "Ir", "Pt", "Au", "Hg",
    "Tl", "Pb", "Bi", "Po", "At", "Rn", "Fr", "Ra", "Rf", "Db", "Sg", "Bh", "Hs", "Mt", "Ds", "Rg",
    "Cn", "Fl", "Lv", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm",
    "Yb", "Lu", "Ac", "Th", "Pa", "U", "Np", "Pu", "Am", "Cm", "Bk", "Cf", "Es", "Fm", "Md", "No",
    "Lr",
  ]

  /// Index by first letter (26 rows) and second letter (27 columns, column 0 for none); 255: none.
  private static let lookup: [UInt8] = {
    var result = [UInt8](repeating: 255, count: 26 * 27)
    for (index, symbol) in table.enumerated() {
      let start = symbol.utf8Start
      let column = symbol.utf8CodeUnitCount > 1 ? Int(start[1]) - 96 : 0
      result[Int(start[0] - 65) * 27 + column] = UInt8(index)
    }
    return result
  }()
}
